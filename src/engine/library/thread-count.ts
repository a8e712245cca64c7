import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { processorName } from '../device/processor.ts';
import { onnxruntimeVersion } from '../runtime/version.ts';

const measuredSchema = z.object({
  /** Processor, its threads, and runtime: another machine is measured anew. */
  machine: z.string(),
  /** Milliseconds of one run of each kind, by number of threads. */
  times: z
    .array(z.object({ threads: z.number().int().positive(), milliseconds: z.number() }))
    .min(1),
});
type Measured = z.output<typeof measuredSchema>;

/** How many threads a session of the CPU gets, and why so many. */
export interface ThreadChoice {
  readonly threads: number;
  readonly reason: string;
}

/** Threads that save less than this share of the time leave their cores to others. */
const worthwhile = 0.03;

/** More threads are not tried once they take this much longer than the best so far. */
const hopeless = 1.15;

/** Where the measurement is kept, in the cache folder. */
export function threadFile(cache: string): string {
  return join(cache, 'threads.json');
}

/**
 * The number of threads that models run with on the CPU. Twice the threads are not twice as fast:
 * small operators wait for each other, two threads of one core share its arithmetic, and efficient
 * cores hold up fast ones. So it is measured, once a machine, with the first model that is loaded,
 * and kept in a file.
 */
export class ThreadCount {
  #measured: Measured | undefined;

  constructor(
    private readonly file: string,
    private readonly environment: NodeJS.ProcessEnv = process.env,
    private readonly available = availableParallelism(),
    private readonly processor: () => Promise<string> = processorName,
  ) {}

  /** What is known without measuring. */
  async known(): Promise<ThreadChoice> {
    const asked = this.#asked();
    if (asked !== undefined) return asked;
    const measured = await this.#read();
    if (measured) return choiceOf(measured);
    return {
      threads: this.available,
      reason: 'every thread of the processor, until a model was loaded and measured',
    };
  }

  /**
   * What was asked for, or measured.
   * @param time milliseconds of the runs that count, with so many threads
   */
  async measure(time: (threads: number) => Promise<number>): Promise<ThreadChoice> {
    const asked = this.#asked();
    if (asked !== undefined) return asked;
    return choiceOf((await this.#read()) ?? (await this.#keep(await this.#timeAll(time))));
  }

  /** TQSTAR_THREADS, for engines that share the cores. */
  #asked(): ThreadChoice | undefined {
    const threads = Number(this.environment['TQSTAR_THREADS']);
    if (!Number.isInteger(threads) || threads <= 0) return undefined;
    return { threads, reason: 'as TQSTAR_THREADS says' };
  }

  async #timeAll(time: (threads: number) => Promise<number>): Promise<Measured['times']> {
    const times: Measured['times'] = [];
    for (const threads of countsUpTo(this.available)) {
      const milliseconds = await time(threads);
      times.push({ threads, milliseconds });
      if (milliseconds > hopeless * quickest(times)) break;
    }
    return times;
  }

  async #read(): Promise<Measured | undefined> {
    this.#measured ??= await readFile(this.file, 'utf8')
      .then((text) => measuredSchema.parse(JSON.parse(text)))
      .catch(() => undefined);
    return this.#measured?.machine === (await this.#machine()) ? this.#measured : undefined;
  }

  /**
   * Where the folder cannot be written, which the diagnosis tells, each engine measures for itself.
   */
  async #keep(times: Measured['times']): Promise<Measured> {
    const measured = { machine: await this.#machine(), times };
    this.#measured = measured;
    const work = `${this.file}.${randomUUID()}`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(work, `${JSON.stringify(measured)}\n`);
      await rename(work, this.file);
    } catch {
      await rm(work, { force: true }).catch(() => undefined);
    }
    return measured;
  }

  async #machine(): Promise<string> {
    return `${await this.processor()}, ${this.available} threads, ONNX Runtime ${onnxruntimeVersion()}`;
  }
}

/**
 * 1, 2, 4, ... and all of them, with half of them: the cores of a processor with two threads a
 * core.
 */
function countsUpTo(available: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(available)) + 1 }, (_, i) => 2 ** i);
  const counts = [...powers, Math.ceil(available / 2), available];
  return [...new Set(counts)].sort((a, b) => a - b);
}

function quickest(times: Measured['times']): number {
  return Math.min(...times.map(({ milliseconds }) => milliseconds));
}

/** The fewest threads that are nearly as quick as any. */
function choiceOf({ times }: Measured): ThreadChoice {
  const limit = quickest(times) * (1 + worthwhile);
  const { threads } = times.find(({ milliseconds }) => milliseconds <= limit)!;
  const list = times.map((each) => `${each.threads}: ${each.milliseconds.toFixed(1)} ms`);
  return { threads, reason: `measured, by number of threads: ${list.join(', ')}` };
}

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { processorName } from '../device/processor.ts';
import { onnxruntimeVersion } from '../runtime/version.ts';

const measuredSchema = z.object({
  /**
   * Processor, number of threads, runtime version: a change of any of them invalidates the file.
   */
  machine: z.string(),
  /** Milliseconds by number of threads; see timeSession. */
  times: z
    .array(z.object({ threads: z.number().int().positive(), milliseconds: z.number() }))
    .min(1),
});
type Measured = z.output<typeof measuredSchema>;

/** How many threads a CPU session uses, and why. */
export interface ThreadChoice {
  readonly threads: number;
  readonly reason: string;
}

/** Threads that save less than this share of the time are left to other programs. */
const minSaving = 0.03;

/** The measurement stops at the first count that takes this many times as long as the best. */
const maxSlowdown = 1.15;

/** The file in the cache folder that keeps the measurement. */
export function threadFile(cache: string): string {
  return join(cache, 'threads.json');
}

/**
 * The number of threads for models on the CPU. Twice the threads are not twice as fast: small
 * operators wait for each other, two threads of one core share its arithmetic, and efficiency cores
 * slow down performance cores. So the engine measures it once for each machine, with the first
 * suitable model, and keeps it in a file.
 */
export class ThreadCount {
  #measured: Measured | undefined;

  constructor(
    private readonly file: string,
    private readonly environment: NodeJS.ProcessEnv = process.env,
    private readonly available = availableParallelism(),
    private readonly processor: () => Promise<string> = processorName,
  ) {}

  /** The requested, kept or default number; does not measure. */
  async known(): Promise<ThreadChoice> {
    const asked = this.#requested();
    if (asked !== undefined) return asked;
    const measured = await this.#read();
    if (measured) return choiceOf(measured);
    return {
      threads: this.available,
      reason: 'all threads of the processor; not measured yet',
    };
  }

  /**
   * The requested or kept number, or a new measurement.
   * @param time returns the milliseconds with a number of threads
   */
  async measure(time: (threads: number) => Promise<number>): Promise<ThreadChoice> {
    const asked = this.#requested();
    if (asked !== undefined) return asked;
    return choiceOf((await this.#read()) ?? (await this.#keep(await this.#timeAll(time))));
  }

  /** Set by TQSTAR_THREADS, for engines that share the cores. */
  #requested(): ThreadChoice | undefined {
    const threads = Number(this.environment['TQSTAR_THREADS']);
    if (!Number.isInteger(threads) || threads <= 0) return undefined;
    return { threads, reason: 'set by TQSTAR_THREADS' };
  }

  async #timeAll(time: (threads: number) => Promise<number>): Promise<Measured['times']> {
    const times: Measured['times'] = [];
    for (const threads of countsUpTo(this.available)) {
      const milliseconds = await time(threads);
      times.push({ threads, milliseconds });
      if (milliseconds > maxSlowdown * quickest(times)) break;
    }
    return times;
  }

  async #read(): Promise<Measured | undefined> {
    this.#measured ??= await readFile(this.file, 'utf8')
      .then((text) => measuredSchema.parse(JSON.parse(text)))
      .catch(() => undefined);
    return this.#measured?.machine === (await this.#machine()) ? this.#measured : undefined;
  }

  /** If the folder is not writable (the diagnosis reports it), each engine measures for itself. */
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
 * The powers of two, all threads, and half of them: the number of cores if each has two threads.
 */
function countsUpTo(available: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(available)) + 1 }, (_, i) => 2 ** i);
  const counts = [...powers, Math.ceil(available / 2), available];
  return [...new Set(counts)].sort((a, b) => a - b);
}

function quickest(times: Measured['times']): number {
  return Math.min(...times.map(({ milliseconds }) => milliseconds));
}

/** The fewest threads that are nearly as fast as any number. */
function choiceOf({ times }: Measured): ThreadChoice {
  const limit = quickest(times) * (1 + minSaving);
  const { threads } = times.find(({ milliseconds }) => milliseconds <= limit)!;
  const list = times.map((each) => `${each.threads}: ${each.milliseconds.toFixed(1)} ms`);
  return { threads, reason: `measured, by number of threads: ${list.join(', ')}` };
}

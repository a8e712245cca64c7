import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { processorName } from '../device/processor.ts';
import type { SessionTime } from '../runtime/session-time.ts';
import { onnxruntimeVersion } from '../runtime/version.ts';

const measuredSchema = z.object({
  /**
   * Processor, number of threads, runtime version: a change of any of them invalidates the file.
   */
  machine: z.string(),
  /** Milliseconds by number of threads; see timeSession. */
  times: z
    .array(z.object({ threads: z.number().int().positive(), milliseconds: z.number().positive() }))
    .min(1),
  /** Why the result is not final; null if the machine was quiet. */
  busy: z
    .object({
      why: z.string(),
      /** Milliseconds since 1970. */
      measuredAt: z.number(),
    })
    .nullable(),
});
type Measured = z.output<typeof measuredSchema>;

/** How many threads a CPU session uses, and why. */
export interface ThreadChoice {
  readonly threads: number;
  readonly reason: string;
}

/** More threads than this for each of the processor's own only cost memory. */
const maxThreadsPerProcessor = 4;

/** Threads that save less than this share of the time are left to other programs. */
const minSaving = 0.03;

/** The measurement stops at the first count that takes this many times as long as the best. */
const maxSlowdown = 1.15;

/** A machine is busy when more than this share of its threads had work in the last minute. */
const maxLoad = 0.5;

/** A machine is busy when the median run took this many times as long as the quickest. */
const maxSpread = 1.5;

/** Engines that start within this time use the result of a busy machine. */
const busyValidMs = 10 * 60_000;

/** What the measurement needs to know about the machine. */
export interface MachineState {
  readonly processor: () => Promise<string>;
  /** Mean number of threads with work in the last minute; 0 on Windows, which does not count. */
  readonly load: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const thisMachine: MachineState = {
  processor: processorName,
  load: () => loadavg()[0]!,
  now: Date.now,
};

/** The file in the cache folder that keeps the measurement. */
export function threadFile(cache: string): string {
  return join(cache, 'threads.json');
}

/**
 * The number of threads for models on the CPU. Twice the threads are not twice as fast: small
 * operators wait for each other, two threads of one core share its arithmetic, and efficiency cores
 * slow down performance cores. So the engine measures it once for each machine, with the first
 * suitable model, and keeps it in a file. If the machine was busy, an engine that starts ten
 * minutes later or more measures again, and the quickest times of all measurements count.
 */
export class ThreadCount {
  #measured: Measured | undefined;
  /** An engine measures once at most, so that its sessions all have the same threads. */
  #isSettled = false;

  constructor(
    private readonly file: string,
    private readonly environment: NodeJS.ProcessEnv = process.env,
    private readonly available = availableParallelism(),
    private readonly machine: MachineState = thisMachine,
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
   * @param time times the runs with a number of threads
   */
  async measure(time: (threads: number) => Promise<SessionTime>): Promise<ThreadChoice> {
    const asked = this.#requested();
    if (asked !== undefined) return asked;
    const kept = await this.#read();
    const isFresh = kept && (this.#isSettled || !this.#isStale(kept));
    this.#isSettled = true;
    if (isFresh) return choiceOf(kept);
    return choiceOf(await this.#keep(await this.#timeAll(time, kept?.times ?? [])));
  }

  #isStale({ busy }: Measured): boolean {
    return busy !== null && Math.abs(this.machine.now() - busy.measuredAt) >= busyValidMs;
  }

  /** Set by TQSTAR_THREADS, for engines that share the cores. */
  #requested(): ThreadChoice | undefined {
    const asked = this.environment['TQSTAR_THREADS'] ?? '';
    if (asked === '') return undefined;
    const threads = Number(asked);
    const most = maxThreadsPerProcessor * this.available;
    if (!Number.isInteger(threads) || threads < 1 || threads > most) {
      const given = JSON.stringify(asked.slice(0, 20));
      const sentence = `TQSTAR_THREADS is ${given}; it must be an integer from 1 to ${most} on this machine.`;
      throw new TqError(ErrorCode.invalidInput, sentence);
    }
    return { threads, reason: 'set by TQSTAR_THREADS' };
  }

  async #timeAll(
    time: (threads: number) => Promise<SessionTime>,
    earlier: Measured['times'],
  ): Promise<Omit<Measured, 'machine'>> {
    const load = this.machine.load();
    const times: Measured['times'] = [];
    let spread = 1;
    for (const threads of countsUpTo(this.available)) {
      const timed = await time(threads);
      const before = earlier.find((each) => each.threads === threads)?.milliseconds ?? Infinity;
      times.push({ threads, milliseconds: Math.min(timed.quickest, before) });
      spread = Math.max(spread, timed.median / timed.quickest);
      if (times.at(-1)!.milliseconds > maxSlowdown * quickest(times)) break;
    }
    const why = whyBusy(load, this.available, spread);
    return { times, busy: why === undefined ? null : { why, measuredAt: this.machine.now() } };
  }

  async #read(): Promise<Measured | undefined> {
    this.#measured ??= await readFile(this.file, 'utf8')
      .then((text) => measuredSchema.parse(JSON.parse(text)))
      .catch(() => undefined);
    return this.#measured?.machine === (await this.#machine()) ? this.#measured : undefined;
  }

  /** If the folder is not writable (the diagnosis reports it), each engine measures for itself. */
  async #keep(result: Omit<Measured, 'machine'>): Promise<Measured> {
    const measured = { machine: await this.#machine(), ...result };
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
    return `${await this.machine.processor()}, ${this.available} threads, ONNX Runtime ${onnxruntimeVersion()}`;
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
function choiceOf({ times, busy }: Measured): ThreadChoice {
  const limit = quickest(times) * (1 + minSaving);
  const { threads } = times.find(({ milliseconds }) => milliseconds <= limit)!;
  const list = times.map((each) => `${each.threads}: ${each.milliseconds.toFixed(1)} ms`);
  const measured = busy
    ? `measured while the machine was busy (${busy.why}), so a later start measures again;`
    : 'measured,';
  return { threads, reason: `${measured} by number of threads: ${list.join(', ')}` };
}

/** Why the times may be wrong; undefined on a quiet machine. */
function whyBusy(load: number, available: number, spread: number): string | undefined {
  if (load > maxLoad * available) return `load ${load.toFixed(1)} on ${available} threads`;
  if (spread > maxSpread) return `the median run took ${spread.toFixed(1)} times the quickest`;
  return undefined;
}

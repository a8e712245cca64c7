/** Most bytes of a failure that the watchdog can report. */
const maxFailureBytes = 2048;

/** Indices of the numbers that the threads share. */
const at = { task: 0, limitMs: 1, failureBytes: 2 } as const;
const numberBytes = 3 * Int32Array.BYTES_PER_ELEMENT;

/** The work that the watchdog limits now. */
export interface WatchedTask {
  /** Changes with every task; 0 without one. */
  readonly id: number;
  readonly limitMs: number;
}

/**
 * Memory that the engine's thread and its watchdog share. The watchdog reads it while the engine's
 * thread is busy, so messages between threads would arrive too late.
 */
export class WatchdogMemory {
  readonly #numbers: Int32Array;
  readonly #failure: Uint8Array;

  constructor(readonly buffer = new SharedArrayBuffer(numberBytes + maxFailureBytes)) {
    this.#numbers = new Int32Array(buffer, 0, 3);
    this.#failure = new Uint8Array(buffer, numberBytes);
  }

  /** Sets the task to watch; id 0 watches none. `failure` is what to report when it is too slow. */
  watch({ id, limitMs }: WatchedTask, failure: string): void {
    // Without a task first, so that the watchdog never reads a failure that is half written.
    Atomics.store(this.#numbers, at.task, 0);
    const bytes = Buffer.from(failure);
    this.#failure.set(bytes.subarray(0, maxFailureBytes));
    Atomics.store(this.#numbers, at.failureBytes, Math.min(bytes.length, maxFailureBytes));
    Atomics.store(this.#numbers, at.limitMs, limitMs);
    Atomics.store(this.#numbers, at.task, id);
  }

  get task(): WatchedTask {
    return {
      id: Atomics.load(this.#numbers, at.task),
      limitMs: Atomics.load(this.#numbers, at.limitMs),
    };
  }

  get failure(): string {
    const length = Atomics.load(this.#numbers, at.failureBytes);
    return Buffer.from(this.#failure.subarray(0, length)).toString();
  }
}

import { ErrorCode, TqError } from '../../protocol/errors.ts';

interface Waiting {
  readonly start: () => void;
  readonly onPosition: (ahead: number) => void;
}

/** Runs one request at a time, in order of arrival, and reports to each how many are ahead. */
export class RequestQueue {
  readonly #waiting: Waiting[] = [];
  #busy = false;

  /** Whether a request runs or waits. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /**
   * Runs `work` when its turn comes.
   * @throws TqError cancelled when the signal fires while it waits
   */
  async run<T>(
    work: () => Promise<T>,
    onPosition: (ahead: number) => void,
    signal: AbortSignal,
  ): Promise<T> {
    if (this.#busy) await this.#wait(onPosition, signal);
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
      this.#waiting.shift()?.start();
      this.#tellPositions(0);
    }
  }

  /** Reports to the requests from `first` on, which moved up, how many are ahead. */
  #tellPositions(first: number): void {
    for (let index = first; index < this.#waiting.length; index++) {
      this.#waiting[index]!.onPosition(index + 1);
    }
  }

  #wait(onPosition: (ahead: number) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        onPosition,
        start: () => {
          // Taken before the next microtask, so that no new request overtakes it.
          this.#busy = true;
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        const index = this.#waiting.indexOf(waiting);
        if (index < 0) return;
        this.#waiting.splice(index, 1);
        this.#tellPositions(index);
        reject(new TqError(ErrorCode.cancelled, 'The request was cancelled.'));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      onPosition(this.#waiting.length);
      if (signal.aborted) leave();
    });
  }
}

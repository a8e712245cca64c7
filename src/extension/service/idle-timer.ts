/** Calls back after a number of minutes, unless it is restarted or stopped before. */
export class IdleTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly minutes: () => number,
    private readonly onIdle: () => void,
  ) {}

  /** Restarts the wait; with 0 minutes, never calls back. */
  restart(): void {
    this.stop();
    const minutes = this.minutes();
    if (minutes > 0) this.#timer = setTimeout(this.onIdle, minutes * 60_000);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

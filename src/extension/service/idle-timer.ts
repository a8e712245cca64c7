/** Calls back when nothing has happened for a while. */
export class IdleTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly minutes: () => number,
    private readonly onIdle: () => void,
  ) {}

  /** Starts to wait anew; never ends with 0 minutes. */
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

/** Crashes this close together are one trouble. */
const windowMs = 3 * 60_000;
/** With this crash of one trouble, the engine is not started again by itself. */
const limit = 5;

/** Decides whether an engine that crashed is started again. */
export class CrashPolicy {
  #crashes: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes a crash; true when the engine may be started again. */
  mayRestart(): boolean {
    const now = this.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < windowMs), now];
    return this.#crashes.length < limit;
  }

  /** A person asked for another try. */
  forgive(): void {
    this.#crashes = [];
  }
}

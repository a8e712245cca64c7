/** Crashes count together when they happen within this time. */
const windowMs = 3 * 60_000;
/** After this many crashes within the window, the engine is not restarted automatically. */
const limit = 5;

/** Decides whether the engine restarts after a crash. */
export class CrashPolicy {
  #crashes: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Records a crash; returns true when the engine may restart. */
  mayRestart(): boolean {
    const now = this.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < windowMs), now];
    return this.#crashes.length < limit;
  }

  /** Forgets earlier crashes, because a person asked for a restart. */
  reset(): void {
    this.#crashes = [];
  }
}

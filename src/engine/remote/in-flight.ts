import type { Traffic } from './connection.ts';

/**
 * How many texts a server is sent at a time: one more for each round of answers, half as many when
 * it says that it is busy, as TCP does.
 */
export class InFlightLimit {
  #limit: number;
  #busy: number;

  /** @param most the largest limit, and the first one; at least 1 */
  constructor(
    private readonly most: number,
    private readonly traffic: Readonly<Pick<Traffic, 'busy'>>,
  ) {
    this.#limit = most;
    this.#busy = traffic.busy;
  }

  /** Texts that may be in flight now, at least 1. */
  get texts(): number {
    this.#observe();
    return Math.floor(this.#limit);
  }

  /** Counts texts that were answered. */
  answered(texts: number): void {
    this.#observe();
    this.#limit = Math.min(this.most, this.#limit + texts / this.#limit);
  }

  /** Several busy answers to one round of requests count once. */
  #observe(): void {
    if (this.traffic.busy === this.#busy) return;
    this.#busy = this.traffic.busy;
    this.#limit = Math.max(1, this.#limit / 2);
  }
}

/** A cache of values by text that evicts the least recently used text. */
export class RecentTexts<Value> {
  readonly #values = new Map<string, Value>();

  /** @param capacity Most texts in the cache, at least 1. */
  constructor(private readonly capacity: number) {}

  get(text: string): Value | undefined {
    const value = this.#values.get(text);
    if (value !== undefined) {
      this.#values.delete(text);
      this.#values.set(text, value);
    }
    return value;
  }

  set(text: string, value: Value): void {
    this.#values.delete(text);
    this.#values.set(text, value);
    if (this.#values.size > this.capacity) {
      const [oldest] = this.#values.keys();
      this.#values.delete(oldest!);
    }
  }

  /** The cached value of `text`, or `compute(text)`, which is then cached. */
  getOrCompute(text: string, compute: (text: string) => Value): Value {
    const known = this.get(text);
    if (known !== undefined) return known;
    const value = compute(text);
    this.set(text, value);
    return value;
  }
}

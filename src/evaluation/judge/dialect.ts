/** Tokens for the two ratings and their reasons. */
const replyTokens = 400;
/** The same with reasoning before them. */
const reasoningTokens = 4096;

/** The parameters that an endpoint accepts; newer models refuse some that others need. */
export class Dialect {
  #limit: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';
  #setsTemperature = true;
  #tokens = replyTokens;

  /** Whether requests set a temperature, which is 0. */
  get setsTemperature(): boolean {
    return this.#setsTemperature;
  }

  get parameters(): Readonly<Record<string, number>> {
    return {
      ...(this.#setsTemperature && { temperature: 0 }),
      [this.#limit]: this.#tokens,
    };
  }

  /**
   * Changes the parameters that a refusal complains about.
   * @returns whether to ask again; each change happens once
   */
  adapt(status: number, complaint: string): boolean {
    if (status !== 400 && status !== 422) return false;
    if (this.#limit === 'max_tokens' && /max_(?:completion_)?tokens/u.test(complaint)) {
      this.#limit = 'max_completion_tokens';
      this.#tokens = reasoningTokens;
      return true;
    }
    if (this.#setsTemperature && /temperature/iu.test(complaint)) {
      this.#setsTemperature = false;
      return true;
    }
    return false;
  }

  /**
   * Leaves room for reasoning, after a reply that ended before its answer.
   * @returns whether that is new
   */
  allowReasoning(): boolean {
    const isNew = this.#tokens < reasoningTokens;
    this.#tokens = reasoningTokens;
    return isNew;
  }
}

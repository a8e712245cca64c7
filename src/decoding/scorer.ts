import { ErrorCode, TqError } from '../protocol/errors.ts';
import { checkedScore } from './checked-score.ts';
import type { Shortcuts } from './shortcuts/shortcuts.ts';
import type { TokenId } from './policy.ts';
import type { Response, Reward, RewardPrompt, RewardSession } from './reward.ts';

/** One reward, scoring responses to one prompt. */
export class RewardScorer {
  readonly #known = new Map<string, number>();
  /** Responses the reward has scored, without those from memory. */
  responsesScored = 0;

  private constructor(
    private readonly reward: Reward,
    private readonly session: RewardSession,
    private readonly dedupe: boolean,
  ) {}

  /** Shortcut 2 shares read positions between scores; shortcut 6 shares whole scores. */
  static async open(
    reward: Reward,
    prompt: RewardPrompt,
    { incrementalReward, dedupe }: Pick<Shortcuts, 'incrementalReward' | 'dedupe'>,
    signal?: AbortSignal,
  ): Promise<RewardScorer> {
    const session = await reward.open(prompt, { signal, incremental: incrementalReward });
    return new RewardScorer(reward, session, dedupe);
  }

  /** Keeps nothing between responses, for texts that share no beginning. */
  static openAlone(
    reward: Reward,
    prompt: RewardPrompt,
    signal: AbortSignal,
  ): Promise<RewardScorer> {
    return RewardScorer.open(reward, prompt, { incrementalReward: false, dedupe: false }, signal);
  }

  /** True if scores depend only on the text and on whether it ended. */
  get textOnly(): boolean {
    return this.reward.textOnly === true;
  }

  /** Positions computed by the reward's own model. */
  get positions(): number {
    return this.session.positions;
  }

  get trunkPositions(): number | undefined {
    return this.session.trunkPositions;
  }

  /**
   * One score per response, within the reward's range.
   * @throws TqError badReward, naming the reward, when a score is not a finite number in the range
   */
  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    if (!this.dedupe) return this.#ask(responses, signal);
    const unknown = new Map<string, Response>();
    const keys = responses.map((response) => {
      const key = this.#keyOf(response);
      if (!this.#known.has(key)) unknown.set(key, response);
      return key;
    });
    if (unknown.size > 0) {
      const scores = await this.#ask([...unknown.values()], signal);
      [...unknown.keys()].forEach((key, index) => this.#known.set(key, scores[index]!));
    }
    return keys.map((key) => this.#known.get(key)!);
  }

  /** Scores by component, if the reward has components. */
  async parts(response: Response): Promise<Readonly<Record<string, number>> | undefined> {
    return this.session.parts?.(response);
  }

  async commit(token: TokenId): Promise<void> {
    await this.session.commit?.(token);
  }

  close(): void {
    this.session.close();
  }

  #keyOf({ text, tokens, ended }: Response): string {
    return `${String(ended)} ${this.reward.textOnly ? text : tokens.join(' ')}`;
  }

  async #ask(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const scores = await this.#scoresFromSession(responses, signal);
    if (scores.length !== responses.length) {
      this.#fail(`gave ${scores.length} scores for ${responses.length} responses`);
    }
    this.responsesScored += responses.length;
    return scores.map((score) => checkedScore(this.reward, score));
  }

  async #scoresFromSession(
    responses: readonly Response[],
    signal?: AbortSignal,
  ): Promise<number[]> {
    try {
      return await this.session.score(responses, signal);
    } catch (error) {
      if (error instanceof TqError || signal?.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return this.#fail(`failed: ${reason}`, error);
    }
  }

  #fail(what: string, cause?: unknown): never {
    const message = `The reward "${this.reward.id}" ${what}.`;
    throw new TqError(ErrorCode.badReward, message, { cause });
  }
}

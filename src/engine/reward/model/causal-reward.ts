import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { TokenId } from '../../../decoding/policy.ts';
import type {
  Range,
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../../decoding/reward.ts';
import type { TextTokenizer } from '../../models/tokenizer/text-tokenizer.ts';
import { commonLength } from '../../runtime/common-length.ts';
import { PrefixCache } from '../../runtime/prefix-cache.ts';
import type { GraphSession } from '../../runtime/graph-session.ts';
import type { Trunk } from '../../runtime/trunk.ts';
import { CausalScorer } from './causal-scorer.ts';
import { conversationTokens, pooledLength } from './causal-text.ts';

/** Number of closed texts whose keys and values are kept for a text with the same prefix. */
const keptPrefixes = 2;

/** How a causal reward model reads a text. */
export interface CausalReading {
  /** Index of the label that is the score; default 0. */
  readonly label?: number | undefined;
  /**
   * Padding at the end of a text: the score is read at the last other token, as transformers does.
   */
  readonly padToken?: number | undefined;
  /** The model's tokenizer, for policies with other tokens or another chat template. */
  readonly tokenizer?: TextTokenizer | undefined;
}

/**
 * A causal reward model: a decoder with a score head read at the last token of prompt and response,
 * as transformers' AutoModelForSequenceClassification does. It keeps the positions of the response
 * so far (shortcut 2).
 *
 * An answer that ended is read with the token that ends a turn, one that was cut without it.
 *
 * If the policy uses the same tokens and chat template, the model reads the policy's tokens.
 * Otherwise it tokenises the conversation (a user message and an answer) itself and keeps the
 * positions of the tokens that no longer change.
 */
export class CausalReward implements Reward {
  readonly readsWhole = true;

  constructor(
    readonly id: string,
    private readonly session: GraphSession,
    readonly range: Range | undefined,
    /** Id of the vocabulary that the model was trained on. */
    readonly vocabularyId?: string,
    private readonly reading: CausalReading = {},
    /** Shared lower layers below the session's graph; undefined for a whole model. */
    private readonly trunk?: Trunk,
    /** Closed texts; the next text mostly has the same prompt. */
    private readonly kept = new PrefixCache(session, keptPrefixes),
  ) {}

  /** The same model with another label as its score. */
  ofLabel(label: number, id: string): CausalReward {
    const { session, range, vocabularyId, reading, trunk, kept } = this;
    return new CausalReward(id, session, range, vocabularyId, { ...reading, label }, trunk, kept);
  }

  async open(
    prompt: RewardPrompt,
    { incremental = true }: RewardOpenOptions = {},
  ): Promise<RewardSession> {
    const { session, trunk } = this;
    const { label = 0, padToken } = this.reading;
    const scorer = new CausalScorer(this.id, { session, trunk }, this.kept, { label, incremental });
    if (!this.#takesTokensOf(prompt)) {
      return new TextSession(scorer, this.#ownTokenizer(), prompt, { padToken, incremental });
    }
    if (prompt.tokens.length === 0) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The reward ${this.id} got an empty prompt; it needs at least one token.`,
      );
    }
    const turnEnd = this.reading.tokenizer?.turnEnd ?? prompt.writer?.turnEnd;
    return new TokenSession(scorer, prompt.tokens, { padToken, incremental, turnEnd });
  }

  async dispose(): Promise<void> {
    this.kept.dispose();
    await this.session.dispose();
    await this.trunk?.release();
  }

  #takesTokensOf({ writer }: RewardPrompt): boolean {
    if (writer === undefined || this.vocabularyId === undefined) return true;
    if (writer.thinks && this.reading.tokenizer) return false;
    const own = this.reading.tokenizer?.chatTemplate;
    return (
      writer.vocabularyId === this.vocabularyId &&
      (own === undefined || own === writer.chatTemplate)
    );
  }

  #ownTokenizer(): TextTokenizer {
    if (this.reading.tokenizer) return this.reading.tokenizer;
    throw new TqError(
      ErrorCode.badModel,
      `The reward model ${this.id} was trained on other tokens than the policy writes, and its folder has no tokenizer to convert the text.`,
    );
  }
}

interface SessionOptions {
  readonly padToken: number | undefined;
  readonly incremental: boolean;
}

/** The part of a session that both kinds share. */
abstract class ScorerSession {
  constructor(protected readonly scorer: CausalScorer) {}

  get positions(): number {
    return this.scorer.positions;
  }

  get trunkPositions(): number | undefined {
    return this.scorer.trunkPositions;
  }

  close(): void {
    this.scorer.close();
  }
}

interface TokenOptions extends SessionOptions {
  /** What closes an answer; undefined: whatever token ended it. */
  readonly turnEnd: TokenId | undefined;
}

/** Scores the policy's tokens, which are also the reward model's. */
class TokenSession extends ScorerSession implements RewardSession {
  constructor(
    scorer: CausalScorer,
    private readonly prompt: readonly TokenId[],
    private readonly options: TokenOptions,
  ) {
    super(scorer);
    scorer.begin(prompt);
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const { padToken, incremental } = this.options;
    if (!incremental) this.scorer.begin(this.prompt);
    const texts = responses.map((response) => {
      const text = [...this.prompt, ...this.#closed(response)];
      return text.slice(0, pooledLength(text, padToken));
    });
    return this.scorer.score(texts, signal);
  }

  /** A policy may have several end tokens; the model reads the one that it was trained with. */
  #closed({ tokens, ended }: Response): readonly TokenId[] {
    const { turnEnd } = this.options;
    return ended && turnEnd !== undefined ? [...tokens.slice(0, -1), turnEnd] : tokens;
  }

  commit(token: TokenId): Promise<void> {
    if (this.options.incremental) this.scorer.commit(token);
    return Promise.resolve();
  }
}

/** Scores text that the reward model's tokenizer splits. */
class TextSession extends ScorerSession implements RewardSession {
  /** The common prefix of the texts of the last step. */
  #shared: readonly TokenId[];

  constructor(
    scorer: CausalScorer,
    private readonly tokenizer: TextTokenizer,
    private readonly prompt: RewardPrompt,
    private readonly options: SessionOptions,
  ) {
    super(scorer);
    this.#shared = conversationTokens(tokenizer, prompt.text);
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const { padToken, incremental } = this.options;
    const texts = responses.map((response) => {
      const tokens = conversationTokens(this.tokenizer, this.prompt.text, response);
      return tokens.slice(0, pooledLength(tokens, padToken));
    });
    const first = texts[0];
    if (first === undefined) return [];
    if (!incremental) this.scorer.close();
    // Commit the common prefix of all texts of this step and the last, which will hardly change,
    // and free the rest of those texts.
    const common = texts.reduce(
      (most, text) => Math.min(most, commonLength(first, text)),
      Infinity,
    );
    const shared = first.slice(0, Math.min(common, first.length));
    this.scorer.follow(shared.slice(0, Math.max(1, commonLength(shared, this.#shared))));
    this.#shared = shared;
    return this.scorer.score(texts, signal);
  }
}

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

/** How many closed texts keep their keys and values for one that begins alike. */
const keptPrefixes = 2;

/** How a causal reward model reads a text. */
export interface CausalReading {
  /** Which of its labels is the score; default the first. */
  readonly label?: number | undefined;
  /**
   * Where a text ends in this token, the score is read at the last other one, as transformers does.
   */
  readonly padToken?: number | undefined;
  /** Its own, for texts whose tokens are not its own or are laid out in another chat template. */
  readonly tokenizer?: TextTokenizer | undefined;
}

/**
 * A causal reward model: a decoder with a score head read at the last token of prompt and response,
 * as transformers' AutoModelForSequenceClassification does. Positions of the response so far are
 * kept (shortcut 2).
 *
 * Of a policy that writes its tokens in its chat template it takes the tokens as they are.
 * Otherwise it tokenises the conversation itself, a user's and a finished answer, and keeps the
 * positions of the tokens that do not change any more.
 */
export class CausalReward implements Reward {
  constructor(
    readonly id: string,
    private readonly session: GraphSession,
    readonly range: Range | undefined,
    /** Names the token table it was trained on. */
    readonly vocabularyId?: string,
    private readonly reading: CausalReading = {},
    /** What the session's layers go on from, where they are not all. */
    private readonly trunk?: Trunk,
    /** What was read of texts that were closed; the prompt of the next is mostly the same. */
    private readonly kept = new PrefixCache(session, keptPrefixes),
  ) {}

  /** The same model, read at another of its labels. */
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
        `The reward ${this.id} needs a prompt of at least one token.`,
      );
    }
    return new TokenSession(scorer, prompt.tokens, { padToken, incremental });
  }

  async dispose(): Promise<void> {
    this.kept.dispose();
    await this.session.dispose();
    await this.trunk?.release();
  }

  #takesTokensOf({ writer }: RewardPrompt): boolean {
    if (writer === undefined || this.vocabularyId === undefined) return true;
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
      `The reward model ${this.id} was made for other tokens than the policy writes, and it has no tokenizer of its own.`,
    );
  }
}

interface SessionOptions {
  readonly padToken: number | undefined;
  readonly incremental: boolean;
}

/** Scores what a policy writes in the reward model's own tokens. */
class TokenSession implements RewardSession {
  constructor(
    private readonly scorer: CausalScorer,
    private readonly prompt: readonly TokenId[],
    private readonly options: SessionOptions,
  ) {
    scorer.begin(prompt);
  }

  get positions(): number {
    return this.scorer.positions;
  }

  get trunkPositions(): number | undefined {
    return this.scorer.trunkPositions;
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const { padToken, incremental } = this.options;
    if (!incremental) this.scorer.begin(this.prompt);
    const texts = responses.map(({ tokens }) => {
      const text = [...this.prompt, ...tokens];
      return text.slice(0, pooledLength(text, padToken));
    });
    return this.scorer.score(texts, signal);
  }

  commit(token: TokenId): Promise<void> {
    if (this.options.incremental) this.scorer.commit(token);
    return Promise.resolve();
  }

  close(): void {
    this.scorer.close();
  }
}

/** Scores text that the reward model tokenises itself. */
class TextSession implements RewardSession {
  /** The tokens in which the texts seen last began alike. */
  #shared: readonly TokenId[];

  constructor(
    private readonly scorer: CausalScorer,
    private readonly tokenizer: TextTokenizer,
    private readonly prompt: RewardPrompt,
    private readonly options: SessionOptions,
  ) {
    this.#shared = conversationTokens(tokenizer, prompt.text);
  }

  get positions(): number {
    return this.scorer.positions;
  }

  get trunkPositions(): number | undefined {
    return this.scorer.trunkPositions;
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const { padToken, incremental } = this.options;
    const texts = responses.map(({ text }) => {
      const tokens = conversationTokens(this.tokenizer, this.prompt.text, text);
      return tokens.slice(0, pooledLength(tokens, padToken));
    });
    const first = texts[0];
    if (first === undefined) return [];
    if (!incremental) this.scorer.close();
    // What every text of this step and the one before begins with will hardly change: it is
    // committed, and what else was computed for those texts is freed.
    const common = texts.reduce(
      (most, text) => Math.min(most, commonLength(first, text)),
      Infinity,
    );
    const shared = first.slice(0, Math.min(common, first.length));
    this.scorer.follow(shared.slice(0, Math.max(1, commonLength(shared, this.#shared))));
    this.#shared = shared;
    return this.scorer.score(texts, signal);
  }

  close(): void {
    this.scorer.close();
  }
}

import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Policy, TokenId } from '../decoding/policy.ts';
import { DecoderSequence } from './decoder-sequence.ts';
import { commonLength } from './common-length.ts';
import { DecoderText } from './decoder-text.ts';
import type { GraphSession } from './graph-session.ts';
import type { KeyValuePool } from './key-value-pool.ts';
import type { TokenTree } from './token-tree.ts';
import type { Trunk } from './trunk.ts';

/** How many closed texts keep their keys and values for a request that begins alike. */
const keptPrefixes = 2;

interface KeptPrefix {
  readonly tokens: readonly TokenId[];
  readonly pool: KeyValuePool;
  /** Positions of `tokens` that the pool holds. */
  readonly computed: number;
}

/** A compiled language model as a policy. */
export class DecoderPolicy implements Policy {
  readonly #open = new Set<DecoderSequence>();
  #kept: KeptPrefix[] = [];

  constructor(
    readonly id: string,
    private readonly session: GraphSession,
    readonly endTokens: ReadonlySet<TokenId>,
    readonly vocabularyId: string,
    /** What the session's layers go on from, where they are not all. */
    readonly trunk?: Trunk,
  ) {}

  get vocabularySize(): number {
    return this.session.shape.vocabulary;
  }

  get contextLength(): number {
    return this.session.shape.contextLength;
  }

  /** Bytes of keys and values of one position. */
  get bytesPerPosition(): number {
    const { layers, kvHeads, headDim } = this.session.shape;
    const own = 2 * layers * kvHeads * headDim * Float32Array.BYTES_PER_ELEMENT;
    return own + (this.trunk?.bytesPerPosition ?? 0);
  }

  /** Bytes of keys and values held by open texts and kept prefixes, the trunk's included. */
  get cacheBytes(): number {
    const open = [...this.#open].reduce((sum, sequence) => sum + sequence.tree.bytes, 0);
    const trunk = this.trunk?.cacheBytes ?? 0;
    return this.#kept.reduce((sum, { pool }) => sum + pool.bytes, open + trunk);
  }

  async open(prompt: readonly TokenId[], signal?: AbortSignal): Promise<DecoderSequence> {
    this.#check(prompt);
    const { pool, computed } = this.#takePrefix(prompt);
    const { session, trunk } = this;
    const text = new DecoderText({ session, trunk }, prompt, { pool, computed });
    const sequence: DecoderSequence = new DecoderSequence(
      session.shape,
      this.endTokens,
      text,
      () => {
        if (!this.#open.delete(sequence)) return;
        text.tree.dispose();
        this.#keep(text.tree);
      },
    );
    this.#open.add(sequence);
    try {
      await sequence.prefill(signal);
    } catch (error) {
      sequence.close();
      throw error;
    }
    return sequence;
  }

  /** A second text that begins as `sequence` does; what is computed is copied. */
  async fork(sequence: DecoderSequence): Promise<DecoderSequence> {
    return this.open(sequence.tree.tokens);
  }

  /** Frees kept prefixes and the session; open sequences must not be used any more. */
  async dispose(): Promise<void> {
    for (const { pool } of this.#kept) pool.dispose();
    this.#kept = [];
    this.#open.clear();
    await this.session.dispose();
    await this.trunk?.release();
  }

  #check(prompt: readonly TokenId[]): void {
    if (prompt.length === 0) throw new TqError(ErrorCode.invalidInput, 'The prompt is empty.');
    if (prompt.length > this.contextLength) {
      throw new TqError(
        ErrorCode.contextFull,
        `The prompt has ${prompt.length} tokens, but the model's context holds ${this.contextLength}; shorten it.`,
      );
    }
    const wrong = prompt.find(
      (token) => !Number.isInteger(token) || token < 0 || token >= this.vocabularySize,
    );
    if (wrong !== undefined) {
      throw new TqError(
        ErrorCode.invalidInput,
        `Token id ${wrong} is not in the vocabulary; ids are 0 to ${this.vocabularySize - 1}.`,
      );
    }
  }

  /** A pool that holds as long a beginning of `prompt` as is known; the last token is left over. */
  #takePrefix(prompt: readonly TokenId[]): { pool: KeyValuePool; computed: number } {
    const match = (tokens: readonly TokenId[], computed: number): number =>
      Math.min(commonLength(tokens, prompt), computed, prompt.length - 1);
    let best: { computed: number; pool: KeyValuePool; kept?: KeptPrefix } | undefined;
    for (const kept of this.#kept) {
      const computed = match(kept.tokens, kept.computed);
      if (computed > (best?.computed ?? 0)) best = { computed, pool: kept.pool, kept };
    }
    for (const { tree } of this.#open) {
      const computed = match(tree.tokens, tree.computed);
      if (computed > (best?.computed ?? 0)) best = { computed, pool: tree.prefix };
    }
    if (!best) return { pool: this.session.pool(0), computed: 0 };
    // A much longer text is copied from: every slot of its pool would cost time in every run.
    if (best.kept && 2 * best.computed >= best.pool.capacity) {
      this.#kept = this.#kept.filter((kept) => kept !== best.kept);
      return { pool: best.pool, computed: best.computed };
    }
    const pool = this.session.pool(best.computed);
    pool.copyFrom(best.pool, 0, 0, best.computed);
    return { pool, computed: best.computed };
  }

  #keep(tree: TokenTree): void {
    if (tree.computed === 0) return;
    const kept = { tokens: tree.tokens, pool: tree.prefix, computed: tree.computed };
    const all = [kept, ...this.#kept];
    this.#kept = all.slice(0, keptPrefixes);
    for (const { pool } of all.slice(keptPrefixes)) pool.dispose();
  }
}

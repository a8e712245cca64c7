import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Policy, TokenId } from '../../decoding/policy.ts';
import { DecoderSequence } from './decoder-sequence.ts';
import { DecoderText } from '../runtime/decoder-text.ts';
import type { GraphSession } from '../runtime/graph-session.ts';
import { PrefixCache } from '../runtime/prefix-cache.ts';
import type { Trunk } from '../runtime/trunk.ts';

/** How many closed texts keep their KV cache for a request that starts with the same tokens. */
const keptTexts = 2;

/** A compiled language model as a policy. */
export class DecoderPolicy implements Policy {
  readonly #open = new Set<DecoderSequence>();
  readonly #closed: PrefixCache;

  constructor(
    readonly id: string,
    private readonly session: GraphSession,
    readonly endTokens: ReadonlySet<TokenId>,
    readonly vocabularyId: string,
    /** Shared lower layers below this graph; undefined for a whole model. */
    readonly trunk?: Trunk,
  ) {
    this.#closed = new PrefixCache(session, keptTexts);
  }

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

  /** Bytes of keys and values of open and closed texts, including the trunk's. */
  get cacheBytes(): number {
    const open = [...this.#open].reduce((sum, sequence) => sum + sequence.tree.bytes, 0);
    const trunk = this.trunk?.cacheBytes ?? 0;
    return this.#closed.bytes + open + trunk;
  }

  async open(prompt: readonly TokenId[], signal?: AbortSignal): Promise<DecoderSequence> {
    this.#check(prompt);
    const { session, trunk } = this;
    const open = [...this.#open].map(({ tree }) => tree.cachedPrefix);
    const text = new DecoderText({ session, trunk }, prompt, this.#closed.take(prompt, open));
    const sequence: DecoderSequence = new DecoderSequence(
      session.shape,
      this.endTokens,
      text,
      this.bytesPerPosition,
      () => {
        if (!this.#open.delete(sequence)) return;
        text.tree.dispose();
        this.#closed.keep(text.tree.cachedPrefix);
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

  /** Opens a second text with the same tokens as `sequence`; copies its KV cache. */
  async fork(sequence: DecoderSequence): Promise<DecoderSequence> {
    return this.open(sequence.tree.tokens);
  }

  /** Frees the KV caches and the session; do not use open sequences afterwards. */
  async dispose(): Promise<void> {
    this.#closed.dispose();
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
}

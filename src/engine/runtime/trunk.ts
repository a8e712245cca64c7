import type { GraphSession } from './graph-session.ts';
import { PrefixCache } from './prefix-cache.ts';
import { TrunkText, type TrunkPrefix, type TrunkReader } from './trunk-text.ts';

/** How many texts without readers keep their KV cache and hidden states. */
const keptTexts = 2;

/**
 * The lower layers that a base model shares with adapters that change only layers above them. They
 * are loaded once, and run once for a text that several of these models read.
 */
export class Trunk {
  readonly #open = new Set<TrunkText>();
  readonly #closed: PrefixCache<TrunkPrefix>;
  #users = 0;
  #disposed: Promise<void> | undefined;

  /** @param onDispose called after the last model on this trunk is released */
  constructor(
    readonly session: GraphSession,
    private readonly onDispose: () => void = () => undefined,
  ) {
    this.#closed = new PrefixCache(session, keptTexts);
  }

  /** How many layers are shared; a model on the trunk starts at the next one. */
  get layers(): number {
    return this.session.shape.layers;
  }

  /** Bytes of keys and values of one position. */
  get bytesPerPosition(): number {
    const { layers, kvHeads, headDim } = this.session.shape;
    return 2 * layers * kvHeads * headDim * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Bytes of keys, values and hidden states of open and closed texts. */
  get cacheBytes(): number {
    const open = [...this.#open].reduce((sum, text) => sum + text.bytes, 0);
    const states = this.#closed.entries.reduce((sum, { computed }) => sum + computed, 0);
    return open + this.#closed.bytes + 4 * this.session.shape.hidden * states;
  }

  /** Counts one more model on this trunk. */
  retain(): this {
    this.#users++;
    return this;
  }

  /** Counts one model less; disposes of the session after the last one. */
  async release(): Promise<void> {
    if (--this.#users > 0) return;
    this.#closed.dispose();
    this.#disposed ??= this.session.dispose();
    this.onDispose();
    await this.#disposed;
  }

  /**
   * The trunk's text for a reader: one that other readers share, or else a new one that reuses the
   * longest cached prefix.
   * @param isolated computes everything again, for this reader only
   */
  join(reader: TrunkReader, isolated: boolean): TrunkText {
    const text = isolated
      ? this.#create([...reader.tokens], undefined, false)
      : (this.#shared(reader.tokens) ?? this.#reuse(reader.tokens));
    text.readers.add(reader);
    this.#open.add(text);
    return text;
  }

  /** Removes a reader; the last one closes the text, whose prefix later texts may reuse. */
  leave(text: TrunkText, reader: TrunkReader): void {
    text.readers.delete(reader);
    if (text.readers.size > 0) {
      text.advance();
      return;
    }
    this.#open.delete(text);
    if (text.shared) this.#closed.keep(text.prefix);
  }

  #shared(tokens: TrunkReader['tokens']): TrunkText | undefined {
    return [...this.#open].find((text) => text.shared && text.admits(tokens));
  }

  #reuse(tokens: TrunkReader['tokens']): TrunkText {
    const open = [...this.#open].map(({ prefix }) => prefix);
    const { pool, computed, source } = this.#closed.take(tokens, open);
    const states = source?.states.slice(0, computed) ?? [];
    return this.#create(tokens, { tokens, pool, computed, states }, true);
  }

  #create(
    tokens: TrunkReader['tokens'],
    prefix: TrunkPrefix | undefined,
    shared: boolean,
  ): TrunkText {
    const empty = { tokens: [], pool: this.session.pool(0), computed: 0, states: [] };
    return new TrunkText(this.session, tokens, prefix ?? empty, shared);
  }
}

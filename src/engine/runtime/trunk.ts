import type { TokenId } from '../../decoding/policy.ts';
import { commonLength } from './common-length.ts';
import type { GraphSession } from './graph-session.ts';
import { TrunkText, type TrunkPrefix, type TrunkReader } from './trunk-text.ts';

/** How many texts that nobody reads any more keep what was computed of them. */
const keptPrefixes = 2;

/**
 * The lower layers of a base model, which it has in common with adapters that change layers above
 * them: loaded once, and run once for a text that several of these models read.
 */
export class Trunk {
  readonly #open = new Set<TrunkText>();
  #kept: TrunkPrefix[] = [];
  #users = 0;
  #disposed: Promise<void> | undefined;

  /** @param onDispose called when the last model on it was freed */
  constructor(
    readonly session: GraphSession,
    private readonly onDispose: () => void = () => undefined,
  ) {}

  /** Layers that are the trunk's; a model on it begins with the next. */
  get layers(): number {
    return this.session.shape.layers;
  }

  /** Bytes of keys and values of one position. */
  get bytesPerPosition(): number {
    const { layers, kvHeads, headDim } = this.session.shape;
    return 2 * layers * kvHeads * headDim * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Bytes of keys, values and hidden states held by open texts and kept prefixes. */
  get cacheBytes(): number {
    const open = [...this.#open].reduce((sum, text) => sum + text.bytes, 0);
    const { hidden } = this.session.shape;
    return this.#kept.reduce(
      (sum, { pool, states }) => sum + pool.bytes + 4 * hidden * states.length,
      open,
    );
  }

  /** One more model goes on from this trunk. */
  retain(): this {
    this.#users++;
    return this;
  }

  /** One model less; the last one frees the session. */
  async release(): Promise<void> {
    if (--this.#users > 0) return;
    this.#kept = [];
    this.#disposed ??= this.session.dispose();
    this.onDispose();
    await this.#disposed;
  }

  /**
   * The text of a reader: the one that others read it in, else a new one that begins with what is
   * known of it.
   * @param apart computes everything anew, for this reader alone
   */
  join(reader: TrunkReader, apart: boolean): TrunkText {
    const text = apart
      ? this.#create([...reader.tokens], undefined, false)
      : (this.#shared(reader.tokens) ?? this.#begin(reader.tokens));
    text.readers.add(reader);
    this.#open.add(text);
    return text;
  }

  /** A reader has no use for the text any more; what was computed of it may serve a later one. */
  leave(text: TrunkText, reader: TrunkReader): void {
    text.readers.delete(reader);
    if (text.readers.size > 0) {
      text.advance();
      return;
    }
    this.#open.delete(text);
    if (text.shared && text.tree.computed > 0) {
      this.#kept = [text.prefix, ...this.#kept].slice(0, keptPrefixes);
    }
  }

  #shared(tokens: readonly TokenId[]): TrunkText | undefined {
    return [...this.#open].find((text) => text.shared && text.admits(tokens));
  }

  #begin(tokens: readonly TokenId[]): TrunkText {
    const match = (prefix: TrunkPrefix): number =>
      Math.min(commonLength(prefix.tokens, tokens), prefix.states.length, tokens.length - 1);
    const open = [...this.#open].map(({ prefix }) => prefix);
    let best: TrunkPrefix | undefined;
    for (const prefix of [...this.#kept, ...open]) {
      if (match(prefix) > (best ? match(best) : 0)) best = prefix;
    }
    if (!best) return this.#create(tokens, undefined, true);
    const states = best.states.slice(0, match(best));
    // A much longer text is copied from: every slot of its pool would cost time in every run.
    if (this.#kept.includes(best) && 2 * states.length >= best.pool.capacity) {
      this.#kept = this.#kept.filter((kept) => kept !== best);
      return this.#create(tokens, { ...best, states }, true);
    }
    const pool = this.session.pool(states.length);
    pool.copyFrom(best.pool, 0, 0, states.length);
    return this.#create(tokens, { tokens, pool, states }, true);
  }

  #create(tokens: readonly TokenId[], known: TrunkPrefix | undefined, shared: boolean): TrunkText {
    const empty = { tokens: [], pool: this.session.pool(0), states: [] };
    return new TrunkText(this.session, tokens, known ?? empty, shared);
  }
}

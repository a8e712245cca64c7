import type { TokenId } from '../../decoding/policy.ts';
import { commonLength } from './common-length.ts';
import type { GraphSession } from './graph-session.ts';
import type { KeyValuePool } from './key-value-pool.ts';

/** A text with the KV cache of its first tokens. */
export interface CachedPrefix {
  readonly tokens: readonly TokenId[];
  /** Holds the keys and values of the first `computed` tokens. */
  readonly pool: KeyValuePool;
  readonly computed: number;
}

/** A pool for a new text that already holds the text's first `computed` positions. */
export interface ReusedPrefix<P extends CachedPrefix> {
  readonly pool: KeyValuePool;
  readonly computed: number;
  /** The text whose positions are reused; undefined when there are none. */
  readonly source: P | undefined;
}

/** KV caches of closed texts, reused by later texts that start with the same tokens. */
export class PrefixCache<P extends CachedPrefix = CachedPrefix> {
  #entries: readonly P[] = [];

  constructor(
    private readonly session: Pick<GraphSession, 'pool'>,
    /** How many closed texts to keep; the oldest is dropped first. */
    private readonly capacity: number,
  ) {}

  /** Most recently closed text first. */
  get entries(): readonly P[] {
    return this.#entries;
  }

  /** Bytes of keys and values. */
  get bytes(): number {
    return this.#entries.reduce((sum, { pool }) => sum + pool.bytes, 0);
  }

  /**
   * Finds the longest cached prefix of `tokens`, in closed texts or in the `open` ones. The last
   * token is never included: a run needs at least one token to predict after.
   */
  take(tokens: readonly TokenId[], open: Iterable<P> = []): ReusedPrefix<P> {
    let source: P | undefined;
    let computed = 0;
    for (const candidate of [...this.#entries, ...open]) {
      const shared = commonLength(candidate.tokens, tokens);
      const usable = Math.min(shared, candidate.computed, tokens.length - 1);
      if (usable > computed) [source, computed] = [candidate, usable];
    }
    if (!source) return { pool: this.session.pool(0), computed: 0, source };
    // A much longer text is copied from: every slot of its pool would slow down every run.
    if (this.#entries.includes(source) && 2 * computed >= source.pool.capacity) {
      this.#entries = this.#entries.filter((entry) => entry !== source);
      return { pool: source.pool, computed, source };
    }
    const pool = this.session.pool(computed);
    pool.copyFrom(source.pool, 0, 0, computed);
    return { pool, computed, source };
  }

  /** Keeps the prefix of a text that was closed; takes over its pool. */
  keep(prefix: P): void {
    if (prefix.computed === 0) {
      prefix.pool.dispose();
      return;
    }
    const all = [prefix, ...this.#entries];
    this.#entries = all.slice(0, this.capacity);
    for (const dropped of all.slice(this.capacity)) dropped.pool.dispose();
  }

  dispose(): void {
    for (const { pool } of this.#entries) pool.dispose();
    this.#entries = [];
  }
}

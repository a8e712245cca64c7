import type { TokenId } from '../../decoding/policy.ts';
import { commonLength } from './common-length.ts';
import type { GraphSession } from './graph-session.ts';
import type { KeyValuePool } from './key-value-pool.ts';
import type { TokenTree } from './token-tree.ts';

/** A beginning of a text whose keys and values are known. */
export interface Prefix {
  readonly pool: KeyValuePool;
  /** Positions that the pool holds. */
  readonly computed: number;
}

interface KeptPrefix extends Prefix {
  readonly tokens: readonly TokenId[];
}

/** Keys and values of texts that were closed, for those to come that begin alike. */
export class KeptPrefixes {
  #kept: readonly KeptPrefix[] = [];

  constructor(
    private readonly session: Pick<GraphSession, 'pool'>,
    /** How many texts are kept. */
    private readonly most: number,
  ) {}

  get bytes(): number {
    return this.#kept.reduce((sum, { pool }) => sum + pool.bytes, 0);
  }

  /**
   * A pool that holds as long a beginning of `tokens` as is known, of kept texts or of open ones;
   * the last token is left over, for something to be read after it.
   */
  take(tokens: readonly TokenId[], open: Iterable<TokenTree> = []): Prefix {
    const match = (known: readonly TokenId[], computed: number): number =>
      Math.min(commonLength(known, tokens), computed, tokens.length - 1);
    let best: (Prefix & { readonly kept?: KeptPrefix }) | undefined;
    for (const kept of this.#kept) {
      const computed = match(kept.tokens, kept.computed);
      if (computed > (best?.computed ?? 0)) best = { computed, pool: kept.pool, kept };
    }
    for (const tree of open) {
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

  /** Keeps the committed part of a text whose branches were disposed of. */
  keep({ tokens, prefix: pool, computed }: TokenTree): void {
    const all = computed === 0 ? this.#kept : [{ tokens, pool, computed }, ...this.#kept];
    if (computed === 0) pool.dispose();
    this.#kept = all.slice(0, this.most);
    for (const dropped of all.slice(this.most)) dropped.pool.dispose();
  }

  dispose(): void {
    for (const { pool } of this.#kept) pool.dispose();
    this.#kept = [];
  }
}

import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { TokenId } from '../../decoding/policy.ts';
import { commonLength } from './common-length.ts';
import type { GraphSession } from './graph-session.ts';
import type { CachedPrefix } from './prefix-cache.ts';
import { runLimit } from './run-limit.ts';
import { createNode, TokenTree, type TreeNode } from './token-tree.ts';

/** A model's text that uses the trunk. */
export interface TrunkReader {
  /** The committed tokens. */
  readonly tokens: readonly TokenId[];
}

/** A text with the KV cache and the hidden states of its first tokens. */
export interface TrunkPrefix extends CachedPrefix {
  /** [computed], each [hidden]: hidden states after the trunk's last layer. */
  readonly states: readonly Float32Array[];
}

/**
 * A text in the trunk, with every branch that one of its readers asked for. Readers commit at
 * different times; the text follows the slowest, and frees a branch once no reader can need it.
 */
export class TrunkText {
  readonly tree: TokenTree;
  readonly readers = new Set<TrunkReader>();
  readonly #committed: Float32Array[];
  readonly #states = new WeakMap<TreeNode, Float32Array>();

  constructor(
    private readonly session: GraphSession,
    tokens: readonly TokenId[],
    { pool, computed, states }: TrunkPrefix,
    /** Whether other readers may join. */
    readonly shared: boolean,
  ) {
    this.tree = new TokenTree(tokens, pool, computed);
    this.#committed = [...states];
  }

  get prefix(): TrunkPrefix {
    return { ...this.tree.cachedPrefix, states: this.#committed };
  }

  /** Bytes of keys and values, and of the hidden states of the committed text. */
  get bytes(): number {
    return this.tree.bytes + 4 * this.session.shape.hidden * this.#committed.length;
  }

  /** Whether a new reader with these tokens can join: they contradict no other reader's. */
  admits(tokens: readonly TokenId[]): boolean {
    const own = this.tree.tokens;
    if (commonLength(own, tokens) < own.length) return false;
    return [...this.readers].every(
      (reader) =>
        commonLength(reader.tokens, tokens) === Math.min(reader.tokens.length, tokens.length),
    );
  }

  /** Whether a reader's last committed token equals that of all readers that are as far. */
  agrees(reader: TrunkReader): boolean {
    const last = reader.tokens.length - 1;
    return [...this.readers].every(
      ({ tokens }) => tokens.length <= last || tokens[last] === reader.tokens[last],
    );
  }

  /** Commits the tokens that all readers have committed. */
  advance(): void {
    const texts = [...this.readers].map(({ tokens }) => tokens);
    const end = Math.min(...texts.map(({ length }) => length));
    while (this.tree.tokens.length < end) {
      this.tree.commit(texts[0]![this.tree.tokens.length]!);
      if (this.tree.root.computed) this.#committed.push(this.#states.get(this.tree.root)!);
    }
  }

  /** The trunk's node for a token that a reader has committed. */
  committed({ tokens }: TrunkReader, position: number): TreeNode {
    const { tree } = this;
    const own = tree.tokens.length;
    if (position >= own) {
      const rest = tokens.slice(own, position + 1);
      return rest.reduce((node, token) => tree.child(node, token), tree.root);
    }
    if (position === own - 1) return tree.root;
    if (position >= tree.computed) return tree.pending(position - tree.computed + 1).at(-1)!;
    const node = { ...createNode(tokens[position]!, position, undefined), computed: true };
    this.#states.set(node, this.#committed[position]!);
    return node;
  }

  /**
   * Computes `nodes` and their ancestors where needed.
   * @returns the number of positions computed
   */
  async compute(nodes: readonly TreeNode[], signal: AbortSignal | undefined): Promise<number> {
    const { tree } = this;
    const rows = [...new Set(nodes.flatMap((node) => tree.missing(node)))];
    const limit = runLimit(tree.tokens.length);
    for (let start = 0; start < rows.length; start += limit) {
      if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
      const piece = rows.slice(start, start + limit);
      const { cache, states } = await this.session.runStates(tree.plan(piece));
      const { hidden } = this.session.shape;
      tree.store(piece, cache);
      piece.forEach((node, row) => {
        const state = states.slice(row * hidden, (row + 1) * hidden);
        this.#states.set(node, state);
        if (node.position < tree.computed) this.#committed[node.position] = state;
      });
    }
    return rows.length;
  }

  /** Hidden states [S, hidden] of computed nodes. */
  statesOf(nodes: readonly TreeNode[]): Float32Array {
    const { hidden } = this.session.shape;
    const states = new Float32Array(nodes.length * hidden);
    nodes.forEach((node, row) => {
      states.set(this.#states.get(node)!, row * hidden);
    });
    return states;
  }
}

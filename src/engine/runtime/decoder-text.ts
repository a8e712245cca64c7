import type { TokenId } from '../../decoding/policy.ts';
import type { GraphResult, GraphRun } from './graph-run.ts';
import type { GraphSession } from './graph-session.ts';
import type { KeyValuePool } from './key-value-pool.ts';
import { createNode, TokenTree, type TreeNode } from './token-tree.ts';
import type { Trunk } from './trunk.ts';
import type { TrunkText } from './trunk-text.ts';

/** A decoder at run time: the graph of all its layers, or of those over a trunk. */
export interface Decoder {
  readonly session: GraphSession;
  readonly trunk?: Trunk | undefined;
}

/** How a text begins. */
export interface TextStart {
  /** Keys and values of the first `computed` tokens, of the session's layers. */
  readonly pool?: KeyValuePool;
  readonly computed?: number;
  /** Whether the trunk computes everything anew, for this text alone. */
  readonly apart?: boolean;
}

type Wanted = Pick<GraphRun, 'rows' | 'topCount' | 'targets' | 'wantLogits' | 'temperature'> & {
  readonly signal?: AbortSignal | undefined;
};

/**
 * A text under a decoder: its tree of branches, run on the decoder's graph. Over a trunk, tokens go
 * through the trunk where no other model has taken them through it, and then through the graph.
 */
export class DecoderText {
  readonly tree: TokenTree;
  #trunkPositions = 0;
  #trunkText: TrunkText | undefined;
  /** The trunk's node of each node that was computed. */
  #below = new WeakMap<TreeNode, TreeNode>();

  constructor(
    private readonly decoder: Decoder,
    tokens: readonly TokenId[],
    { pool, computed = 0, apart = false }: TextStart = {},
  ) {
    const { session } = decoder;
    this.tree = new TokenTree(tokens, pool ?? session.pool(0), computed);
    this.#trunkText = decoder.trunk?.join(this.tree, apart);
  }

  /** Positions taken through the trunk for this text; undefined without one. */
  get trunkPositions(): number | undefined {
    return this.decoder.trunk && this.#trunkPositions;
  }

  /** Predictions after some of `nodes` (see GraphRun); keeps the keys and values of all. */
  async run(nodes: readonly TreeNode[], { signal, ...wanted }: Wanted): Promise<GraphResult> {
    const states = await this.#states(nodes, signal);
    const result = await this.decoder.session.run({ ...this.tree.plan(nodes), states, ...wanted });
    this.tree.store(nodes, result.cache);
    return result;
  }

  /** Scores [rows, labels] after some of `nodes`; keeps the keys and values of all. */
  async runScores(
    nodes: readonly TreeNode[],
    { rows, signal }: Pick<Wanted, 'rows' | 'signal'>,
  ): Promise<Float32Array> {
    const states = await this.#states(nodes, signal);
    const plan = { ...this.tree.plan(nodes), states, rows };
    const { cache, scores } = await this.decoder.session.runScores(plan);
    this.tree.store(nodes, cache);
    return scores;
  }

  /** Appends one token; the branch that begins with it stays. */
  commit(token: TokenId): void {
    this.tree.commit(token);
    const { trunk } = this.decoder;
    const text = this.#trunkText;
    if (!trunk || !text) return;
    if (text.agrees(this.tree)) {
      text.advance();
      return;
    }
    // Another text began alike and goes on otherwise.
    trunk.leave(text, this.tree);
    this.#trunkText = trunk.join(this.tree, false);
    this.#below = new WeakMap();
  }

  /** Gives back what a branch beside the tree holds. */
  free(branch: TreeNode): void {
    this.tree.free(branch);
    const below = this.#below.get(branch);
    if (below) this.#trunkText?.tree.free(below);
  }

  close(): void {
    if (this.#trunkText) this.decoder.trunk!.leave(this.#trunkText, this.tree);
    this.#trunkText = undefined;
  }

  /** Hidden states of `nodes` after the trunk; undefined without one. */
  async #states(
    nodes: readonly TreeNode[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const text = this.#trunkText;
    if (!text) return undefined;
    const below = nodes.map((node) => this.#nodeBelow(node, text));
    this.#trunkPositions += await text.compute(below, signal);
    return text.statesOf(below);
  }

  #nodeBelow(node: TreeNode, text: TrunkText): TreeNode {
    const known = this.#below.get(node);
    if (known) return known;
    const { parent, token, position } = node;
    const below =
      parent === undefined || position < this.tree.tokens.length
        ? text.committed(this.tree, position)
        : childBelow(
            text,
            this.#nodeBelow(parent, text),
            parent.children.get(token) === node,
            node,
          );
    this.#below.set(node, below);
    return below;
  }
}

/** A branch beside the tree hangs beside the trunk's, too: it finds nothing computed. */
function childBelow(
  { tree }: TrunkText,
  parent: TreeNode,
  inTree: boolean,
  { token, position }: TreeNode,
): TreeNode {
  return inTree ? tree.child(parent, token) : createNode(token, position, parent);
}

import type { TokenId } from '../../decoding/policy.ts';
import type { GraphResult, GraphRun } from './graph-run.ts';
import type { GraphSession } from './graph-session.ts';
import type { KeyValuePool } from './key-value-pool.ts';
import { createNode, TokenTree, type TreeNode } from './token-tree.ts';
import type { Trunk } from './trunk.ts';
import type { TrunkText } from './trunk-text.ts';

/** A decoder at run time: a graph of all layers, or of the layers above a trunk. */
export interface Decoder {
  readonly session: GraphSession;
  readonly trunk?: Trunk | undefined;
}

/** What is already computed of a new text. */
export interface TextStart {
  /** KV cache of the first `computed` tokens, for the session's layers. */
  readonly pool?: KeyValuePool;
  readonly computed?: number;
  /** Whether the trunk computes everything again, for this text only. */
  readonly isolated?: boolean;
}

type RunRequest = Pick<GraphRun, 'rows' | 'topCount' | 'targets' | 'wantLogits' | 'temperature'> & {
  readonly signal?: AbortSignal | undefined;
};

/**
 * A text and its tree of branches, run by one decoder. With a trunk, tokens pass through the trunk
 * (unless another model already did that) and then through the decoder's own layers.
 */
export class DecoderText {
  readonly tree: TokenTree;
  #trunkPositions = 0;
  #trunkText: TrunkText | undefined;
  /** The trunk's node for each computed node. */
  #trunkNodes = new WeakMap<TreeNode, TreeNode>();

  constructor(
    private readonly decoder: Decoder,
    tokens: readonly TokenId[],
    { pool, computed = 0, isolated = false }: TextStart = {},
  ) {
    const { session } = decoder;
    this.tree = new TokenTree(tokens, pool ?? session.pool(0), computed);
    this.#trunkText = decoder.trunk?.join(this.tree, isolated);
  }

  /** Positions computed by the trunk for this text; undefined without a trunk. */
  get trunkPositions(): number | undefined {
    return this.decoder.trunk && this.#trunkPositions;
  }

  /**
   * Runs `nodes`, predicts after some of them (see GraphRun), and caches all their keys and values.
   */
  async run(nodes: readonly TreeNode[], { signal, ...wanted }: RunRequest): Promise<GraphResult> {
    const states = await this.#states(nodes, signal);
    const result = await this.decoder.session.run({ ...this.tree.plan(nodes), states, ...wanted });
    this.tree.store(nodes, result.cache);
    return result;
  }

  /**
   * Runs `nodes`, returns scores [rows, labels] after some, and caches all their keys and values.
   */
  async runScores(
    nodes: readonly TreeNode[],
    { rows, signal }: Pick<RunRequest, 'rows' | 'signal'>,
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
    // Another reader has committed a different token: the texts part here.
    trunk.leave(text, this.tree);
    this.#trunkText = trunk.join(this.tree, false);
    this.#trunkNodes = new WeakMap();
  }

  /** Frees the slots of a branch, here and in the trunk. */
  free(branch: TreeNode): void {
    this.tree.free(branch);
    const below = this.#trunkNodes.get(branch);
    if (below) this.#trunkText?.tree.free(below);
  }

  close(): void {
    if (this.#trunkText) this.decoder.trunk!.leave(this.#trunkText, this.tree);
    this.#trunkText = undefined;
  }

  /** Hidden states of `nodes` after the trunk's layers; undefined without a trunk. */
  async #states(
    nodes: readonly TreeNode[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const text = this.#trunkText;
    if (!text) return undefined;
    const below = nodes.map((node) => this.#trunkNodeOf(node, text));
    this.#trunkPositions += await text.compute(below, signal);
    return text.statesOf(below);
  }

  #trunkNodeOf(node: TreeNode, text: TrunkText): TreeNode {
    const known = this.#trunkNodes.get(node);
    if (known) return known;
    const { parent, token, position } = node;
    const below =
      parent === undefined || position < this.tree.tokens.length
        ? text.committed(this.tree, position)
        : trunkChild(
            text,
            this.#trunkNodeOf(parent, text),
            parent.children.get(token) === node,
            node,
          );
    this.#trunkNodes.set(node, below);
    return below;
  }
}

/** A detached branch is detached in the trunk's tree too, so nothing cached is reused. */
function trunkChild(
  { tree }: TrunkText,
  parent: TreeNode,
  inTree: boolean,
  { token, position }: TreeNode,
): TreeNode {
  return inTree ? tree.child(parent, token) : createNode(token, position, parent);
}

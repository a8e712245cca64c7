import type { Candidate, Sampler, TokenId } from '../../decoding/policy.ts';
import type { GraphRun } from './graph-run.ts';
import type { KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import type { Distribution } from './sampling.ts';
import type { AttentionSpan } from './attention-span.ts';
import type { CachedPrefix } from './prefix-cache.ts';

/** The most likely tokens after a node; log-probabilities are natural logarithms. */
export interface Prediction {
  readonly topTokens: readonly TokenId[];
  readonly topLogProbs: readonly number[];
  readonly logSumExp: number;
  /** Over all tokens; kept only at the root, once sampling or scoring needs it. */
  readonly distribution: Distribution | undefined;
}

/** One token of the tree of branches that starts at the end of the committed text. */
export interface TreeNode {
  readonly token: TokenId;
  readonly position: number;
  /** Undefined for committed nodes whose ancestors are all in the prefix pool. */
  parent: TreeNode | undefined;
  readonly children: Map<TokenId, TreeNode>;
  /** Slot in the branch pool; -1 before the node is computed and after it is committed. */
  slot: number;
  computed: boolean;
  prediction: Prediction | undefined;
  /** Tokens that samplers drew after this node, so that its logits need not be kept. */
  readonly draws: Map<Sampler, Candidate>;
  /** Log-probabilities of scored tokens after this node. */
  readonly logProbs: Map<TokenId, number>;
}

export function createNode(
  token: TokenId,
  position: number,
  parent: TreeNode | undefined,
): TreeNode {
  return {
    token,
    position,
    parent,
    children: new Map(),
    slot: -1,
    computed: false,
    prediction: undefined,
    draws: new Map(),
    logProbs: new Map(),
  };
}

const prefixStep = 64;
const branchStep = 32;

function roundUp(count: number, step: number): number {
  return Math.ceil(count / step) * step;
}

/**
 * The committed text and all branches computed from its end, with their KV cache: committed tokens
 * in the prefix pool, branches in the branch pool. Committing a token moves one position from one
 * pool to the other; nothing is computed again.
 */
export class TokenTree {
  readonly #tokens: TokenId[];
  /** Committed nodes without keys and values; the root may be the last one. */
  #pending: TreeNode[] = [];
  #root: TreeNode;
  #computed: number;
  #freeSlots: number[] = [];
  #usedSlots = 0;
  #liveSlots = 0;
  readonly branch: KeyValuePool;

  /** Starts with `tokens`; `prefix` already holds the first `computed` of them. */
  constructor(
    tokens: readonly TokenId[],
    readonly prefix: KeyValuePool,
    computed: number,
  ) {
    this.#tokens = [...tokens];
    this.#computed = computed;
    this.branch = prefix.another(0);
    let parent: TreeNode | undefined;
    for (let i = computed; i < tokens.length; i++) {
      parent = createNode(tokens[i]!, i, parent);
      this.#pending.push(parent);
    }
    if (!parent) throw new Error('The prefix must leave at least the last token to compute.');
    this.#root = parent;
  }

  /** The committed text. */
  get tokens(): readonly TokenId[] {
    return this.#tokens;
  }

  /** The last committed token: the node to predict the next token after. */
  get root(): TreeNode {
    return this.#root;
  }

  /** How many committed tokens have keys and values. */
  get computed(): number {
    return this.#computed;
  }

  /** The committed text with its KV cache. */
  get cachedPrefix(): CachedPrefix {
    return { tokens: this.#tokens, pool: this.prefix, computed: this.#computed };
  }

  get bytes(): number {
    return this.prefix.bytes + this.branch.bytes;
  }

  child(node: TreeNode, token: TokenId): TreeNode {
    let child = node.children.get(token);
    if (!child) {
      child = createNode(token, node.position + 1, node);
      node.children.set(token, child);
    }
    return child;
  }

  /** The next committed tokens to compute (prefill), at most `limit`. */
  pending(limit: number): TreeNode[] {
    return this.#pending.slice(0, limit);
  }

  /** The nodes still to compute on the path from the committed text to `node`, in order. */
  missing(node: TreeNode): TreeNode[] {
    const path: TreeNode[] = [];
    for (let n: TreeNode | undefined = node; n && !n.computed; n = n.parent) path.push(n);
    return path.reverse();
  }

  /**
   * Inputs of a run that computes `nodes`. Each parent must be computed or come earlier in `nodes`.
   * A computed node may be included to predict after it again.
   */
  plan(
    nodes: readonly TreeNode[],
  ): Pick<GraphRun, 'ids' | 'positions' | 'spans' | 'prefix' | 'branch'> {
    this.#reserve();
    return {
      ids: nodes.map((node) => node.token),
      positions: nodes.map((node) => node.position),
      spans: this.#spans(nodes),
      prefix: this.prefix,
      branch: this.branch,
    };
  }

  #spans(nodes: readonly TreeNode[]): AttentionSpan[] {
    const slots = this.branch.capacity;
    const rowOf = new Map(nodes.map((node, row) => [node, row]));
    return nodes.map((node) => {
      // A computed root is already in the prefix and must not attend to itself twice.
      const prefix = Math.min(this.#computed, node.position);
      const ancestors: number[] = [];
      for (let n: TreeNode | undefined = node; n && n.position >= prefix; n = n.parent) {
        const row = rowOf.get(n);
        ancestors.push(row === undefined ? n.slot : slots + row);
      }
      return { position: node.position, prefix, ancestors };
    });
  }

  /** Stores the keys and values that a run of `nodes` returned. */
  store(nodes: readonly TreeNode[], cache: NewKeyValues): void {
    nodes.forEach((node, row) => {
      if (node.computed) return;
      node.computed = true;
      if (node === this.#pending[0]) {
        this.#pending.shift();
        node.parent = undefined;
        this.#growPrefix(this.#computed + 1);
        this.prefix.store(this.#computed++, cache, row, nodes.length);
        return;
      }
      node.slot = this.#freeSlots.pop() ?? this.#usedSlots++;
      this.#liveSlots++;
      if (node.slot >= this.branch.capacity) {
        this.branch.resize(roundUp(this.#usedSlots + nodes.length - row - 1, branchStep));
      }
      this.branch.store(node.slot, cache, row, nodes.length);
    });
  }

  /**
   * Appends a token to the committed text; keeps the branch that starts with it, frees the others.
   */
  commit(token: TokenId): void {
    const next = this.child(this.#root, token);
    for (const sibling of this.#root.children.values()) if (sibling !== next) this.free(sibling);
    this.#root.children.clear();
    this.#tokens.push(token);
    if (next.computed) {
      this.#growPrefix(this.#computed + 1);
      this.prefix.copyFrom(this.branch, next.slot, this.#computed++);
      this.#release(next);
      next.parent = undefined;
    } else {
      this.#pending.push(next);
    }
    this.#root = next;
  }

  /** Frees the branches' device memory; another tree may take over the prefix pool. */
  dispose(): void {
    this.branch.dispose();
  }

  /** Frees the slots of a node and its descendants. */
  free(node: TreeNode): void {
    for (const child of node.children.values()) this.free(child);
    if (node.slot >= 0) this.#release(node);
  }

  #release(node: TreeNode): void {
    this.#freeSlots.push(node.slot);
    this.#liveSlots--;
    node.slot = -1;
  }

  #growPrefix(count: number): void {
    if (count <= this.prefix.capacity) return;
    // Grows ahead of a long prefill, which would otherwise copy the pool again and again.
    const ahead = Math.min(this.#pending.length, Math.floor(count / 4));
    this.prefix.resize(roundUp(count + ahead, prefixStep));
  }

  /** Compacts the branch pool when much of it is unused: every run copies it. */
  #reserve(): void {
    const wanted = roundUp(this.#liveSlots, branchStep);
    if (this.branch.capacity <= wanted + branchStep) return;
    const live: TreeNode[] = [];
    const collect = (node: TreeNode): void => {
      if (node.slot >= 0) live.push(node);
      for (const child of node.children.values()) collect(child);
    };
    collect(this.#root);
    // Detached branches (computed without reuse) hold slots that this walk cannot find.
    if (live.length !== this.#liveSlots) return;
    live.sort((a, b) => a.slot - b.slot);
    live.forEach((node, slot) => {
      if (node.slot === slot) return;
      this.branch.copyFrom(this.branch, node.slot, slot);
      node.slot = slot;
    });
    this.#freeSlots = [];
    this.#usedSlots = live.length;
    this.branch.resize(wanted);
  }
}

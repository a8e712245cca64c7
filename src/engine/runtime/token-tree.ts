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
  /** Of all tokens; kept only at the root, where sampling or scoring asked for it. */
  readonly distribution: Distribution | undefined;
}

/** One token of the tree that hangs from the committed text. */
export interface TreeNode {
  readonly token: TokenId;
  readonly position: number;
  /** Undefined for committed nodes whose ancestors all lie in the prefix pool. */
  parent: TreeNode | undefined;
  readonly children: Map<TokenId, TreeNode>;
  /** Slot in the branch pool; -1 while not computed or once committed. */
  slot: number;
  computed: boolean;
  prediction: Prediction | undefined;
  /** What samplers drew after this node, so that its logits need not be kept. */
  readonly draws: Map<Sampler, Candidate>;
  /** Log-probabilities that were asked for, of tokens after this node. */
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
 * The committed text and every branch computed off it, with their keys and values: committed ones
 * in the prefix pool, branches in the branch pool. Committing a token moves one position; nothing
 * is computed again.
 */
export class TokenTree {
  readonly #tokens: TokenId[];
  /** Committed nodes that have no keys and values yet; the last one is the root. */
  #pending: TreeNode[] = [];
  #root: TreeNode;
  #computed: number;
  #freeSlots: number[] = [];
  #usedSlots = 0;
  #liveSlots = 0;
  readonly branch: KeyValuePool;

  /** Starts from `tokens`, of which `prefix` already holds the first `computed`. */
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
    if (!parent) throw new Error('the last token must be left to compute');
    this.#root = parent;
  }

  /** The committed text. */
  get tokens(): readonly TokenId[] {
    return this.#tokens;
  }

  /** The last committed token; predictions after it are those after the committed text. */
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

  /** Committed tokens to compute before `node` can be, at most `limit` of them. */
  pending(limit: number): TreeNode[] {
    return this.#pending.slice(0, limit);
  }

  /** The uncomputed nodes from the committed text down to `node`, in order. */
  missing(node: TreeNode): TreeNode[] {
    const path: TreeNode[] = [];
    for (let n: TreeNode | undefined = node; n && !n.computed; n = n.parent) path.push(n);
    return path.reverse();
  }

  /**
   * Inputs of a run that computes `nodes`: each parent is computed or stands earlier in `nodes`.
   * A node already computed may be given again, to predict after it once more.
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
      // A root computed before is already in the prefix and must not see itself twice.
      const prefix = Math.min(this.#computed, node.position);
      const near: number[] = [];
      for (let n: TreeNode | undefined = node; n && n.position >= prefix; n = n.parent) {
        const row = rowOf.get(n);
        near.push(row === undefined ? n.slot : slots + row);
      }
      return { position: node.position, prefix, near };
    });
  }

  /** Takes over the keys and values of a run of `nodes`. */
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

  /** Appends one token to the committed text; the branch that begins with it stays. */
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

  /** Gives the branches' device memory back; the prefix may go on in another tree. */
  dispose(): void {
    this.branch.dispose();
  }

  /** Gives back the slots of a node and all below it. */
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
    // A long prompt would else be copied again and again while it is read, every old copy garbage.
    const ahead = Math.min(this.#pending.length, Math.floor(count / 4));
    this.prefix.resize(roundUp(count + ahead, prefixStep));
  }

  /** Keeps the branch pool close to what is used: every run copies it. */
  #reserve(): void {
    const wanted = roundUp(this.#liveSlots, branchStep);
    if (this.branch.capacity <= wanted + branchStep) return;
    const live: TreeNode[] = [];
    const collect = (node: TreeNode): void => {
      if (node.slot >= 0) live.push(node);
      for (const child of node.children.values()) collect(child);
    };
    collect(this.#root);
    // Branches outside the tree (computed without reuse) hold slots this walk does not see.
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

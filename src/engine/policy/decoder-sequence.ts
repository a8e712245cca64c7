import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type {
  Candidate,
  PolicySequence,
  PositionCount,
  Rollout,
  RolloutOptions,
  RolloutStart,
  TokenId,
} from '../decoding/policy.ts';
import type { RandomStream } from '../decoding/random.ts';
import type { GraphResult, GraphSession } from './graph-session.ts';
import { sampleToken } from './sampling.ts';
import { createNode, type Prediction, type TokenTree, type TreeNode } from './token-tree.ts';

/** Most positions in one run: bounds the memory of a long prompt and the wait before a cancel. */
const runLimit = 256;

/** Enough for most first questions, so that the prompt's last token is not read a second time. */
const usualTopCount = 20;

/** A branch being rolled out. */
interface Branch {
  readonly start: RolloutStart;
  readonly tokens: TokenId[];
  /** Of each token; kept while every one is known, for sampling computes them anyway. */
  readonly logProbs: number[];
  node: TreeNode;
}

interface ComputeOptions {
  readonly wantLogits?: boolean;
  readonly targets?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** A text under a compiled language model, with its tree of branches. */
export class DecoderSequence implements PolicySequence {
  readonly #count: PositionCount = { positions: 0 };
  /** How many likely tokens each prediction holds: as many as were last asked for. */
  #topCount: number;
  /** Set once all logits were needed: they then come with every committed token. */
  #wantsLogits = false;

  constructor(
    private readonly session: GraphSession,
    private readonly endTokens: ReadonlySet<TokenId>,
    readonly tree: TokenTree,
    private readonly onClose: () => void,
  ) {
    this.#topCount = Math.min(usualTopCount, session.shape.vocabulary);
  }

  get length(): number {
    return this.tree.tokens.length;
  }

  get count(): Readonly<PositionCount> {
    return this.#count;
  }

  /** Reads the committed text in pieces, so that a cancel is seen in between. */
  async prefill(signal?: AbortSignal): Promise<void> {
    for (
      let piece = this.tree.pending(runLimit);
      piece.length > 0;
      piece = this.tree.pending(runLimit)
    ) {
      await this.#compute(piece, [piece.at(-1)!], { wantLogits: this.#wantsLogits, signal });
    }
  }

  async next(k: number): Promise<Candidate[]> {
    this.#topCount = k;
    return mostLikely(await this.#rootPrediction(k), k);
  }

  ahead(path: readonly TokenId[], k: number): readonly Candidate[] | undefined {
    let node: TreeNode | undefined = this.tree.root;
    for (const token of path) node = node?.children.get(token);
    const known = node?.prediction;
    return known && known.topTokens.length >= k ? mostLikely(known, k) : undefined;
  }

  async logProbs(tokens: readonly TokenId[]): Promise<number[]> {
    const known = this.tree.root.prediction;
    const fromTop = tokens.map((token) => known?.topLogProbs[known.topTokens.indexOf(token)]);
    if (fromTop.every((value) => value !== undefined)) return fromTop;
    const { logits, logSumExp } = await this.#rootLogits();
    return tokens.map((token) => logits[token]! - logSumExp);
  }

  async sample(random: RandomStream, temperature: number): Promise<Candidate> {
    if (temperature === 0) return (await this.next(this.#topCount))[0]!;
    const { logits, logSumExp } = await this.#rootLogits();
    const token = sampleToken(logits, temperature, random);
    return { token, logProb: logits[token]! - logSumExp };
  }

  async rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]> {
    await this.#rootPrediction(1);
    const { tree } = this;
    // Without reuse a branch hangs beside the tree: it finds nothing computed and leaves nothing.
    const apart: TreeNode[] = [];
    const begin = (token: TokenId): TreeNode => {
      if (options.reuse) return tree.child(tree.root, token);
      const node = createNode(token, tree.root.position + 1, tree.root);
      apart.push(node);
      return node;
    };
    const branches = starts.map((start): Branch => {
      const [first, ...rest] = start.tokens;
      const top = first === undefined ? tree.root : begin(first);
      const node = rest.reduce((n, token) => tree.child(n, token), top);
      return { start, tokens: [...start.tokens], logProbs: [], node };
    });
    try {
      for (let active = branches.filter((b) => this.#unfinished(b)); active.length > 0;) {
        await this.#advance(active, begin, options.signal);
        active = active.filter((b) => this.#unfinished(b));
      }
    } finally {
      for (const node of apart) tree.free(node);
    }
    return branches.map(({ tokens, logProbs }) => ({
      tokens,
      ended: this.endTokens.has(tokens.at(-1)!),
      ...(logProbs.length === tokens.length && { logProbs }),
    }));
  }

  async score(
    continuations: readonly (readonly TokenId[])[],
    signal?: AbortSignal,
  ): Promise<number[]> {
    await this.#rootPrediction(1);
    const sums: number[] = [];
    for (const continuation of continuations) sums.push(await this.#scoreOne(continuation, signal));
    return sums;
  }

  async commit(token: TokenId): Promise<void> {
    await this.prefill();
    this.#requireRoom(this.length + 1);
    this.tree.commit(token);
  }

  close(): void {
    this.onClose();
  }

  #unfinished({ start, tokens }: Branch): boolean {
    return (
      tokens.length < start.tokens.length + start.length && !this.endTokens.has(tokens.at(-1)!)
    );
  }

  /** Computes what the branches need for their next token, in one run, and chooses that token. */
  async #advance(
    branches: readonly Branch[],
    begin: (token: TokenId) => TreeNode,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const sampled = branches.some((branch) => branch.start.random);
    const tips = [...new Set(branches.map((branch) => branch.node))];
    const open = tips.filter((tip) => (sampled ? !tip.prediction?.logits : !tip.prediction));
    if (open.length > 0) {
      const rows = [...new Set(open.flatMap((tip) => [...this.tree.missing(tip), tip]))];
      await this.#compute(rows, open, { wantLogits: sampled, signal });
    }
    for (const branch of branches) {
      const { random, temperature = 1 } = branch.start;
      const { topTokens, logits, logSumExp } = branch.node.prediction!;
      const token = random ? sampleToken(logits!, temperature, random) : topTokens[0]!;
      if (logits) branch.logProbs.push(logits[token]! - logSumExp);
      branch.tokens.push(token);
      branch.node =
        branch.node === this.tree.root ? begin(token) : this.tree.child(branch.node, token);
    }
    for (const tip of tips) if (tip !== this.tree.root) dropLogits(tip);
  }

  /** Sum of log-probabilities of a continuation, its new positions read in one run. */
  async #scoreOne(
    continuation: readonly TokenId[],
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const [first, ...rest] = continuation;
    if (first === undefined) return 0;
    const total = (await this.logProbs([first]))[0]!;
    if (rest.length === 0) return total;
    const nodes: TreeNode[] = [];
    let node = this.tree.root;
    for (const token of continuation.slice(0, -1)) {
      node = this.tree.child(node, token);
      nodes.push(node);
    }
    const result = await this.#compute(nodes, nodes, { targets: rest, signal });
    return rest.reduce((sum, _, i) => sum + result.targetLogits[i]! - result.logSumExp[i]!, total);
  }

  async #rootPrediction(k: number): Promise<Prediction> {
    await this.prefill();
    const { root } = this.tree;
    if (!root.prediction || root.prediction.topTokens.length < k) {
      await this.#compute([root], [root], { wantLogits: this.#wantsLogits });
    }
    return root.prediction!;
  }

  async #rootLogits(): Promise<{ logits: Float32Array; logSumExp: number }> {
    this.#wantsLogits = true;
    await this.prefill();
    const { root } = this.tree;
    if (!root.prediction?.logits) await this.#compute([root], [root], { wantLogits: true });
    const { logits, logSumExp } = root.prediction!;
    return { logits: logits!, logSumExp };
  }

  /** Runs the graph on `nodes`, stores what it computed, and sets predictions after `tips`. */
  async #compute(
    nodes: readonly TreeNode[],
    tips: readonly TreeNode[],
    { wantLogits = false, targets, signal }: ComputeOptions,
  ): Promise<GraphResult> {
    if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
    this.#requireRoom(Math.max(...nodes.map((node) => node.position)) + 1);
    const result = await this.session.run({
      ...this.tree.plan(nodes),
      rows: tips.map((tip) => nodes.indexOf(tip)),
      topCount: this.#topCount,
      targets,
      wantLogits,
    });
    this.#count.positions += nodes.length;
    this.tree.store(nodes, result.cache);
    tips.forEach((tip, row) => {
      tip.prediction = readPrediction(result, row, this.#topCount);
    });
    return result;
  }

  #requireRoom(positions: number): void {
    const { contextLength } = this.session.shape;
    if (positions <= contextLength) return;
    throw new TqError(
      ErrorCode.contextFull,
      `The text needs ${positions} tokens, but the model's context holds ${contextLength}; shorten the prompt or generate fewer tokens.`,
    );
  }
}

function mostLikely({ topTokens, topLogProbs }: Prediction, k: number): Candidate[] {
  return topTokens.slice(0, k).map((token, i) => ({ token, logProb: topLogProbs[i]! }));
}

function readPrediction(result: GraphResult, row: number, topCount: number): Prediction {
  const logSumExp = result.logSumExp[row]!;
  const from = row * topCount;
  const vocabulary = result.logits && result.logits.length / result.logSumExp.length;
  return {
    topTokens: result.topIds.slice(from, from + topCount),
    topLogProbs: Array.from(result.topLogits.subarray(from, from + topCount), (x) => x - logSumExp),
    logSumExp,
    logits: vocabulary ? result.logits.slice(row * vocabulary, (row + 1) * vocabulary) : undefined,
  };
}

/** All logits of many branches would fill the memory; they are used for one draw. */
function dropLogits(node: TreeNode): void {
  if (node.prediction?.logits) node.prediction = { ...node.prediction, logits: undefined };
}

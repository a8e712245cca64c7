import { ErrorCode, TqError } from '../../protocol/errors.ts';
import {
  type Candidate,
  type PolicySequence,
  type PositionCount,
  type Rollout,
  type RolloutOptions,
  type RolloutStart,
  type TokenId,
  type RandomStream,
} from '../../decoding/policy.ts';
import type { DecoderShape } from '../models/architecture/architecture.ts';
import {
  cachedLogProb,
  cachedRollout,
  rollOutBranches,
  scoreContinuations,
  type Branching,
  type ComputeOptions,
} from './branching.ts';
import { branchLimit } from './branch-limit.ts';
import type { DecoderText } from '../runtime/decoder-text.ts';
import type { GraphResult } from '../runtime/graph-run.ts';
import { runLimit } from '../runtime/run-limit.ts';
import { distributionOf, drawToken, type Distribution } from '../runtime/sampling.ts';
import type { Prediction, TokenTree, TreeNode } from '../runtime/token-tree.ts';

/** Enough for most requests, so that the prompt's last token is not computed a second time. */
const defaultTopCount = 20;

/** A text under a compiled language model, with its tree of branches. */
export class DecoderSequence implements PolicySequence {
  readonly #count: PositionCount;
  /** How many of the most likely tokens each prediction holds: the last requested k. */
  #topCount: number;
  /**
   * Set on the first request for all logits: from then on every committed token's run returns them,
   * with block masses at this temperature.
   */
  #logitsAt: number | undefined;

  constructor(
    private readonly shape: DecoderShape,
    private readonly endTokens: ReadonlySet<TokenId>,
    private readonly text: DecoderText,
    /** Of keys and values. */
    private readonly bytesPerPosition: number,
    private readonly onClose: () => void,
  ) {
    this.#count = { positions: 0, takenOver: text.tree.computed };
    this.#topCount = Math.min(defaultTopCount, shape.vocabulary);
  }

  get tree(): TokenTree {
    return this.text.tree;
  }

  get length(): number {
    return this.tree.tokens.length;
  }

  get count(): Readonly<PositionCount> {
    return this.#count;
  }

  get trunkPositions(): number | undefined {
    return this.text.trunkPositions;
  }

  /** Computes the committed text in chunks, so that a cancel takes effect between them. */
  async prefill(signal?: AbortSignal): Promise<void> {
    const next = (): TreeNode[] => this.tree.pending(runLimit(this.tree.computed));
    for (let chunk = next(); chunk.length > 0; chunk = next()) {
      await this.#compute(chunk, [chunk.at(-1)!], { logitsAt: this.#logitsAt, signal });
    }
  }

  async next(k: number): Promise<Candidate[]> {
    this.#topCount = k;
    return mostLikely(await this.#rootPrediction(k), k);
  }

  peekNext(path: readonly TokenId[], k: number): readonly Candidate[] | undefined {
    let node: TreeNode | undefined = this.tree.root;
    for (const token of path) node = node?.children.get(token);
    const known = node?.prediction;
    return known && known.topTokens.length >= k ? mostLikely(known, k) : undefined;
  }

  peekRollout(start: RolloutStart): Rollout {
    return cachedRollout(start, this.#branching);
  }

  async logProbs(tokens: readonly TokenId[]): Promise<number[]> {
    // The cache holds a few tokens; looking for the whole vocabulary in it takes long.
    if (tokens.length < this.shape.vocabulary / 2) {
      const known = tokens.map((token) => cachedLogProb(this.tree.root, token));
      if (known.every((value) => value !== undefined)) return known;
    }
    const { logits, logSumExp } = await this.#rootDistribution(this.#logitsAt ?? 1);
    return tokens.map((token) => logits[token]! - logSumExp);
  }

  async sample(random: RandomStream, temperature: number): Promise<Candidate> {
    if (temperature === 0) return (await this.next(this.#topCount))[0]!;
    const distribution = await this.#rootDistribution(temperature);
    const token = drawToken(distribution, random.uniform());
    return { token, logProb: distribution.logits[token]! - distribution.logSumExp };
  }

  async rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]> {
    await this.#rootPrediction(1);
    return rollOutBranches(starts, options, this.#branching);
  }

  async score(
    continuations: readonly (readonly TokenId[])[],
    options: RolloutOptions,
  ): Promise<number[]> {
    await this.#rootPrediction(1);
    const firsts = [...new Set(continuations.flatMap((tokens) => tokens.slice(0, 1)))];
    const logProbs = await this.logProbs(firsts);
    const first = new Map(firsts.map((token, i) => [token, logProbs[i]!]));
    const rests = await scoreContinuations(continuations, options, this.#branching);
    return continuations.map(([token], i) =>
      rests[i]!.reduce((a, b) => a + b, first.get(token!) ?? 0),
    );
  }

  async commit(token: TokenId): Promise<void> {
    await this.prefill();
    this.#requireRoom(this.length + 1);
    this.text.commit(token);
  }

  close(): void {
    this.text.close();
    this.onClose();
  }

  get #branching(): Branching {
    return {
      tree: this.tree,
      endTokens: this.endTokens,
      limit: branchLimit(this.bytesPerPosition),
      compute: (nodes, tips, options) => this.#compute(nodes, tips, options),
      free: (node) => this.text.free(node),
    };
  }

  async #rootPrediction(k: number): Promise<Prediction> {
    await this.prefill();
    const { root } = this.tree;
    if (!root.prediction || root.prediction.topTokens.length < k) {
      await this.#compute([root], [root], { logitsAt: this.#logitsAt });
    }
    return root.prediction!;
  }

  async #rootDistribution(temperature: number): Promise<Distribution & { logSumExp: number }> {
    this.#logitsAt = temperature;
    await this.prefill();
    const { root } = this.tree;
    if (root.prediction?.distribution?.temperature !== temperature) {
      await this.#compute([root], [root], { logitsAt: temperature });
    }
    const { distribution, logSumExp } = root.prediction!;
    return { ...distribution!, logSumExp };
  }

  /**
   * Runs the graph on `nodes`, caches their keys and values, and sets the predictions after `tips`.
   */
  async #compute(
    nodes: readonly TreeNode[],
    tips: readonly TreeNode[],
    { logitsAt, targets, signal }: ComputeOptions,
  ): Promise<GraphResult> {
    if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
    this.#requireRoom(Math.max(...nodes.map((node) => node.position)) + 1);
    const rowOf = new Map(nodes.map((node, row) => [node, row]));
    const result = await this.text.run(nodes, {
      rows: tips.map((tip) => rowOf.get(tip)!),
      topCount: this.#topCount,
      targets,
      wantLogits: logitsAt !== undefined,
      temperature: logitsAt,
      signal,
    });
    this.#count.positions += nodes.length;
    tips.forEach((tip, row) => {
      tip.prediction = readPrediction(result, row, this.#topCount);
      // Only the root keeps all logits: those of many branches would fill the memory.
      if (logitsAt !== undefined && tip === this.tree.root) {
        tip.prediction = {
          ...tip.prediction,
          distribution: distributionOf(result, row, logitsAt),
        };
      }
    });
    return result;
  }

  #requireRoom(positions: number): void {
    const { contextLength } = this.shape;
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
  return {
    topTokens: result.topIds.slice(from, from + topCount),
    topLogProbs: Array.from(result.topLogits.subarray(from, from + topCount), (x) => x - logSumExp),
    logSumExp,
    distribution: undefined,
  };
}

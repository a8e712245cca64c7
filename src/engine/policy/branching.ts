import { setImmediate } from 'node:timers/promises';
import type {
  Candidate,
  Rollout,
  RolloutOptions,
  RolloutStart,
  Sampler,
  TokenId,
} from '../../decoding/policy.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GraphResult } from '../runtime/graph-run.ts';
import { runLimit } from '../runtime/run-limit.ts';
import { distributionOf, drawToken } from '../runtime/sampling.ts';
import { createNode, type TokenTree, type TreeNode } from '../runtime/token-tree.ts';
import { groupsWithin } from './branch-limit.ts';

/** After so many draws, other events have their turn. */
const drawsAtOnce = 2000;

export interface ComputeOptions {
  /** Returns all logits, and the block masses of their softmax at this temperature. */
  readonly logitsAt?: number | undefined;
  /** Tokens after each tip whose logits to return. */
  readonly targets?: readonly (readonly TokenId[])[];
  readonly signal?: AbortSignal | undefined;
}

/** A text's tree and what computes its branches. */
export interface Branching {
  readonly tree: TokenTree;
  readonly endTokens: ReadonlySet<TokenId>;
  /** How many positions the branches of one call may hold together. */
  readonly limit: number;
  /**
   * Runs the graph on `nodes` and sets the predictions after `tips`, one row of the result each.
   */
  compute(
    nodes: readonly TreeNode[],
    tips: readonly TreeNode[],
    options: ComputeOptions,
  ): Promise<GraphResult>;
  /** Frees the slots of a node and its descendants. */
  free(node: TreeNode): void;
}

/** A rollout in progress. */
interface Branch {
  readonly start: RolloutStart;
  readonly tokens: TokenId[];
  /** One for each generated token. */
  readonly logProbs: number[];
  node: TreeNode;
}

/**
 * Rolls out several branches. Those that would hold too many positions together are rolled out in
 * groups, apart from the tree and from each other, which changes no token.
 */
export async function rollOutBranches(
  starts: readonly RolloutStart[],
  options: RolloutOptions,
  branching: Branching,
): Promise<Rollout[]> {
  const positionsOf = ({ tokens, length }: RolloutStart): number => tokens.length + length;
  const groups = groupsWithin(starts, positionsOf, branching.limit);
  if (groups.length === 1) return rollOutTogether(starts, options, branching);
  const rollouts: Rollout[] = [];
  for (const group of groups) {
    const apart = { reuse: false, signal: options.signal };
    rollouts.push(...(await rollOutTogether(group, apart, branching)));
  }
  return rollouts;
}

/** Rolls out branches in lockstep: each run adds one token to each, and to prefetched ones. */
async function rollOutTogether(
  starts: readonly RolloutStart[],
  { reuse, prefetch, signal }: RolloutOptions,
  branching: Branching,
): Promise<Rollout[]> {
  const { tree, endTokens } = branching;
  const roots = new BranchRoots(branching, reuse);
  const branchOf = (start: RolloutStart): Branch => ({
    start,
    tokens: [...start.tokens],
    logProbs: [],
    node: start.tokens.reduce((node, token) => roots.child(node, token), tree.root),
  });
  const isOpen = (branch: Branch): boolean => {
    while (!isFinished(branch, endTokens)) {
      const next = cachedNext(branch.node, branch.start.sampler);
      if (next === undefined) return true;
      branch.tokens.push(next.token);
      branch.logProbs.push(next.logProb);
      branch.node = roots.child(branch.node, next.token);
    }
    return false;
  };
  const branches = starts.map(branchOf);
  try {
    for (let open = branches.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
      const prefetched = reuse && prefetch ? prefetch().map(branchOf).filter(isOpen) : [];
      await predictAfter([...open, ...prefetched], signal, branching);
    }
  } finally {
    roots.clear();
  }
  return branches.map((branch) => rolloutOf(branch, endTokens));
}

/** The part of a rollout that is already computed. */
export function cachedRollout(
  start: RolloutStart,
  { tree, endTokens }: Pick<Branching, 'tree' | 'endTokens'>,
): Rollout {
  const branch: Omit<Branch, 'node'> = { start, tokens: [...start.tokens], logProbs: [] };
  let node: TreeNode | undefined = tree.root;
  for (const token of start.tokens) node = node?.children.get(token);
  while (node && !isFinished(branch, endTokens)) {
    const next = cachedNext(node, start.sampler);
    if (next === undefined) break;
    node = node.children.get(next.token);
    branch.tokens.push(next.token);
    branch.logProbs.push(next.logProb);
  }
  return rolloutOf(branch, endTokens);
}

function isFinished(
  { start, tokens }: Pick<Branch, 'start' | 'tokens'>,
  endTokens: ReadonlySet<TokenId>,
): boolean {
  return tokens.length >= start.tokens.length + start.length || endTokens.has(tokens.at(-1)!);
}

function rolloutOf(
  { tokens, logProbs }: Pick<Branch, 'tokens' | 'logProbs'>,
  endTokens: ReadonlySet<TokenId>,
): Rollout {
  return { tokens, ended: endTokens.has(tokens.at(-1)!), logProbs };
}

/**
 * Log-probabilities of all tokens but the first of each continuation, in as few runs as possible.
 */
export async function scoreContinuations(
  continuations: readonly (readonly TokenId[])[],
  { reuse, signal }: RolloutOptions,
  branching: Branching,
): Promise<number[][]> {
  const roots = new BranchRoots(branching, reuse);
  const wanted = new Map<TreeNode, TokenId[]>();
  const paths = continuations.map((tokens) => {
    let node = branching.tree.root;
    return tokens.slice(1).map((token, index) => {
      node = roots.child(node, tokens[index]!);
      const asked = wanted.get(node) ?? [];
      if (cachedLogProb(node, token) === undefined && !asked.includes(token)) {
        wanted.set(node, [...asked, token]);
      }
      return { node, token };
    });
  });
  try {
    for (const tips of chunksOf([...wanted.keys()], branching.tree)) {
      const targets = tips.map((tip) => wanted.get(tip)!);
      const result = await branching.compute(rowsFor(tips, branching.tree), tips, {
        targets,
        signal,
      });
      const width = result.targetLogits.length / tips.length;
      tips.forEach((tip, row) => {
        targets[row]!.forEach((token, column) => {
          const logit = result.targetLogits[row * width + column]!;
          tip.logProbs.set(token, logit - result.logSumExp[row]!);
        });
      });
    }
  } finally {
    roots.clear();
  }
  return paths.map((path) => path.map(({ node, token }) => cachedLogProb(node, token)!));
}

/** The log-probability of `token` after a node, if already computed. */
export function cachedLogProb(node: TreeNode, token: TokenId): number | undefined {
  const { topTokens, topLogProbs } = node.prediction ?? {};
  return topLogProbs?.[topTokens!.indexOf(token)] ?? node.logProbs.get(token);
}

/** The next token of a rollout after a node, if already computed. */
function cachedNext(node: TreeNode, sampler: Sampler | undefined): Candidate | undefined {
  if (sampler !== undefined) return node.draws.get(sampler);
  const { prediction } = node;
  return prediction && { token: prediction.topTokens[0]!, logProb: prediction.topLogProbs[0]! };
}

/**
 * Computes the predictions that branches need for their next token. After each, draws for the
 * samplers of the branches that are there, and for all shared ones.
 */
async function predictAfter(
  branches: readonly Branch[],
  signal: AbortSignal | undefined,
  { tree, compute }: Branching,
): Promise<void> {
  const samplers = [...new Set(branches.flatMap(({ start }) => start.sampler ?? []))];
  const logitsAt = samplers[0]?.temperature;
  if (samplers.some(({ temperature }) => temperature !== logitsAt)) {
    throw new Error('All rollouts of one call must have the same temperature.');
  }
  const shared = samplers.filter((sampler) => sampler.shared);
  const samplersAt = new Map<TreeNode, Set<Sampler>>();
  for (const { node, start } of branches) {
    const here = samplersAt.get(node) ?? new Set(shared);
    if (start.sampler !== undefined) here.add(start.sampler);
    samplersAt.set(node, here);
  }
  for (const tips of chunksOf([...samplersAt.keys()], tree)) {
    const result = await compute(rowsFor(tips, tree), tips, { logitsAt, signal });
    let draws = 0;
    for (const [row, tip] of tips.entries()) {
      for (const sampler of samplersAt.get(tip)!) {
        if (tip.draws.has(sampler)) continue;
        const distribution = distributionOf(result, row, logitsAt!);
        const token = drawToken(distribution, sampler.uniform(tip.position + 1));
        const logProb = distribution.logits[token]! - result.logSumExp[row]!;
        tip.draws.set(sampler, { token, logProb });
        if (++draws % drawsAtOnce > 0) continue;
        await setImmediate();
        if (signal?.aborted) {
          throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
        }
      }
    }
  }
}

function* chunksOf(
  tips: readonly TreeNode[],
  { computed }: TokenTree,
): Generator<readonly TreeNode[]> {
  const limit = runLimit(computed);
  for (let from = 0; from < tips.length; from += limit) {
    yield tips.slice(from, from + limit);
  }
}

/** The nodes to compute before predicting after `tips`, parents first. */
function rowsFor(tips: readonly TreeNode[], tree: TokenTree): TreeNode[] {
  return [...new Set(tips.flatMap((tip) => [...tree.missing(tip), tip]))];
}

/**
 * Attaches branches to the tree, where they reuse what is computed and are kept; or detached from
 * it, where each branch is computed alone and freed afterwards.
 */
class BranchRoots {
  readonly #detached: TreeNode[] = [];

  constructor(
    private readonly branching: Pick<Branching, 'tree' | 'free'>,
    private readonly reuse: boolean,
  ) {}

  child(node: TreeNode, token: TokenId): TreeNode {
    const { tree } = this.branching;
    if (this.reuse || node !== tree.root) return tree.child(node, token);
    const first = createNode(token, node.position + 1, node);
    this.#detached.push(first);
    return first;
  }

  clear(): void {
    for (const node of this.#detached) this.branching.free(node);
  }
}

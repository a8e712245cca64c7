import type {
  Candidate,
  Rollout,
  RolloutOptions,
  RolloutStart,
  Sampler,
  TokenId,
} from '../../decoding/policy.ts';
import type { GraphResult } from '../runtime/graph-run.ts';
import { runLimit } from '../runtime/run-limit.ts';
import { distributionOf, drawToken } from '../runtime/sampling.ts';
import { createNode, type TokenTree, type TreeNode } from '../runtime/token-tree.ts';

export interface ComputeOptions {
  /** At which temperature all logits and the masses of their softmax are wanted, if they are. */
  readonly logitsAt?: number | undefined;
  /** For each tip, tokens after it whose logits are wanted. */
  readonly targets?: readonly (readonly TokenId[])[];
  readonly signal?: AbortSignal | undefined;
}

/** What branches off a text are computed with. */
export interface Branching {
  readonly tree: TokenTree;
  readonly endTokens: ReadonlySet<TokenId>;
  /** Runs the graph on `nodes`; predictions after `tips` are set, row by row of the result. */
  compute(
    nodes: readonly TreeNode[],
    tips: readonly TreeNode[],
    options: ComputeOptions,
  ): Promise<GraphResult>;
  /** Gives back the memory of a node and all below it. */
  free(node: TreeNode): void;
}

/** A branch being rolled out. */
interface Branch {
  readonly start: RolloutStart;
  readonly tokens: TokenId[];
  /** Of each chosen token. */
  readonly logProbs: number[];
  node: TreeNode;
}

/** Rolls out several branches, one run a token for all of them and for those beside them. */
export async function rollOutBranches(
  starts: readonly RolloutStart[],
  { reuse, prefetch: beside, signal }: RolloutOptions,
  branching: Branching,
): Promise<Rollout[]> {
  const { tree, endTokens } = branching;
  const plot = new BranchRoots(branching, reuse);
  const branchOf = (start: RolloutStart): Branch => ({
    start,
    tokens: [...start.tokens],
    logProbs: [],
    node: start.tokens.reduce((node, token) => plot.child(node, token), tree.root),
  });
  const isOpen = (branch: Branch): boolean => {
    while (!isFinished(branch, endTokens)) {
      const next = knownNext(branch.node, branch.start.sampler);
      if (next === undefined) return true;
      branch.tokens.push(next.token);
      branch.logProbs.push(next.logProb);
      branch.node = plot.child(branch.node, next.token);
    }
    return false;
  };
  const branches = starts.map(branchOf);
  try {
    for (let open = branches.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
      const others = reuse && beside ? beside().map(branchOf).filter(isOpen) : [];
      await predictAfter([...open, ...others], signal, branching);
    }
  } finally {
    plot.clear();
  }
  return branches.map((branch) => rolloutOf(branch, endTokens));
}

/** What rolling out gives as far as it is known. */
export function knownRollout(
  start: RolloutStart,
  { tree, endTokens }: Pick<Branching, 'tree' | 'endTokens'>,
): Rollout {
  const branch: Omit<Branch, 'node'> = { start, tokens: [...start.tokens], logProbs: [] };
  let node: TreeNode | undefined = tree.root;
  for (const token of start.tokens) node = node?.children.get(token);
  while (node && !isFinished(branch, endTokens)) {
    const next = knownNext(node, start.sampler);
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
 * Log-probabilities of the tokens of each continuation but its first, read in as few runs as fit.
 */
export async function scoreRests(
  continuations: readonly (readonly TokenId[])[],
  { reuse, signal }: RolloutOptions,
  branching: Branching,
): Promise<number[][]> {
  const plot = new BranchRoots(branching, reuse);
  const wanted = new Map<TreeNode, TokenId[]>();
  const paths = continuations.map((tokens) => {
    let node = branching.tree.root;
    return tokens.slice(1).map((token, index) => {
      node = plot.child(node, tokens[index]!);
      const asked = wanted.get(node) ?? [];
      if (knownLogProb(node, token) === undefined && !asked.includes(token)) {
        wanted.set(node, [...asked, token]);
      }
      return { node, token };
    });
  });
  try {
    for (const tips of piecesOf([...wanted.keys()], branching.tree)) {
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
    plot.clear();
  }
  return paths.map((path) => path.map(({ node, token }) => knownLogProb(node, token)!));
}

/** The log-probability of `token` after a node, where that was computed before. */
export function knownLogProb(node: TreeNode, token: TokenId): number | undefined {
  const { topTokens, topLogProbs } = node.prediction ?? {};
  return topLogProbs?.[topTokens!.indexOf(token)] ?? node.logProbs.get(token);
}

/** The token that a rollout goes on with after a node, where that was computed before. */
function knownNext(node: TreeNode, sampler: Sampler | undefined): Candidate | undefined {
  if (sampler !== undefined) return node.draws.get(sampler);
  const { prediction } = node;
  return prediction && { token: prediction.topTokens[0]!, logProb: prediction.topLogProbs[0]! };
}

/**
 * Computes what branches need for their next token: their predictions, and what all samplers draw.
 */
async function predictAfter(
  branches: readonly Branch[],
  signal: AbortSignal | undefined,
  { tree, compute }: Branching,
): Promise<void> {
  const samplers = [...new Set(branches.flatMap(({ start }) => start.sampler ?? []))];
  const logitsAt = samplers[0]?.temperature;
  if (samplers.some(({ temperature }) => temperature !== logitsAt)) {
    throw new Error('rollouts of one call have one temperature');
  }
  for (const tips of piecesOf([...new Set(branches.map(({ node }) => node))], tree)) {
    const result = await compute(rowsFor(tips, tree), tips, { logitsAt, signal });
    tips.forEach((tip, row) => {
      for (const sampler of samplers) {
        if (tip.draws.has(sampler)) continue;
        const distribution = distributionOf(result, row, logitsAt!);
        const token = drawToken(distribution, sampler.uniform(tip.position + 1));
        const logProb = distribution.logits[token]! - result.logSumExp[row]!;
        tip.draws.set(sampler, { token, logProb });
      }
    });
  }
}

function* piecesOf(
  tips: readonly TreeNode[],
  { computed }: TokenTree,
): Generator<readonly TreeNode[]> {
  const limit = runLimit(computed);
  for (let from = 0; from < tips.length; from += limit) {
    yield tips.slice(from, from + limit);
  }
}

/** The nodes to compute so that what follows `tips` can be predicted, parents first. */
function rowsFor(tips: readonly TreeNode[], tree: TokenTree): TreeNode[] {
  return [...new Set(tips.flatMap((tip) => [...tree.missing(tip), tip]))];
}

/**
 * Where branches grow: on the tree, so that they find what is computed and leave what they compute,
 * or beside it, where every branch is alone and nothing is kept.
 */
class BranchRoots {
  readonly #apart: TreeNode[] = [];

  constructor(
    private readonly branching: Pick<Branching, 'tree' | 'free'>,
    private readonly reuse: boolean,
  ) {}

  child(node: TreeNode, token: TokenId): TreeNode {
    const { tree } = this.branching;
    if (this.reuse || node !== tree.root) return tree.child(node, token);
    const first = createNode(token, node.position + 1, node);
    this.#apart.push(first);
    return first;
  }

  clear(): void {
    for (const node of this.#apart) this.branching.free(node);
  }
}

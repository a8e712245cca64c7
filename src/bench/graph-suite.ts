import {
  type FormatName,
  type GraphRun,
  type GraphSession,
  SlotPool,
  TokenTree,
  type TreeNode,
} from '../engine/exports/bench.ts';
import type { TokenId } from '../decoding/policy.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** One run of the graph in one format. */
export interface GraphMeasurement {
  readonly title: string;
  readonly format: FormatName;
  readonly ms: Spread;
}

const prefixLength = 256;
const topK = 10;

interface GraphCase {
  readonly title: string;
  run(session: GraphSession, prefix: Prefix): GraphRun;
}

/** A text that is read before the runs that branch from it. */
interface Prefix {
  readonly tokens: readonly TokenId[];
  readonly tree: TokenTree;
}

/** `branches` branches of `length` new tokens each, with predictions after every token. */
function branching(branches: number, length: number): GraphCase {
  const title =
    length === 1
      ? `One new token on each of ${branches}`
      : `${length} new tokens on each of ${branches}`;
  return {
    title: `${title} ${branches === 1 ? 'branch' : 'branches'}`,
    run: (_, { tree }) => {
      const nodes: TreeNode[] = [];
      for (let branch = 0; branch < branches; branch++) {
        let node = tree.root;
        for (let i = 0; i < length; i++) {
          node = tree.child(node, branch * length + i);
          nodes.push(node);
        }
      }
      const rows = nodes.map((_node, row) => row);
      return { ...tree.plan(nodes), rows, topCount: topK, wantLogits: false };
    },
  };
}

const prefill: GraphCase = {
  title: `Prefill of ${prefixLength} tokens`,
  run: ({ shape }, { tokens }) => {
    const tree = new TokenTree(tokens, new SlotPool(shape, 0), 0);
    const nodes = tree.pending(tokens.length);
    const rows = [nodes.length - 1];
    return { ...tree.plan(nodes), rows, topCount: topK, wantLogits: false };
  },
};

const cases = [branching(1, 1), branching(10, 1), branching(40, 1), branching(10, 21), prefill];

export interface GraphSuiteOptions {
  /** At least `prefixLength` tokens. */
  readonly tokens: readonly TokenId[];
  readonly rounds: number;
  readonly onRound: () => void;
}

/** Times single runs over a prefix of 256 tokens: every case and format once per round. */
export async function measureGraph(
  sessions: ReadonlyMap<FormatName, GraphSession>,
  { tokens, rounds, onRound }: GraphSuiteOptions,
): Promise<GraphMeasurement[]> {
  const prefixTokens = tokens.slice(0, prefixLength);
  const timings: { title: string; format: FormatName; run: GraphRun; ms: number[] }[] = [];
  for (const { title, run } of cases) {
    for (const [format, session] of sessions) {
      const prefix = await readPrefix(session, prefixTokens);
      timings.push({ title, format, run: run(session, prefix), ms: [] });
    }
  }
  for (const { format, run } of timings) await sessions.get(format)!.run(run);
  for (let round = 0; round < rounds; round++) {
    for (const { format, run, ms } of timings) {
      const start = performance.now();
      await sessions.get(format)!.run(run);
      ms.push(performance.now() - start);
    }
    onRound();
  }
  return timings.map(({ title, format, ms }) => ({ title, format, ms: spreadOf(ms) }));
}

async function readPrefix(session: GraphSession, tokens: readonly TokenId[]): Promise<Prefix> {
  const tree = new TokenTree(tokens, new SlotPool(session.shape, 0), 0);
  const nodes = tree.pending(tokens.length);
  const rows = [nodes.length - 1];
  const run = { ...tree.plan(nodes), rows, topCount: 1, wantLogits: false };
  tree.store(nodes, (await session.run(run)).cache);
  return { tokens, tree };
}

import type { GraphResult } from '../../runtime/graph-run.ts';
import type { GraphSession } from '../../runtime/graph-session.ts';
import { TokenTree, type TreeNode } from '../../runtime/token-tree.ts';

/**
 * Relative to the largest logit. A device sums float32 in another order than the CPU, which makes a
 * difference of about 1e-6; a faulty driver is off by about the size of the logits.
 */
const tolerance = 1e-3;

const prefixLength = 24;
const branches = 4;
const branchLength = 3;
const topCount = 5;

/** The part of a session that the comparison uses. */
export type ComparedSession = Pick<GraphSession, 'run' | 'pool' | 'shape'>;

/**
 * Runs a prefix and then several branches with both sessions, which have the same graph and
 * weights. The branches use the KV cache of the prefix, as in decoding.
 * @returns what the device computes wrongly, or undefined
 */
export async function compareDecoders(
  device: ComparedSession,
  cpu: ComparedSession,
): Promise<string | undefined> {
  const found = await logitsOf(device);
  const expected = await logitsOf(cpu);
  for (const [index, { run, result }] of found.entries()) {
    const reference = expected[index]!.result;
    const problem = differenceOf(result, reference) ?? topProblem(result, device.shape.vocabulary);
    if (problem !== undefined) return `it computes wrong results: ${problem} (${run})`;
  }
  return undefined;
}

interface ComparedRun {
  readonly run: string;
  readonly result: GraphResult;
}

async function logitsOf(session: ComparedSession): Promise<ComparedRun[]> {
  const { vocabulary } = session.shape;
  const tokens = Array.from({ length: prefixLength }, (_, i) => (i * 37 + 11) % vocabulary);
  const tree = new TokenTree(tokens, session.pool(0), 0);
  const runs: ComparedRun[] = [];
  for (const [run, nodesOf] of [
    ['prefill', () => tree.pending(prefixLength)],
    ['branches', () => branchNodes(tree, vocabulary)],
  ] as const) {
    const nodes = nodesOf();
    const rows = nodes.map((_, row) => row);
    const result = await session.run({ ...tree.plan(nodes), rows, topCount, wantLogits: true });
    tree.store(nodes, result.cache);
    runs.push({ run, result });
  }
  tree.dispose();
  tree.prefix.dispose();
  return runs;
}

function branchNodes(tree: TokenTree, vocabulary: number): TreeNode[] {
  return Array.from({ length: branches }, (_, branch) => {
    let node = tree.root;
    return Array.from({ length: branchLength }, (_unused, depth) => {
      node = tree.child(node, (branch * 101 + depth * 13 + 7) % vocabulary);
      return node;
    });
  }).flat();
}

function differenceOf(found: GraphResult, expected: GraphResult): string | undefined {
  const [logits, reference] = [found.logits!, expected.logits!];
  const largest = reference.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const worst = logits.findIndex(
    (logit, i) => !(Math.abs(logit - reference[i]!) <= tolerance * largest),
  );
  if (worst === -1) return undefined;
  return `a logit of a small decoder is ${logits[worst]!.toPrecision(4)}, ${reference[worst]!.toPrecision(4)} on the CPU`;
}

/** The device's most likely tokens must be the largest of its own logits. */
function topProblem(
  { logits, topIds, topLogits }: GraphResult,
  vocabulary: number,
): string | undefined {
  for (let row = 0; row * vocabulary < logits!.length; row++) {
    const own = logits!.subarray(row * vocabulary, (row + 1) * vocabulary);
    const sorted = own.toSorted().reverse();
    for (let rank = 0; rank < topCount; rank++) {
      const at = row * topCount + rank;
      if (topLogits[at] === sorted[rank] && own[topIds[at]!] === sorted[rank]) continue;
      return `token ${topIds[at]!} does not have rank ${rank + 1} among the device's logits`;
    }
  }
  return undefined;
}

import {
  type DecoderShape,
  type GraphRun,
  type GraphSession,
  HostKeyValues,
  type KeyValuePool,
  SlotPool,
  TokenTree,
} from '../engine/exports/bench.ts';

/** The size of a text of plain decoding. */
export interface PlainText {
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly topCount: number;
}

/**
 * Milliseconds of the graph runs that write a text, for comparison with plain decoding. All prompt
 * tokens but the last are computed before. Inputs are constants, prepared in the shapes of plain
 * decoding; outputs are not used.
 */
export async function timeBareGraph(
  session: Pick<GraphSession, 'shape' | 'run'>,
  text: PlainText,
): Promise<number> {
  const runs = plainRuns(session.shape, text);
  const start = performance.now();
  for (const run of runs) await session.run(run);
  return performance.now() - start;
}

/** The runs of a text whose positions hold zeros, and which grows like a written one. */
function plainRuns(
  shape: DecoderShape,
  { promptTokens, newTokens, topCount }: PlainText,
): GraphRun[] {
  const pools = new Map<number, SlotPool>();
  const constantPool = ({ capacity }: KeyValuePool): SlotPool => {
    const pool = pools.get(capacity) ?? new SlotPool(shape, capacity);
    pools.set(capacity, pool);
    return pool;
  };
  const prompt = new Array<number>(promptTokens).fill(0);
  const tree = new TokenTree(prompt, new SlotPool(shape, 0), 0);
  const positionSize = 2 * shape.layers * shape.kvHeads * shape.headDim;
  const before = tree.pending(promptTokens - 1);
  tree.store(before, new HostKeyValues(new Float32Array(before.length * positionSize)));
  return Array.from({ length: newTokens }, () => {
    const next = tree.pending(1);
    const plan = tree.plan(next);
    // Before storing makes the text's pools grow.
    const [prefix, branch] = [constantPool(plan.prefix), constantPool(plan.branch)];
    tree.store(next, new HostKeyValues(new Float32Array(positionSize)));
    tree.commit(0);
    return { ...plan, prefix, branch, rows: [0], topCount, wantLogits: false };
  });
}

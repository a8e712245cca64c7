import {
  type DecoderShape,
  type GraphRun,
  type GraphSession,
  HostKeyValues,
  type KeyValuePool,
  SlotPool,
  TokenTree,
} from '../engine/exports/bench.ts';

/** One text that plain decoding would write. */
export interface PlainText {
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly topCount: number;
}

/**
 * Milliseconds of the graph's runs that write a text, all but the prompt's last token computed
 * before: what plain decoding is measured against. Inputs are made beforehand and constant, in the
 * shapes that plain decoding gives the graph; nothing is done with the outputs.
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

/** The runs of a text of empty positions, which grows as a written one does. */
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
    // Before the text's own pools grow with what is stored.
    const [prefix, branch] = [constantPool(plan.prefix), constantPool(plan.branch)];
    tree.store(next, new HostKeyValues(new Float32Array(positionSize)));
    tree.commit(0);
    return { ...plan, prefix, branch, rows: [0], topCount, wantLogits: false };
  });
}

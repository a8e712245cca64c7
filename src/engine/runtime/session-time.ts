import type { HeadKind } from '../models/architecture/architecture.ts';
import type { GraphSession } from './graph-session.ts';

/** Branches beside each other in the larger of the two runs, and the text before them. */
const branches = 16;
const seen = 128;

const warmUps = 2;
const timedRuns = 10;

/**
 * Milliseconds that decoding's two kinds of run take together, each at its quickest: one token,
 * which reads every weight for itself, and as many branches as a step rolls out.
 * @param create a session of its own, of a graph that reads tokens
 */
export async function timeSession(
  create: () => Promise<GraphSession>,
  head: HeadKind,
): Promise<number> {
  const session = await create();
  try {
    return (await quickestRun(session, head, 1)) + (await quickestRun(session, head, branches));
  } finally {
    await session.dispose();
  }
}

async function quickestRun(session: GraphSession, head: HeadKind, rows: number): Promise<number> {
  const prefix = session.pool(seen);
  const branch = session.pool(branches);
  const indices = Array.from({ length: rows }, (_, row) => row);
  const run = {
    ids: indices.map(() => 0),
    positions: indices.map(() => seen),
    spans: indices.map((row) => ({ position: seen, prefix: seen, near: [branches + row] })),
    prefix,
    branch,
    rows: indices,
  };
  let quickest = Infinity;
  for (let i = 0; i < warmUps + timedRuns; i++) {
    const start = performance.now();
    if (head === 'states') await session.runStates(run);
    else if (head === 'score') await session.runScores(run);
    else await session.run({ ...run, topCount: 1, wantLogits: false });
    if (i >= warmUps) quickest = Math.min(quickest, performance.now() - start);
  }
  prefix.dispose();
  branch.dispose();
  return quickest;
}

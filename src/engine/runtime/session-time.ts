import type { HeadKind } from '../models/architecture/architecture.ts';
import type { GraphSession } from './graph-session.ts';

/** Branches of the larger run, and the length of the prefix before them. */
const branches = 16;
const prefixLength = 128;

const warmUps = 2;
const timedRuns = 10;

/**
 * Best-of-10 milliseconds of a one-token run plus a 16-branch run, the two kinds of run that
 * decoding makes.
 * @param create opens a session for the measurement, of a graph that reads tokens
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
  const prefix = session.pool(prefixLength);
  const branch = session.pool(branches);
  const indices = Array.from({ length: rows }, (_, row) => row);
  const run = {
    ids: indices.map(() => 0),
    positions: indices.map(() => prefixLength),
    spans: indices.map((row) => ({
      position: prefixLength,
      prefix: prefixLength,
      ancestors: [branches + row],
    })),
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

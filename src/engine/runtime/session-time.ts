import type { HeadKind } from '../models/architecture/architecture.ts';
import type { GraphSession } from './graph-session.ts';

/** Branches of the larger run, and the length of the prefix before them. */
const branches = 16;
const prefixLength = 128;

const warmUps = 2;
const timedRuns = 10;

/** Milliseconds of ten runs. */
export interface SessionTime {
  readonly quickest: number;
  readonly median: number;
}

/**
 * The time of a one-token run plus a 16-branch run, the two kinds of run that decoding makes.
 * @param create opens a session for the measurement, of a graph that reads tokens
 */
export async function timeSession(
  create: () => Promise<GraphSession>,
  head: HeadKind,
): Promise<SessionTime> {
  const session = await create();
  try {
    const one = await timeRuns(session, head, 1);
    const many = await timeRuns(session, head, branches);
    return { quickest: one.quickest + many.quickest, median: one.median + many.median };
  } finally {
    await session.dispose();
  }
}

async function timeRuns(session: GraphSession, head: HeadKind, rows: number): Promise<SessionTime> {
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
  const times: number[] = [];
  for (let i = 0; i < warmUps + timedRuns; i++) {
    const start = performance.now();
    if (head === 'states') await session.runStates(run);
    else if (head === 'score') await session.runScores(run);
    else await session.run({ ...run, topCount: 1, wantLogits: false });
    if (i >= warmUps) times.push(performance.now() - start);
  }
  prefix.dispose();
  branch.dispose();
  times.sort((a, b) => a - b);
  return { quickest: times[0]!, median: times[timedRuns / 2]! };
}

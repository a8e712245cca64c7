import assert from 'node:assert/strict';
import type { Candidate } from '../../src/decoding/policy.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';

export const prompt = [5, 9, 33, 70, 12, 8, 41];
const tolerance = 1e-3;

export function policyOf(session: GraphSession): DecoderPolicy {
  return new DecoderPolicy('tiny', session, new Set(), 'tiny');
}

/** Writes a text with rollouts in between; returns its tokens and the likely next tokens. */
export async function write(policy: DecoderPolicy, steps = 6) {
  const sequence = await policy.open(prompt);
  const likely: (readonly Candidate[])[] = [];
  const rollouts: (readonly number[])[] = [];
  for (let step = 0; step < steps; step++) {
    const candidates = await sequence.next(4);
    likely.push(candidates);
    const starts = candidates.map(({ token }) => ({ tokens: [token], length: 3 }));
    const rolled = await sequence.rollOut(starts, { reuse: step % 2 === 0 });
    rollouts.push(...rolled.map(({ tokens }) => tokens));
    // Alternates between the most likely token, which keeps its branch, and another.
    await sequence.commit(candidates[step % 3]!.token);
  }
  const continuations = [
    [1, 2, 3],
    [4, 5],
  ];
  const scores = await sequence.score(continuations, { reuse: true });
  sequence.close();
  return { likely: likely.flat(), rollouts, scores };
}

/** The same tokens in the same order; bits may differ, because sums are float32. */
export function assertLikely(found: readonly Candidate[], expected: readonly Candidate[]): void {
  const tokens = (candidates: readonly Candidate[]): number[] => candidates.map((c) => c.token);
  assert.deepEqual(tokens(found), tokens(expected));
  found.forEach(({ logProb }, i) => {
    assert.ok(Math.abs(logProb - expected[i]!.logProb) < tolerance);
  });
}

export function assertAlike(
  found: Awaited<ReturnType<typeof write>>,
  expected: Awaited<ReturnType<typeof write>>,
): void {
  assert.deepEqual(found.rollouts, expected.rollouts);
  assertLikely(found.likely, expected.likely);
  found.scores.forEach((score, i) => {
    assert.ok(Math.abs(score - expected.scores[i]!) < tolerance);
  });
}

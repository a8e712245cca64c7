import type { DecoderPolicy } from '../../src/engine/exports/parity.ts';
import { type Expected, expectedRows, type LogitsAnswer } from './reference.ts';

/** Distances between the engine's and the expected log-probabilities. */
export interface LogitsDistance {
  readonly texts: number;
  readonly positions: number;
  /** Largest and mean absolute difference of log-probabilities, in nats. */
  readonly largest: number;
  readonly mean: number;
  /** Share of positions with the same likeliest token. */
  readonly agreement: number;
  /** Mean KL divergence of the engine's distribution from the expected one, in nats. */
  readonly divergence: number;
}

/** A sentence about another vocabulary, or the distances. */
export async function logitsDistance(
  decoder: DecoderPolicy,
  answers: readonly LogitsAnswer[],
): Promise<LogitsDistance | string> {
  const sums = { positions: 0, values: 0, absolute: 0, largest: 0, agreed: 0, divergence: 0 };
  for (const answer of answers) {
    const found = await ownRows(decoder, answer.inputIds);
    for (const [row, expected] of expectedRows(answer).entries()) {
      const own = found[row]!;
      if (expected.vocabulary !== undefined && expected.vocabulary !== own.length) {
        return `a vocabulary of ${own.length} tokens, not ${expected.vocabulary}`;
      }
      addRow(sums, own, expected);
    }
  }
  const { positions, values, absolute, largest, agreed, divergence } = sums;
  return {
    texts: answers.length,
    positions,
    largest,
    mean: absolute / values,
    agreement: agreed / positions,
    // Rounding can put the divergence of equal distributions a little below zero.
    divergence: Math.max(0, divergence / positions),
  };
}

function addRow(
  sums: Record<'positions' | 'values' | 'absolute' | 'largest' | 'agreed' | 'divergence', number>,
  own: Float64Array,
  { ids, logProbs }: Expected,
): void {
  let [rest, ownRest, best] = [1, 1, 0];
  for (let i = 0; i < ids.length; i++) {
    const [expected, found] = [logProbs[i]!, own[ids[i]!] ?? -Infinity];
    const difference = Math.abs(expected - found);
    // Not a number is the largest difference of all.
    sums.largest = difference <= sums.largest ? sums.largest : difference;
    sums.absolute += difference;
    const share = Math.exp(expected);
    sums.divergence += share * (expected - found);
    rest -= share;
    ownRest -= Math.exp(found);
    if (expected > logProbs[best]!) best = i;
  }
  // The tokens that are not listed count as one.
  if (rest > 1e-6 && ownRest > 0) sums.divergence += rest * Math.log(rest / ownRest);
  sums.values += ids.length;
  sums.positions += 1;
  const likeliest = own.reduce((found, x, id) => (x > own[found]! ? id : found), 0);
  if (likeliest === ids[best]) sums.agreed += 1;
}

/** The engine's log-probabilities of all tokens after each token of a text, read one by one. */
async function ownRows(decoder: DecoderPolicy, ids: readonly number[]): Promise<Float64Array[]> {
  const { vocabularySize } = decoder;
  const rows: Float64Array[] = [];
  const sequence = await decoder.open(ids.slice(0, 1));
  try {
    for (const token of [...ids.slice(1), undefined]) {
      const row = new Float64Array(vocabularySize);
      for (const each of await sequence.next(vocabularySize)) row[each.token] = each.logProb;
      rows.push(row);
      if (token !== undefined) await sequence.commit(token);
    }
  } finally {
    sequence.close();
  }
  return rows;
}

import assert from 'node:assert/strict';
import {
  divergence,
  divergenceBounds,
  referenceLogProb,
} from '../../src/evaluation/metrics/divergence.ts';
import { Bootstrap } from '../../src/evaluation/metrics/interval.ts';
import type { Measured } from '../../src/evaluation/metrics/measure.ts';
import type { Divergence } from '../../src/protocol/events.ts';

type Kl = Pick<Divergence, 'kind' | 'low' | 'high'>;

function measured(kls: readonly (Kl | null)[], logs: readonly (number | null)[] = []): Measured {
  const responses = kls.map((kl, index) => ({ kl, referenceLogProb: logs[index] ?? null }));
  return { responses, rewards: kls.map(() => 0) } as unknown as Measured;
}

const exact = (nats: number): Kl => ({ kind: 'exact', low: nats, high: nats });
const bootstrap = new Bootstrap(2, 0);

describe('the KL of a method', () => {
  it('is the mean of the KLs where they are exact', () => {
    const found = measured([exact(2), exact(4)]);
    assert.deepEqual(divergence(found, bootstrap), bootstrap.mean([2, 4]));
    assert.equal(divergenceBounds(found), '3.00 to 3.00');
  });

  it('is its lower bound, in an interval that has both bounds', () => {
    const found = measured([{ kind: 'interval', low: 1, high: 5 }, exact(3)]);
    const { low } = bootstrap.mean([1, 3]);
    const { high } = bootstrap.mean([5, 3]);
    assert.deepEqual(divergence(found, bootstrap), { value: 2, low, high });
    assert.equal(divergenceBounds(found), '2.00 to 4.00');
  });

  it('is the one bound where there is only one', () => {
    const upper: Kl = { kind: 'upper-bound', low: 0, high: 2 };
    const lower: Kl = { kind: 'lower-bound', low: 3, high: null };
    assert.equal(divergence(measured([upper, upper]), bootstrap)!.value, 2);
    assert.equal(divergence(measured([lower, lower]), bootstrap)!.value, 3);
    assert.equal(divergenceBounds(measured([upper, upper])), '0.00 to 2.00');
    assert.equal(divergenceBounds(measured([lower, exact(1)])), 'at least 2.00');
  });

  it('is missing if a response has none, as is log pi_SFT', () => {
    const found = measured([null, exact(1)], [-2]);
    assert.equal(divergence(found, bootstrap), null);
    assert.equal(divergenceBounds(found), null);
    assert.equal(referenceLogProb(found, bootstrap), null);
    const logs = referenceLogProb(measured([null, null], [-2, -4]), bootstrap);
    assert.deepEqual(logs, bootstrap.mean([-2, -4]));
  });
});

import assert from 'node:assert/strict';
import { stream } from '../../src/decoding/random.ts';
import { RolloutSamplers } from '../../src/decoding/rollout-samplers.ts';

const seed = 7;
const promptLength = 10;

const samplersOf = (rollouts: number, rolloutLaw: 'common' | 'independent'): RolloutSamplers =>
  new RolloutSamplers({ rollouts, rolloutLaw, seed }, promptLength);

describe('the samplers of rollouts', () => {
  it('are greedy if there is one rollout, under both laws', () => {
    for (const law of ['common', 'independent'] as const) {
      assert.deepEqual(samplersOf(1, law).at(3, 4), [undefined]);
    }
  });

  it('draw by the place in the response alone under the common law', () => {
    const samplers = samplersOf(2, 'common');
    const own = samplers.at(3, 4);
    assert.equal(own, samplers.at(8, 9));
    own.forEach((sampler, index) => {
      assert.equal(sampler!.uniform(15), stream(seed, 'rollout', 5, 0, index).uniform());
      assert.deepEqual([sampler!.temperature, sampler!.shared], [1, true]);
    });
  });

  it('draw by step, candidate, index and place under the independent law', () => {
    const own = samplersOf(2, 'independent').at(3, 4);
    assert.equal(own.length, 2);
    own.forEach((sampler, index) => {
      assert.equal(sampler!.uniform(15), stream(seed, 'rollout', 3, 4, index, 5).uniform());
      assert.deepEqual([sampler!.temperature, sampler!.shared], [1, false]);
    });
  });

  it('let the next step take rollouts over unless each candidate has its own', () => {
    const carried = [samplersOf(1, 'independent'), samplersOf(2, 'common')];
    assert.ok(carried.every(({ carryOver }) => carryOver));
    assert.equal(samplersOf(2, 'independent').carryOver, false);
  });

  it('stay the same objects until their step is over', () => {
    const samplers = samplersOf(2, 'independent');
    const [first, second, third] = [1, 2, 3].map((step) => samplers.at(step, 4));
    assert.notEqual(samplers.at(2, 5), second);
    samplers.forget(2);
    assert.equal(samplers.at(3, 4), third);
    assert.notEqual(samplers.at(1, 4), first);
    assert.notEqual(samplers.at(2, 4), second);
  });
});

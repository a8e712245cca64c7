import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reward } from '../../src/decoding/reward.ts';
import { readsWhole } from '../../src/engine/reward/catalogue/reads-whole.ts';
import { Clamped } from '../../src/engine/reward/clamped.ts';
import { Constraint } from '../../src/engine/reward/constraint.ts';
import { withFiniteScores } from '../../src/engine/reward/finite-scores.ts';
import { WeightedSum } from '../../src/engine/reward/weighted-sum.ts';

const causal = ['hh-harmless'];

function reward(id: string, whole: boolean): Reward {
  const open = (): never => assert.fail('a reward that is only asked what it reads was opened');
  return { id, range: [0, 1], readsWhole: whole, open };
}

describe('whether a reward judges whole answers', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is said by every reward that holds another', () => {
    const [whole, other] = [reward('whole', true), reward('other', false)];
    const sum = (...rewards: readonly Reward[]) =>
      new WeightedSum(
        rewards.map((each) => ({ reward: each, weight: 1 })),
        { id: 'sum' },
      );
    for (const held of [whole, other]) {
      const { readsWhole: expected } = held;
      assert.equal(new Clamped(held, [0, 0.5]).readsWhole, expected);
      assert.equal(new Constraint(held, 0.5).readsWhole, expected);
      assert.equal(withFiniteScores(held).readsWhole, expected);
      assert.equal(sum(held, other).readsWhole, expected);
    }
  });

  it('is known of an expression or a path before a model is loaded', async () => {
    for (const spec of ['hh-harmless', 'concision*0.5+hh-harmless*2', 'hh-harmless>=0.5', folder]) {
      assert.equal(await readsWhole(spec, causal), true, spec);
    }
    for (const spec of ['concision', 'clear-writing+length:words=9', 'no such reward', '+']) {
      assert.equal(await readsWhole(spec, causal), false, spec);
    }
  });

  it('is known of a definition, also in files that name each other', async () => {
    const write = async (name: string, part: string): Promise<string> => {
      const path = join(folder, name);
      const parts = [
        { reward: 'concision', weight: 1 },
        { reward: part, weight: 1 },
      ];
      await writeFile(path, JSON.stringify({ id: 'mine', type: 'sum', parts }));
      return path;
    };
    const inner = await write('inner.json', 'hh-harmless');
    assert.equal(await readsWhole(inner, causal), true);
    assert.equal(await readsWhole(await write('outer.json', './inner.json'), causal), true);
    assert.equal(await readsWhole(await write('plain.json', 'length'), causal), false);
    assert.equal(await readsWhole(await write('self.json', './self.json'), causal), false);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { catalogue } from '../../src/engine/reward/catalogue/catalogue.ts';
import { readManifest } from '../../src/engine/exports/evaluation.ts';
import { builtInSuite } from '../../src/evaluation/suites/built-in.ts';
import { suiteNames } from '../../src/protocol/evaluation.ts';

describe('a shipped suite', () => {
  const modelsFolder = join(import.meta.dirname, '../../models');
  const suites = suiteNames.map((name) => builtInSuite(name, modelsFolder));

  it('has a title of its own, and setups with ids of their own', () => {
    const titles = suites.map(({ title }) => title);
    assert.equal(new Set(titles).size, suiteNames.length);
    assert.ok(titles.every((title) => title.length > 5));
    for (const [index, { name, setups }] of suites.entries()) {
      assert.equal(name, suiteNames[index]);
      assert.ok(setups.length > 0, name);
      assert.equal(new Set(setups.map(({ id }) => id)).size, setups.length, name);
    }
  });

  it('names a policy, a baseline and rewards that ship, and says which', async () => {
    const known = (await readManifest(modelsFolder)).map(({ id }) => id);
    const rewards = [...known, ...catalogue.map(({ description }) => description.id)];
    for (const setup of suites.flatMap(({ setups }) => setups)) {
      const { id, title, policy, baseline, reward, rewardBaseline } = setup;
      for (const named of [policy, baseline]) assert.ok(known.includes(named), `${id}: ${named}`);
      for (const named of [reward, rewardBaseline ?? reward]) {
        assert.ok(rewards.includes(named), `${id}: ${named}`);
        assert.ok(title.includes(named), `${id} is titled ${title}`);
      }
      assert.ok(id.includes(reward) && title.includes(baseline), `${id} is titled ${title}`);
    }
  });

  it('has the methods of its kind of transfer, and an alpha of its own', () => {
    for (const { id, transfer, methods, options } of suites.flatMap(({ setups }) => setups)) {
      assert.ok(methods.includes(transfer === 'direct' ? 'tq' : 'tq-indirect'), id);
      assert.ok(methods.includes('sft') && methods.includes('dpo'), id);
      assert.ok(options.alpha! > 0, id);
    }
  });
});

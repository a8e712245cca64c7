import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import { familyModels, fixtures, openSession, readReference } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

interface Reference {
  readonly labels: string[];
  readonly cases: { inputIds: number[]; scores: number[] }[];
}

const tolerance = 1e-3;
/** The padding token of these models; the last text of each model ends with it. */
const padToken = 3;

describe('rewards of each architecture match AutoModelForSequenceClassification', () => {
  for (const name of familyModels) {
    it(name, async () => {
      const session = await openSession(join(fixtures, name), { head: 'score' });
      const { cases, labels } = await readReference<Reference>(name);
      for (const [label] of labels.entries()) {
        const reward = new CausalReward(name, session, undefined, undefined, { label, padToken });
        for (const { inputIds, scores } of cases) {
          for (const split of [1, inputIds.length - 1]) {
            const opened = await reward.open({ text: '', tokens: inputIds.slice(0, split) });
            const rest = inputIds.slice(split);
            let found = NaN;
            for (let end = 1; end <= rest.length; end++) {
              const tokens = rest.slice(0, end);
              [found = NaN] = await opened.score([{ text: '', tokens, ended: false }]);
              await opened.commit?.(tokens.at(-1)!);
            }
            assert.ok(Math.abs(found - scores[label]!) <= tolerance, `${found} ${scores[label]!}`);
            opened.close();
          }
        }
      }
      await session.dispose();
    });
  }
});

describe('a classification folder as a reward', () => {
  const name = 'qwen2-grouped';
  const options = { format: 'fp32', device: 'cpu' } as const;
  let tiny: TinyModels;
  let library: ModelLibrary;

  beforeEach(() => {
    tiny = new TinyModels(name);
    tiny.addTokenizer(name);
    const models = join(import.meta.dirname, '../../models');
    library = new ModelLibrary({
      models,
      cache: tiny.folder('cache'),
      store: tiny.folder('store'),
    });
  });

  afterEach(async () => {
    await library.unload();
    tiny.remove();
  });

  it('scores the label that is named by name or index, with one loaded model', async () => {
    const { cases } = await readReference<Reference>(name);
    const { inputIds, scores } = cases.at(-1)!;
    for (const [label, index] of [
      ['harmless', 1],
      ['HELPFUL', 0],
      ['1', 1],
    ] as const) {
      const reward = await library.causalReward(tiny.folder(name), options, label);
      assert.ok(reward.id.endsWith(`label=${index === 0 ? 'helpful' : 'harmless'}`));
      const opened = await reward.open({ text: '', tokens: inputIds.slice(0, 2) });
      const response = { text: '', tokens: inputIds.slice(2), ended: false };
      const [found] = await opened.score([response]);
      assert.ok(Math.abs(found! - scores[index]!) <= tolerance);
    }
    assert.equal((await library.unload()).length, 1);
  });
});

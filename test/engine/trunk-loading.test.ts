import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import type { KnownModel } from '../../src/engine/store/known-models.ts';
import { openAdapter } from '../../src/engine/models/adapter.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { TrunkLibrary } from '../../src/engine/library/trunk-library.ts';
import { TinyModels } from './tiny-models.ts';

const options = { format: 'int8', device: 'cpu' } as const;

describe('loading a base with adapters', () => {
  let tiny: TinyModels;
  let library: ModelLibrary;

  before(() => {
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-policy-rslora', 'lora-reward');
    tiny.addTokenizer('llama-grouped');
    for (const adapter of ['lora-policy', 'lora-reward']) {
      tiny.change(adapter, (tensors) => {
        for (const name of tensors.names) if (/layers\.0\./u.test(name)) tensors.delete(name);
      });
    }
  });

  beforeEach(() => {
    const models = join(import.meta.dirname, '../../models');
    const [cache, store] = [tiny.folder('cache'), tiny.folder('store')];
    library = new ModelLibrary({ models, cache, store });
  });

  afterEach(() => library.unload());

  after(() => {
    tiny.remove();
  });

  const policy = async (name: string) =>
    (await library.policy(tiny.folder(name), options)).local.decoder;

  it('loads the base whole until an adapter needs only its lower layers, then as a trunk', async () => {
    const alone = await policy('llama-grouped');
    assert.equal(alone.trunk, undefined);
    const tuned = await policy('lora-policy');
    assert.equal(tuned.trunk?.layers, 1);
    const base = await policy('llama-grouped');
    assert.equal(base.trunk, tuned.trunk);
    const reward = await library.causalReward(tiny.folder('lora-reward'), options);
    const opened = await reward.open({ text: '', tokens: [5, 9] });
    const sequence = await base.open([5, 9]);
    await opened.score([{ text: '', tokens: [7], ended: false }]);
    assert.equal(sequence.trunkPositions! + opened.trunkPositions!, 3);
    sequence.close();
    opened.close();
    assert.equal((await library.unload()).length, 3);
    assert.equal((await policy('llama-grouped')).trunk, undefined);
  });

  it('keeps the trunk while a model on it is loaded', async () => {
    const tuned = await policy('lora-policy');
    await policy('llama-grouped');
    await library.unload(tiny.folder('llama-grouped'));
    const sequence = await tuned.open([5, 9, 33]);
    assert.equal((await sequence.next(3)).length, 3);
    sequence.close();
    assert.equal((await policy('llama-grouped')).trunk, tuned.trunk);
  });

  it('loads an adapter that changes the first layer as one graph', async () => {
    assert.equal((await policy('lora-policy-rslora')).trunk, undefined);
    assert.equal((await policy('llama-grouped')).trunk, undefined);
  });

  it('loads a trunk from the start if an adapter of the base is known', async () => {
    const model = await openModel(tiny.folder('llama-grouped'));
    const [shallow, deep] = [tiny.folder('lora-policy'), tiny.folder('lora-policy-rslora')];
    const known = { id: 'tiny' } as KnownModel;
    const layers = async (adapters: readonly string[], own?: string): Promise<number> => {
      const trunks = new TrunkLibrary({ adaptersOn: async () => [...adapters] });
      const adapter = own === undefined ? undefined : await openAdapter(own);
      const below = await trunks.sharedLayers({ model, known, key: 'tiny' }, adapter);
      await adapter?.close();
      return below;
    };
    assert.equal(await layers([]), 0);
    assert.equal(await layers([deep]), 0);
    assert.equal(await layers([deep, shallow]), 1);
    assert.equal(await layers([shallow], deep), 0);
    assert.equal(await layers([], shallow), 1);
    await model.close();
  });
});

import assert from 'node:assert/strict';
import { Engines } from '../../src/evaluation/run/engines.ts';
import { requests } from '../../src/protocol/requests.ts';
import { buildEngine, engineProgram, environment } from './engine-program.ts';
import { model, prompt } from './engine-texts.ts';

describe('the engines of an evaluation', () => {
  let engines: Engines;

  before(async () => {
    buildEngine();
    engines = await Engines.start(engineProgram, 1, environment);
  });
  after(() => engines.stop());

  const write = async (setup: string): Promise<void> => {
    await engines.switchTo(engines.first, setup);
    const params = { requestId: setup, prompt, options: { method: 'sft', maxTokens: 1 } } as const;
    await engines.first.request(requests.generate, params);
  };

  const unload = async (): Promise<readonly string[]> =>
    (await engines.first.request(requests.unload, {})).unloaded;

  it('keep the models of the current setup', async () => {
    await write('a');
    await write('a');
    assert.deepEqual(await unload(), [model]);
  });

  it('unload the models of the previous setup', async () => {
    await write('a');
    await engines.switchTo(engines.first, 'b');
    assert.deepEqual(await unload(), []);
  });
});

import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineProcess } from '../../src/client/engine-process.ts';
import { requests } from '../../src/protocol/requests.ts';
import { FakeHub } from '../harness/fake-hub.ts';
import { buildEngine, startEngine } from './engine-program.ts';
import { languageModelFiles, TestStore } from './store-deps.ts';
import { TinyModels } from './tiny-models.ts';

const chunk = 64 * 1024;

describe('The model store, shared by engines', function () {
  this.timeout(300_000);
  let test: TestStore;
  let tiny: TinyModels;

  let hub: FakeHub;
  let engines: EngineProcess[];
  const files = languageModelFiles();

  before(buildEngine);

  beforeEach(async () => {
    test = new TestStore();
    tiny = new TinyModels('lora-reward');
    hub = await FakeHub.start();
    hub.add('tests/tiny', files);
    engines = [];
  });

  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.stop()));
    await hub.stop();
    test.remove();
    tiny.remove();
  });

  const start = (): EngineProcess => {
    const changes = {
      HF_ENDPOINT: hub.address,
      TQSTAR_STORE: test.folder,
      TQSTAR_CACHE: tiny.folder('cache'),
    };
    const { engine } = startEngine(changes);
    engines.push(engine);
    return engine;
  };
  const add = (engine: EngineProcess) =>
    engine.stream(requests.addModel, { source: 'tests/tiny' }, () => undefined);

  it('has no partial model when the engine is killed after every 64 kB, and resumes each time', async () => {
    const size = files['model.safetensors']!.length;
    for (let at = chunk; at < size; at += chunk) {
      const engine = start();
      hub.hold = { path: 'model.safetensors', at };
      const adding = add(engine);
      const part = join(test.folder, '.unfinished/tests--tiny/model.safetensors.part');
      while (!(existsSync(part) && statSync(part).size === at)) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      process.kill(engine.processId!, 'SIGKILL');
      await assert.rejects(adding);
      assert.deepEqual(await test.store.list(), []);
    }
    hub.hold = undefined;
    hub.seen.length = 0;
    const entry = await add(start());
    assert.equal(entry.problem, '');
    assert.equal(entry.shipped, false);
    const asked = hub.seen.filter(({ url }) => /model\.safetensors\?signature/u.test(url));
    assert.match(asked.at(-1)!.range ?? '', /^bytes=[1-9]\d{4}/u);
    assert.deepEqual(await test.verify('tests/tiny'), [{ id: 'tests/tiny', problem: '' }]);
  });

  it('downloads a model once when two engines add it', async () => {
    const entries = await Promise.all([add(start()), add(start())]);
    assert.deepEqual(
      entries.map(({ id }) => id),
      ['tests/tiny', 'tests/tiny'],
    );
    const whole = hub.seen.filter(
      ({ url, range }) => /model\.safetensors\?signature/u.test(url) && range === undefined,
    );
    assert.equal(whole.length, 1);
  });

  it('does not remove a model that another engine has in memory', async () => {
    const [one, other] = [start(), start()];
    await add(one);
    await one.stream(requests.load, { model: 'tests/tiny' }, () => undefined);
    await assert.rejects(
      other.request(requests.removeModel, { id: 'tests/tiny' }),
      /in use: the process \d+ on .* is using it/u,
    );
    await one.request(requests.unload, {});
    await other.request(requests.removeModel, { id: 'tests/tiny' });
  });

  it('writes with an added model and scores with an added reward', async () => {
    tiny.configure('lora-reward', { base_model_name_or_path: 'tests/tiny' }, 'adapter_config.json');
    const engine = start();
    await add(engine);
    await engine.stream(
      requests.addModel,
      { source: tiny.folder('lora-reward'), id: 'me/reward' },
      () => undefined,
    );
    const options = {
      policy: 'tests/tiny',
      method: 'sft',
      maxTokens: 2,
      reward: 'me/reward',
    } as const;
    const done = await engine.stream(
      requests.generate,
      { prompt: { text: 'w1 w2', raw: true }, options },
      () => undefined,
    );
    assert.equal(done.ids.length, 2);
    assert.equal(typeof done.reward, 'number');
  });
});

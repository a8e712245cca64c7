import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { FakeHub } from '../harness/fake-hub.ts';
import { fixtures } from './compiled.ts';
import { ggufFile, refused, TestStore } from './store-deps.ts';
import { TinyModels } from './tiny-models.ts';

const chunk = 64 * 1024;

describe('The model store', function () {
  this.timeout(300_000);
  let test: TestStore;
  let tiny: TinyModels;

  beforeEach(() => {
    test = new TestStore();
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-reward');
    tiny.addTokenizer('llama-grouped');
  });

  afterEach(() => {
    test.remove();
    tiny.remove();
  });

  const copied = (id: string) => test.add({ source: tiny.folder('llama-grouped'), id });

  describe('adding from this machine', () => {
    it('adds a folder, a GGUF file, and an adapter of a known model', async () => {
      assert.equal((await copied('mine')).kind, 'language-model');
      const gguf = tiny.write('small.gguf', ggufFile());
      assert.equal((await test.add(gguf)).id, 'small');
      tiny.configure('lora-policy', { base_model_name_or_path: 'mine' }, 'adapter_config.json');
      const adapter = await test.add({ source: tiny.folder('lora-policy'), id: 'mine-dpo' });
      assert.equal(adapter.kind, 'policy-adapter');
      assert.equal(adapter.base, 'mine');
      tiny.configure('lora-reward', { base_model_name_or_path: 'mine' }, 'adapter_config.json');
      assert.equal(
        (await test.add({ source: tiny.folder('lora-reward'), id: 'r' })).kind,
        'causal-reward',
      );
      const added = (await test.finder.known()).filter(({ stored }) => stored !== undefined);
      assert.deepEqual(added.map(({ id }) => id).sort(), ['mine', 'mine-dpo', 'r', 'small']);
    });

    it('adds an adapter with its tokenizer files, on a base that the person names', async () => {
      tiny.configure(
        'lora-policy',
        { base_model_name_or_path: '/far/away' },
        'adapter_config.json',
      );
      tiny.configure('lora-policy', { eos_token: 'w7' }, 'tokenizer_config.json');
      tiny.write('lora-policy/chat_template.jinja', '{{ messages[0].content }}');
      const source = tiny.folder('lora-policy');
      assert.match(await refused(test.add(source), ErrorCode.badModel), /--base <model>/u);
      const base = tiny.folder('llama-grouped');
      const { id, base: recorded, files } = await test.add({ source, base });
      assert.equal(recorded, base);
      assert.deepEqual(
        files.map(({ path }) => path).filter((path) => /token|template/u.test(path)),
        ['tokenizer_config.json', 'chat_template.jinja'],
      );
      assert.equal((await test.finder.find({ model: id })).base, base);
      await test.add({ source: base, base });
      assert.match(test.notes.join(), /is a whole model, so the base .* is not used/u);
    });

    it('adds an adapter beside its base by a relative path', async () => {
      const added = await test.add(tiny.folder('lora-policy'));
      assert.equal(added.base, tiny.folder('llama-grouped'));
    });

    it('adds a model with a score head as a reward model', async () => {
      tiny.change('llama-grouped', (tensors) => {
        tensors.delete('lm_head.weight');
        tensors.set(
          'score.weight',
          [1, tensors.shape(tensors.named('norm.weight'))[0]!],
          () => 0.5,
        );
      });
      tiny.configure('llama-grouped', { architectures: ['LlamaForSequenceClassification'] });
      assert.equal((await copied('scores')).kind, 'causal-reward');
    });

    for (const [what, change, pattern] of [
      [
        'an unsupported family',
        (models) => models.configure('llama-grouped', { model_type: 'bloom' }),
        /architecture "bloom", which is not supported; supported are llama/u,
      ],
      [
        'weights only as pickle files',
        (models) => {
          rmSync(join(models.folder('llama-grouped'), 'model.safetensors'));
          models.write('llama-grouped/pytorch_model.bin', 'pickle');
        },
        /pickle files \(pytorch_model\.bin\), which can run code/u,
      ],
      [
        'an index that lists missing shards',
        (models) =>
          models.write(
            'llama-grouped/model.safetensors.index.json',
            '{"weight_map":{"a":"x.safetensors"}}',
          ),
        /has no "x\.safetensors", which is listed in its model\.safetensors\.index\.json; 1 of 1 shards are missing/u,
      ],
      [
        'an index that lists a file outside its folder',
        (models) =>
          models.write(
            'llama-grouped/model.safetensors.index.json',
            '{"weight_map":{"a":"../x.safetensors"}}',
          ),
        /lists the file "\.\.\/x\.safetensors", which is outside/u,
      ],
      [
        'a model without a tokenizer',
        (models) => rmSync(join(models.folder('llama-grouped'), 'tokenizer.json')),
        /has no tokenizer\.json/u,
      ],
    ] as const satisfies readonly (readonly [string, (models: TinyModels) => unknown, RegExp])[]) {
      it(`refuses ${what}`, async () => {
        if (what.startsWith('an index'))
          rmSync(join(tiny.folder('llama-grouped'), 'model.safetensors'));
        change(tiny);
        assert.match(await refused(copied('bad'), ErrorCode.badModel), pattern);
        assert.deepEqual(test.paths, []);
      });
    }

    it('refuses an adapter whose base is missing or does not fit', async () => {
      tiny.configure(
        'lora-policy',
        { base_model_name_or_path: 'else/where' },
        'adapter_config.json',
      );
      const source = tiny.folder('lora-policy');
      assert.match(
        await refused(test.add(source), ErrorCode.badModel),
        /base model "else\/where" of the adapter lora-policy was not found/u,
      );
      tiny.configure(
        'lora-policy',
        { base_model_name_or_path: 'smollm2-135m-instruct' },
        'adapter_config.json',
      );
      assert.match(await refused(test.add(source), ErrorCode.badModel), /does not fit the model/u);
    });

    it('refuses ids of shipped models, ids that could leave the store, and ids of an existing folder', async () => {
      const source = tiny.folder('llama-grouped');
      for (const id of [
        'smollm2-135m-instruct',
        'readability',
        '../up',
        '/up',
        'a/../b',
        'nul',
        '.hidden',
        'a\\b',
        'a//b',
      ]) {
        assert.match(
          await refused(test.add({ source, id }), ErrorCode.invalidInput),
          /The id ".*" (?:cannot be used|belongs to)/u,
          id,
        );
      }
      await test.add({ source, id: 'a/b' });
      assert.match(
        await refused(test.add({ source, id: 'A--B' }), ErrorCode.invalidInput),
        /the same folder/u,
      );
      assert.match(
        await refused(test.add('no/such/place/at/all'), ErrorCode.unknownId),
        /neither a file or folder/u,
      );
    });
  });

  it('lists the GGUF files to choose from', async () => {
    const hub = await FakeHub.start();
    try {
      test.useHub(hub);
      hub.add('tests/q', {
        'm-Q8_0.gguf': ggufFile(),
        'm-Q4_0.gguf': ggufFile('gguf-q4-0'),
        'mmproj-F16.gguf': 'x',
      });
      assert.match(
        await refused(test.add('tests/q'), ErrorCode.invalidInput),
        /choose one of m-Q4_0\.gguf, m-Q8_0\.gguf\./u,
      );
      assert.deepEqual(
        (await test.plan('tests/q')).choices.map(({ path }) => path),
        ['m-Q4_0.gguf', 'm-Q8_0.gguf'],
      );
      assert.equal(
        (await test.add({ source: 'tests/q', file: 'm-Q4_0.gguf' })).id,
        'tests/q/m-Q4_0.gguf',
      );
      assert.equal((await test.add('tests/q/m-Q8_0.gguf')).format, 'GGUF Q8_0');
    } finally {
      await hub.stop();
    }
  });

  it('refuses a repository with a file outside its folder', async () => {
    const hub = await FakeHub.start();
    try {
      test.useHub(hub);
      for (const path of ['../evil.gguf', '/etc/evil.gguf', 'a\\..\\evil.gguf', 'a//b.gguf']) {
        hub.add('tests/evil', { [path]: ggufFile() });
        assert.match(
          await refused(test.add('tests/evil'), ErrorCode.badModel),
          /outside its folder/u,
          path,
        );
      }
      assert.deepEqual(test.paths, []);
    } finally {
      await hub.stop();
    }
  });

  it('reports a full disk, and resumes when there is space', async () => {
    const probe = await open(join(test.folder, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(probe) as {
      write: (...given: unknown[]) => Promise<unknown>;
    };
    await probe.close();
    const write = prototype.write;
    let room = 2 * chunk;
    prototype.write = function (...given) {
      room -= given[2] as number;
      if (room >= 0) return write.apply(this, given);
      return Promise.reject(
        Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' }),
      );
    };
    try {
      const sentence = await refused(copied('large'), ErrorCode.storage);
      assert.match(
        sentence,
        /disk is full: the model does not fit into .*\. What was downloaded is kept/u,
      );
    } finally {
      prototype.write = write;
    }
    assert.deepEqual(await test.store.list(), []);
    await copied('large');
    assert.deepEqual(await test.verify('large'), [{ id: 'large', problem: '' }]);
  });

  it('detects a flipped byte', async () => {
    await copied('flipped');
    const path = join(test.folder, 'flipped/model.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 5]! ^= 4;
    writeFileSync(path, bytes);
    const [{ problem } = { problem: '' }] = await test.verify('flipped');
    assert.match(
      problem,
      /flipped\/model\.safetensors has SHA-256 .*, expected .*; remove the model flipped and add it again/u,
    );
    const library = new ModelLibrary({
      models: fixtures,
      cache: tiny.folder('cache'),
      store: test.folder,
    });
    await assert.rejects(library.policy('flipped', { format: 'int8', device: 'cpu' }));
  });

  it('does not follow a link out of the store', async () => {
    await copied('linked');
    const path = join(test.folder, 'linked/model.safetensors');
    await rename(path, tiny.folder('elsewhere.safetensors'));
    symlinkSync(tiny.folder('elsewhere.safetensors'), path);
    const [{ problem } = { problem: '' }] = await test.verify('linked');
    assert.match(problem, /is a link, which is not allowed in the store/u);
  });

  it("keeps a foreign folder at a model's place", async () => {
    mkdirSync(join(test.folder, 'mine'));
    writeFileSync(join(test.folder, 'mine/letter.txt'), 'dear');
    assert.match(
      await refused(copied('mine'), ErrorCode.storage),
      /not a model of the store; move it away/u,
    );
    assert.equal(readFileSync(join(test.folder, 'mine/letter.txt'), 'utf8'), 'dear');
  });

  it('removes models and partial downloads, but not shipped models or bases of adapters', async () => {
    await copied('base');
    tiny.configure('lora-policy', { base_model_name_or_path: 'base' }, 'adapter_config.json');
    await test.add({ source: tiny.folder('lora-policy'), id: 'on-it' });
    assert.match(
      await refused(test.service.remove('base'), ErrorCode.invalidInput),
      /it is the base of the adapter on-it/u,
    );
    assert.match(
      await refused(test.service.remove('all-minilm-l6-v2'), ErrorCode.invalidInput),
      /ships with the program/u,
    );
    assert.match(
      await refused(test.service.remove('none'), ErrorCode.unknownId),
      /it contains base, on-it/u,
    );
    await test.service.remove('on-it');
    await test.service.remove('base');
    assert.deepEqual(test.paths, []);
  });
});

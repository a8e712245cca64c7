import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import type { ModelName } from '../../src/engine/store/known-models.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { refusal } from '../unit/refusal.ts';
import { TinyModels } from './tiny-models.ts';

const options = { format: 'int8', device: 'cpu' } as const;
const template = '{% for m in messages %}w1 {{ m.content }} w2 {% endfor %}';

describe('adapters by name', () => {
  let tiny: TinyModels;
  let library: ModelLibrary;
  let base: string;
  let adapter: string;

  beforeEach(() => {
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-policy-rslora', 'lora-reward');
    tiny.addTokenizer('llama-grouped');
    base = tiny.folder('llama-grouped');
    adapter = tiny.folder('lora-policy');
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

  const rejects = (
    name: ModelName,
    sentence: RegExp,
    code: number = ErrorCode.badModel,
  ): Promise<void> => assert.rejects(library.finder.find(name), refusal(sentence, code));

  const nameBase = (name: string): void => {
    tiny.configure('lora-policy', { base_model_name_or_path: name }, 'adapter_config.json');
  };

  it('belong on a named base where their own is elsewhere, which the refusal says', async () => {
    nameBase('owner/trained-here');
    const sentence =
      /"owner\/trained-here" of the adapter lora-policy was not found; .*--base <model> .*"tqstar models add owner\/trained-here"/u;
    await rejects({ model: adapter }, sentence);
    const found = await library.finder.find({ model: adapter, base });
    assert.deepEqual([found.base, found.id], [base, `${adapter} on ${base}`]);
    const { policy } = await library.policy(adapter, { ...options, base });
    assert.deepEqual(await library.unload(adapter), [policy.id]);
  });

  it('keep their own name on the base that they name', async () => {
    assert.equal((await library.finder.find({ model: adapter, base })).id, adapter);
  });

  it('never open a path of another machine', async () => {
    for (const path of ['\\\\host\\share', '//host/share']) {
      nameBase(path);
      await assert.rejects(library.finder.find({ model: adapter }), /was not found/u);
    }
  });

  it('refuse a base that is an adapter, is missing, or has another id', async () => {
    await rejects(
      { model: adapter, base: adapter },
      /is an adapter; an adapter belongs on a model/u,
    );
    await rejects({ model: adapter, base: './missing' }, /There is no base model at/u);
    await rejects({ model: adapter, base: 'missing' }, /no model "missing"/u, ErrorCode.unknownId);
  });

  it('add up with weights on the base that all name', async () => {
    const other = tiny.folder('lora-policy-rslora');
    const found = await library.finder.find({ model: `"${adapter}"*0.7+"${other}"` });
    assert.equal(found.id, `${adapter}*0.7+${other}*1`);
    assert.deepEqual(
      found.adapters.map(({ weight }) => weight),
      [0.7, 1],
    );
    nameBase('smollm2-135m-instruct');
    const mixed = { model: `"${adapter}"+"${other}"` };
    await rejects(mixed, /belong on different models/u);
    assert.equal((await library.finder.find({ ...mixed, base })).base, base);
  });

  it('refuse a model among adapters', async () => {
    await rejects({ model: base, mustAdapt: true }, /is a model, not an adapter/u);
    await rejects({ model: `"${base}"*2` }, /is a model, not an adapter/u);
    await rejects({ model: './missing', mustAdapt: true }, /There is no adapter at/u);
  });

  it('bring their own chat template, and share tokens with models of equal tokens', async () => {
    const plain = await library.policy(base, options);
    assert.equal(plain.tokenizer.hasChatTemplate, false);
    tiny.write('lora-policy/chat_template.jinja', template);
    const tuned = await library.policy(adapter, options);
    assert.equal(tuned.tokenizer.chatTemplate, template);
    const reward = await library.causalReward(tiny.folder('lora-reward'), options);
    assert.equal(tuned.policy.vocabularyId, reward.vocabularyId);
    assert.equal(tuned.policy.vocabularyId, plain.policy.vocabularyId);
  });

  it('bring their own tokenizer, with the template of the base unless they have one', async () => {
    tiny.write('llama-grouped/chat_template.jinja', template);
    copyFileSync(join(base, 'tokenizer.json'), join(adapter, 'tokenizer.json'));
    tiny.configure('lora-policy', { eos_token: 'w7' }, 'tokenizer_config.json');
    const tuned = await library.policy(adapter, options);
    assert.ok(tuned.tokenizer.endTokens.has(7));
    assert.equal(tuned.tokenizer.chatTemplate, template);
    assert.equal((await library.policy(base, options)).tokenizer.endTokens.has(7), false);
  });
});

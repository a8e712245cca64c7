import assert from 'node:assert/strict';
import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import { architectures } from '../../src/engine/models/open-model.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { fixtures } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

const models = join(import.meta.dirname, '../../models');
const options = { format: 'fp32', device: 'cpu' } as const;
const base = 'llama-grouped';
const upProjection = 'base_model.model.model.layers.0.mlp.up_proj';

describe('loading a model that cannot be used', () => {
  let tiny: TinyModels;
  let library: ModelLibrary;

  beforeEach(() => {
    tiny = new TinyModels(base, 'lora-policy', 'lora-reward');
    tiny.addTokenizer(base);
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

  /** Asserts that loading fails with one sentence that contains `parts`, and compiles nothing. */
  async function refused(
    load: () => Promise<unknown>,
    parts: readonly string[],
    code: number = ErrorCode.badModel,
  ): Promise<void> {
    await assert.rejects(load, (error: unknown) => {
      assert.ok(error instanceof TqError, error instanceof Error ? error.stack : String(error));
      assert.equal(error.code, code, error.message);
      for (const part of parts) assert.ok(error.message.includes(part), error.message);
      assert.equal(error.message.trim().split('\n').length, 1, error.message);
      return true;
    });
    assert.equal(await library.cacheBytes(), 0);
  }

  const policy = (name: string) => () => library.policy(tiny.folder(name), options);
  const reward = (name: string) => () => library.causalReward(tiny.folder(name), options);

  it('names an unknown id and lists the known ids', async () => {
    await refused(
      () => library.policy('gpt-9', options),
      ['"gpt-9"', 'smollm2-135m-instruct'],
      ErrorCode.unknownId,
    );
  });

  it('names a path that does not exist, and loads the model once it exists', async () => {
    await refused(policy('nowhere'), ['no model at', tiny.folder('nowhere')]);
    await refused(policy('nowhere'), ['no model at', tiny.folder('nowhere')]);
    await policy(base)();
  });

  it('names an unsupported architecture and lists the supported ones', async () => {
    tiny.configure(base, { model_type: 'mamba' });
    await refused(policy(base), [
      '"mamba"',
      `supported are ${architectures.flatMap(({ modelTypes }) => modelTypes).join(', ')}.`,
    ]);
    await refused(() => library.policy('all-minilm-l6-v2', options), ['an encoder (bert)']);
  });

  it('names an unsupported rope scaling or activation', async () => {
    tiny.configure(base, { rope_scaling: { rope_type: 'stretched', factor: 4 } });
    await refused(policy(base), [
      '"stretched"',
      'default, linear, dynamic, llama3, longrope and yarn',
    ]);
    tiny.configure(base, {
      rope_theta: 1,
      rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 4096 },
    });
    await refused(policy(base), ['rotary embedding', 'not finite']);
    tiny.configure(base, { rope_theta: 10_000, rope_scaling: null, hidden_act: 'relu' });
    await refused(policy(base), ['"relu"', 'silu']);
  });

  it('refuses biases that the configuration does not declare, and missing ones that it does', async () => {
    tiny.configure(base, { attention_bias: true });
    await refused(policy(base), ['no weight model.layers.0.self_attn.', '.bias']);
    tiny.configure(base, { attention_bias: false });
    tiny.change(base, (tensors) => {
      tensors.set('model.layers.0.self_attn.q_proj.bias', [64], () => 0);
    });
    await refused(policy(base), ['q_proj.bias', 'no such bias']);
  });

  it('refuses an untied model without a language head', async () => {
    tiny.configure(base, { tie_word_embeddings: false });
    await refused(policy(base), ['no weight lm_head.weight']);
  });

  it('refuses a config.json that is missing, invalid or lacks a size', async () => {
    const config = join(tiny.folder(base), 'config.json');
    tiny.configure(base, { hidden_size: 'wide' });
    await refused(policy(base), ['config.json', 'hidden_size']);
    writeFileSync(config, '{"model_type": "llama"}');
    await refused(policy(base), ['config.json', 'hidden_size']);
    writeFileSync(config, '{"model_type": ');
    await refused(policy(base), ['config.json', 'not valid JSON']);
    rmSync(config);
    await refused(policy(base), ['has no config.json']);
  });

  it('refuses numbers and sizes of heads that do not fit together', async () => {
    tiny.configure(base, { num_key_value_heads: 3 });
    await refused(policy(base), ['4 attention heads', '3 key/value heads']);
    tiny.configure(base, { num_key_value_heads: 2, head_dim: 15 });
    await refused(policy(base), ['head size is 15']);
    tiny.configure(base, { head_dim: 1e9 });
    await refused(policy(base), ['head size is 1000000000', '1024']);
  });

  it('refuses an embedding with another vocabulary than in config.json', async () => {
    tiny.configure(base, { vocab_size: 128 });
    await refused(policy(base), ['model.embed_tokens.weight', '[96, 64]', '[128, 64]']);
  });

  it('refuses another hidden size than in config.json', async () => {
    tiny.configure(base, { hidden_size: 128, head_dim: 16 });
    await refused(policy(base), ['[96, 64]', '[96, 128]']);
  });

  it('names a missing weight', async () => {
    tiny.change(base, (tensors) => {
      tensors.delete(tensors.named('layers.1.mlp.gate_proj.weight'));
    });
    await refused(policy(base), [base, 'no weight model.layers.1.mlp.gate_proj.weight']);
  });

  for (const value of [NaN, Infinity]) {
    it(`names a weight that contains ${value}`, async () => {
      tiny.change(base, (tensors) => {
        const name = tensors.named('layers.1.mlp.up_proj.weight');
        tensors.set(name, tensors.shape(name), (i, old) => (i === 77 ? value : old));
      });
      await refused(policy(base), ['layers.1.mlp.up_proj.weight', 'not finite']);
    });
  }

  it('refuses a truncated weight file', async () => {
    truncateSync(join(tiny.folder(base), 'model.safetensors'), 5000);
    await refused(policy(base), ['model.safetensors', 'truncated']);
  });

  it('refuses a text with a token that the tokenizer has and the model has not', async () => {
    tiny.addTokenizer(base, 98);
    const { tokenizer } = await policy(base)();
    assert.deepEqual(tokenizer.encode('w95'), [95]);
    assert.throws(
      () => tokenizer.encode('w1 w96'),
      /"w96", token 96 of the tokenizer, but .* has only 96 tokens/,
    );
    // That of config.json; the tokenizer's own end, token 97, has no row.
    assert.deepEqual([...tokenizer.endTokens], [2]);
  });

  it('refuses a model without a tokenizer before it compiles', async () => {
    rmSync(join(tiny.folder(base), 'tokenizer.json'));
    await refused(policy(base), ['tokenizer.json']);
  });

  it('refuses a model that is too large for the memory before it reads weights', async () => {
    tiny.configure(base, {
      hidden_size: 65_536,
      intermediate_size: 262_144,
      num_hidden_layers: 1000,
      num_attention_heads: 512,
      num_key_value_heads: 512,
      vocab_size: 1_000_000,
    });
    const before = process.memoryUsage();
    await refused(policy(base), ['as fp32', 'GB of memory', 'GB are free'], ErrorCode.outOfMemory);
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 8 * 2 ** 20);
    assert.equal(existsSync(tiny.folder('cache')), false);
  });

  describe('as an adapter', () => {
    it('names a base model that was not found', async () => {
      const file = 'adapter_config.json';
      tiny.configure('lora-policy', { base_model_name_or_path: 'meta/other-7b' }, file);
      await refused(policy('lora-policy'), [
        'lora-policy',
        '"meta/other-7b"',
        'smollm2-135m-instruct',
      ]);
      tiny.configure('lora-policy', { base_model_name_or_path: null }, file);
      await refused(policy('lora-policy'), ['lora-policy', 'does not name its base model']);
    });

    it('does not confuse a base model with a shipped one with a similar name', async () => {
      tiny.configure(
        'lora-policy',
        { base_model_name_or_path: 'HuggingFaceTB/SmolLM2-135M' },
        'adapter_config.json',
      );
      await refused(policy('lora-policy'), ['"HuggingFaceTB/SmolLM2-135M"', 'was not found']);
    });

    it('refuses an adapter of a model with other sizes', async () => {
      tiny.configure(
        'lora-policy',
        { base_model_name_or_path: 'HuggingFaceTB/SmolLM2-135M-Instruct' },
        'adapter_config.json',
      );
      await refused(policy('lora-policy'), ['lora-policy', 'lora_A', '[4, 128]', '[576, 1536]']);
    });

    it('refuses a matrix with another shape', async () => {
      tiny.change('lora-policy', (tensors) => {
        tensors.set(`${upProjection}.lora_B.weight`, [64, 4], () => 0);
      });
      await refused(policy('lora-policy'), [
        'lora-policy',
        `${upProjection}.lora_B.weight [64, 4]`,
        '[128, 64]',
      ]);
    });

    it('refuses another rank than in the configuration', async () => {
      tiny.configure('lora-policy', { r: 8 }, 'adapter_config.json');
      await refused(policy('lora-policy'), ['lora_A.weight [4, ', 'of rank 8']);
    });

    it('names a missing matrix of a pair', async () => {
      tiny.change('lora-policy', (tensors) => {
        tensors.delete(`${upProjection}.lora_B.weight`);
      });
      await refused(policy('lora-policy'), [
        `${upProjection}.lora_A.weight`,
        `not ${upProjection}.lora_B.weight`,
      ]);
    });

    it('refuses a change of a weight that the model does not have', async () => {
      tiny.change('lora-policy', (tensors) => {
        const moved = upProjection.replace('layers.0', 'layers.7');
        tensors.set(`${moved}.lora_A.weight`, [4, 64], () => 0);
        tensors.set(`${moved}.lora_B.weight`, [128, 4], () => 0);
      });
      await refused(policy('lora-policy'), ['no weight model.layers.7.mlp.up_proj.weight']);
    });

    it('refuses a tensor for which the model has no weight', async () => {
      tiny.change('lora-policy', (tensors) => {
        tensors.set(`${upProjection}.lora_B.bias`, [128], () => 0);
      });
      await refused(policy('lora-policy'), ['has no weight for', `${upProjection}.lora_B.bias`]);
    });

    it('refuses numbers that are not finite', async () => {
      tiny.change('lora-policy', (tensors) => {
        tensors.set(`${upProjection}.lora_B.weight`, [128, 4], (i) => (i === 0 ? NaN : 0));
      });
      await refused(policy('lora-policy'), ['layers.0.mlp.up_proj.weight', 'not finite']);
    });

    const kinds: readonly { config: Record<string, unknown>; told: string }[] = [
      { config: { use_dora: true }, told: 'DoRA' },
      { config: { peft_type: 'IA3' }, told: 'IA3' },
      { config: { bias: 'all' }, told: 'bias "all"' },
      { config: { fan_in_fan_out: true }, told: 'fan_in_fan_out' },
      { config: { alora_invocation_tokens: [1, 2] }, told: 'alora_invocation_tokens' },
      { config: { rank_pattern: { '(a|b)+_proj': 2 } }, told: '"(a|b)+_proj"' },
      { config: { alpha_pattern: { '(.*.*)*x': 2 } }, told: '"(.*.*)*x"' },
      {
        config: { init_lora_weights: 'pissa_niter_4' },
        told: 'path_initial_model_for_weight_conversion',
      },
      { config: { init_lora_weights: 'loftq' }, told: '"loftq"' },
      { config: { init_lora_weights: 'corda' }, told: '"corda"' },
      { config: { target_parameters: ['mlp.experts.down_proj'] }, told: 'target_parameters' },
      { config: { peft_type: undefined }, told: 'peft_type' },
      { config: { rank_pattern: { up_proj: 2 } }, told: 'of rank 2' },
      { config: { r: 0 }, told: 'r' },
    ];
    for (const { config, told } of kinds) {
      it(`refuses an unsupported adapter: ${JSON.stringify(config)}`, async () => {
        tiny.configure('lora-policy', config, 'adapter_config.json');
        await refused(policy('lora-policy'), [told]);
      });
    }

    it('names a missing weight file', async () => {
      rmSync(join(tiny.folder('lora-policy'), 'adapter_model.safetensors'));
      await refused(policy('lora-policy'), ['adapter_model.safetensors', 'does not exist']);
    });
  });

  describe('as a reward', () => {
    it('refuses a model without a score head', async () => {
      await refused(reward(base), [tiny.folder(base), 'no score head']);
      await refused(reward('lora-policy'), [tiny.folder('lora-policy'), 'no score head']);
    });

    it('refuses a score head with another shape', async () => {
      tiny.change('lora-reward', (tensors) => {
        tensors.set(tensors.named('score.weight'), [1, 32], () => 1);
      });
      await refused(reward('lora-reward'), ['score.weight', '[1, 32]', '[1, 64]']);
    });

    it('asks for a label if the score head has several', async () => {
      tiny.change('lora-reward', (tensors) => {
        tensors.set(tensors.named('score.weight'), [2, 64], () => 1);
      });
      await refused(
        reward('lora-reward'),
        ['score head of 2 labels', 'one number', 'LABEL_0 (0), LABEL_1 (1)'],
        ErrorCode.invalidInput,
      );
      const load = () => library.causalReward(tiny.folder('lora-reward'), options, 'polite');
      await refused(load, ['no label "polite"', 'LABEL_0 (0)'], ErrorCode.invalidInput);
    });
  });

  it('keeps a usable model usable after refusals', async () => {
    const loaded = await policy('lora-policy')();
    const sequence = await loaded.policy.open([1, 2, 3]);
    assert.equal((await sequence.next(3)).length, 3);
    sequence.close();
    assert.equal(existsSync(join(fixtures, base, 'tokenizer.json')), false);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openModel } from '../../src/engine/models/open-model.ts';
import { requirePlainConfig, requirePlainTensors } from '../../src/engine/models/unsupported.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { float32Bytes, ggufBytes, ggufTypes, type MetadataEntry } from './model-bytes.ts';
import { temporaryFolder } from './model-folder.ts';
import { refusal } from './refusal.ts';

const original = 'use the model that it was made from, in F32, F16 or BF16, or a GGUF file of it.';
const quantised = (method: string): string =>
  `m cannot be used: its config.json says that its weights are quantised with ${method}, which is ` +
  `not supported; ${original}`;
const experts = (count: string): string =>
  `cannot be used: it is a mixture of ${count} experts, which is not supported; use a dense model ` +
  'of the same family.';

describe('a configuration', () => {
  const refused: [string, object, string][] = [
    [
      'of compressed-tensors',
      { quantization_config: { quant_method: 'compressed-tensors', config_groups: {} } },
      quantised('compressed-tensors'),
    ],
    [
      'of bitsandbytes',
      { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } },
      quantised('bitsandbytes in 4 bits'),
    ],
    [
      'of an older bitsandbytes',
      { quantization_config: { load_in_8bit: true } },
      quantised('bitsandbytes in 8 bits'),
    ],
    ['of GPTQ', { quantization_config: { quant_method: 'gptq' } }, quantised('gptq')],
    ['of AWQ', { quantization_config: { quant_method: 'awq' } }, quantised('awq')],
    ['of FP8', { quantization_config: { quant_method: 'fp8' } }, quantised('fp8')],
    ['of MLX', { quantization: { group_size: 64, bits: 4 } }, quantised('MLX')],
    [
      'with a quantised text model',
      { text_config: { quantization_config: { quant_method: 'awq' } } },
      quantised('awq'),
    ],
    ['of Mixtral', { num_local_experts: 8 }, `m ${experts('8')}`],
    ['of Qwen 3 MoE', { num_experts: 128 }, `m ${experts('128')}`],
    [
      'with one expert and a router',
      { model_type: 'granitemoehybrid', num_local_experts: 1 },
      `m ${experts('1')}`,
    ],
    ['with experts by layer', { num_experts: [1, 8] }, `m ${experts('1,8')}`],
    ['of DeepSeek', { n_routed_experts: 64 }, `m ${experts('64')}`],
    ['with experts in its text model', { text_config: { num_experts: 4 } }, `m ${experts('4')}`],
    [
      'of BERT',
      { model_type: 'bert' },
      'm cannot be used: it is an encoder (bert), which embeds or classifies texts and writes none; ' +
        'use a language model.',
    ],
    [
      'of T5',
      { model_type: 't5' },
      'm cannot be used: it has an encoder and a decoder (t5); only models that are decoders alone are ' +
        'supported.',
    ],
    [
      'without a head',
      { architectures: ['Qwen3Model'] },
      'm cannot be used: it is a Qwen3Model, which embeds texts and has no language head; use a model ' +
        'for text generation.',
    ],
    [
      'for another task',
      { architectures: ['LlamaForTokenClassification'] },
      'm cannot be used: it is a LlamaForTokenClassification; only models for text generation and ' +
        'sequence classification are supported.',
    ],
  ];
  for (const [name, config, sentence] of refused) {
    it(`${name} is refused by its name`, () => {
      assert.throws(
        () => {
          requirePlainConfig({ model_type: 'llama', ...config }, 'm');
        },
        refusal(sentence, ErrorCode.badModel),
      );
    });
  }

  it('of a dense model may have empty settings of these', () => {
    requirePlainConfig(
      {
        ...{ model_type: 'llama', architectures: ['LlamaForCausalLM'], num_local_experts: 0 },
        ...{ n_routed_experts: 1 },
        ...{ num_experts: null, quantization_config: null, text_config: null },
      },
      'm',
    );
    requirePlainConfig({ architectures: ['GPT2LMHeadModel'] }, 'm');
  });
});

describe('tensors of a folder', () => {
  const refused: [string, string, string][] = [
    ['bitsandbytes', 'model.layers.0.mlp.up_proj.weight.absmax', 'bitsandbytes'],
    ['compressed-tensors', 'model.layers.0.mlp.up_proj.weight_packed', 'compressed-tensors'],
    ['GPTQ', 'model.layers.0.mlp.up_proj.qweight', 'GPTQ or AWQ'],
    ['FP8', 'model.layers.0.mlp.up_proj.weight_scale_inv', 'FP8'],
    ['MLX', 'model.layers.0.mlp.up_proj.scales', 'MLX'],
  ];
  const fileOf = (name: string) => ({
    tensors: new Map([[name, { name, shape: [1], type: 'F32', byteLength: 4 }]]),
    read: () => Promise.resolve(new Float32Array(1)),
    close: () => Promise.resolve(),
  });
  for (const [name, tensor, method] of refused) {
    it(`of ${name} are refused by its name`, () => {
      assert.throws(
        () => {
          requirePlainTensors(fileOf(tensor), 'm');
        },
        refusal(
          `m cannot be used: its weights are quantised with ${method} (${JSON.stringify(tensor)}), ` +
            `which is not supported; ${original}`,
          ErrorCode.badModel,
        ),
      );
    });
  }

  it('of experts are refused', () => {
    assert.throws(
      () => {
        requirePlainTensors(fileOf('model.layers.0.mlp.experts.0.up_proj.weight'), 'm');
      },
      refusal(`m ${experts('several')}`, ErrorCode.badModel),
    );
  });

  it('of a plain model are accepted', () => {
    requirePlainTensors(fileOf('model.layers.0.mlp.up_proj.weight'), 'm');
  });
});

describe('a model that cannot be used', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  const refuses = (path: string, sentence: string): Promise<void> =>
    assert.rejects(openModel(path), refusal(sentence, ErrorCode.badModel));

  const llama: MetadataEntry = { key: 'general.architecture', type: 'string', value: 'llama' };
  const text = (key: string, value: string): MetadataEntry => ({ key, type: 'string', value });
  const ggufs: [string, MetadataEntry[], string, string][] = [
    [
      'an adapter',
      [llama, text('general.type', 'adapter')],
      'x',
      'it is a LoRA adapter; an adapter is used together with its base model',
    ],
    [
      'a projector',
      [text('general.architecture', 'clip')],
      'x',
      'it is the projector of a multimodal model, which only reads images or sound; use the GGUF file of the language model',
    ],
    [
      'an encoder',
      [text('general.architecture', 'nomic-bert')],
      'x',
      'it is an encoder (nomic-bert), which embeds or classifies texts and writes none; use a language model',
    ],
    [
      'a mixture of experts',
      [llama, { key: 'llama.expert_count', type: 'u32', value: 8 }],
      'x',
      'it is a mixture of 8 experts, which is not supported; use a dense model of the same family',
    ],
    [
      'a mixture that does not count its experts',
      [llama],
      'blk.0.ffn_gate_exps.weight',
      'it is a mixture of several experts, which is not supported; use a dense model of the same family',
    ],
    [
      'a model that scores',
      [llama, { key: 'llama.pooling_type', type: 'u32', value: 4 }],
      'x',
      'it is a model that scores texts, as GGUF; use the same reward model as a folder with config.json and safetensors',
    ],
    [
      'a model that embeds',
      [llama, { key: 'llama.pooling_type', type: 'u32', value: 1 }],
      'x',
      'it embeds texts and writes none; use a language model',
    ],
    [
      'of no architecture',
      [],
      'x',
      'its metadata has no general.architecture, so it is no model of llama.cpp; use a GGUF file of a language model',
    ],
  ];
  for (const [name, metadata, tensor, reason] of ggufs) {
    it(`as GGUF is named if it is ${name}`, async () => {
      const data = float32Bytes([1]);
      const tensors = [{ name: tensor, dimensions: [1], type: ggufTypes.f32, data }];
      const path = folder.write('m.gguf', ggufBytes({ metadata, tensors }));
      await refuses(path, `m.gguf cannot be used: ${reason}.`);
    });
  }

  it('as GGUF is named if it is a piece of a file', async () => {
    for (const name of ['m.gguf-split-a', 'm.gguf.part1of2']) {
      await refuses(
        folder.write(name, ggufBytes()),
        `${name} is a piece of a GGUF file; join the pieces to one file, in order, with cat or copy /b.`,
      );
    }
  });

  it('as GGUF is named if it has only a vocabulary', async () => {
    await refuses(
      folder.write('m.gguf', ggufBytes({ metadata: [llama] })),
      'm.gguf cannot be used: it has a vocabulary and no weights; use the GGUF file of the whole model.',
    );
  });

  const elsewhere = 'use the model as safetensors or GGUF';
  const folders: [string[], string][] = [
    [
      ['m-Q4_0.gguf', 'm-Q8_0.gguf'],
      'has GGUF files (m-Q4_0.gguf, m-Q8_0.gguf); give the path of one of them',
    ],
    [
      ['model.onnx'],
      `is an ONNX model (model.onnx), which cannot be used as a language model here; ${elsewhere}`,
    ],
    [
      ['weights.npz'],
      'is an MLX model (weights.npz), which is not supported; use the model that it was made from',
    ],
    [['tf_model.h5'], `is a TensorFlow model (tf_model.h5), which is not supported; ${elsewhere}`],
    [
      ['flax_model.msgpack'],
      `is a Flax model (flax_model.msgpack), which is not supported; ${elsewhere}`,
    ],
    [
      ['params.json', 'consolidated.00.pth', 'tokenizer.model'],
      "has the weights in their maker's own layout (consolidated.00.pth, params.json), which is not supported; use the model as transformers saves it (config.json and model.safetensors), or a GGUF file",
    ],
    [
      ['params.json', 'consolidated.safetensors'],
      "has the weights in their maker's own layout (consolidated.safetensors, params.json), which is not supported; use the model as transformers saves it (config.json and model.safetensors), or a GGUF file",
    ],
    [
      ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
      'has a part of the weights (model-00001-of-00002.safetensors, model-00002-of-00002.safetensors) without their list; download model.safetensors.index.json as well',
    ],
    [
      ['other.safetensors'],
      'has no model.safetensors but other.safetensors; rename that file if it has the whole model',
    ],
    [
      ['model.safetensors.incomplete'],
      'is an unfinished download (model.safetensors.incomplete); download the model again',
    ],
    [
      ['models--a--b', 'models--c--d'],
      'is a cache with several models (models--a--b, models--c--d); give the folder of one of them',
    ],
    [
      ['m.gguf-split-a', 'm.gguf-split-b'],
      'has a GGUF file in pieces (m.gguf-split-a, m.gguf-split-b); join them to one file, in order, with cat or copy /b',
    ],
    [['notes.txt'], 'has no config.json; download it as well, or give a GGUF file'],
  ];
  for (const [names, reason] of folders) {
    it(`in a folder of ${names.join(', ')} is named as what it is`, async () => {
      for (const name of names) folder.write(name, 'x');
      await refuses(folder.path, `The folder ${basename(folder.path)} ${reason}.`);
    });
  }

  it('in a folder of pickle files is refused with how to convert it, with a configuration or without', async () => {
    const inner = join(folder.path, 'm');
    mkdirSync(inner);
    folder.write('m/pytorch_model.bin', 'x');
    const place = JSON.stringify(inner);
    const sentence =
      'The folder m stores its weights in pickle files (pytorch_model.bin), which can run code when ' +
      'opened and are never read; look for safetensors or GGUF files of the model, or convert it where ' +
      "transformers is installed: python -c 'from transformers import AutoModelForCausalLM as m; " +
      `m.from_pretrained(${place}).save_pretrained(${place})'.`;
    await refuses(inner, sentence);
    const config = {
      ...{ model_type: 'llama', hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1 },
      ...{ num_attention_heads: 2, vocab_size: 10, max_position_embeddings: 8, rms_norm_eps: 1e-5 },
    };
    folder.write('m/config.json', JSON.stringify(config));
    await refuses(inner, sentence);
  });
});

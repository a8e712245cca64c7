import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  maskWindows,
  type DecoderShape,
} from '../../src/engine/models/architecture/architecture.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { fixtures } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

type Json = Record<string, unknown>;

describe('the configuration of a family', () => {
  let tiny: TinyModels;

  afterEach(() => {
    tiny.remove();
  });

  async function shapeOf(name: string): Promise<DecoderShape> {
    const model = await openModel(tiny.folder(name));
    await model.close();
    return model.shape;
  }

  function open(name: string): void {
    tiny = new TinyModels(name);
  }

  function rotated({ layerKinds }: DecoderShape): boolean[] {
    return layerKinds.map(({ rope }) => rope !== undefined);
  }

  it('of SmolLM3 says which layers rotate, or how often one does not', async () => {
    const name = 'smollm3-no-rope';
    open(name);
    assert.deepEqual(rotated(await shapeOf(name)), [true, false, true]);
    tiny.configure(name, { no_rope_layers: null, no_rope_layer_interval: 3 });
    assert.deepEqual(rotated(await shapeOf(name)), [true, true, false]);
    tiny.configure(name, { no_rope_layers: [1, 0] });
    await assert.rejects(shapeOf(name), /gives 2 no_rope_layers for 3 layers/);
    tiny.configure(name, { no_rope_layers: null, layer_types: ['full_attention'] });
    await assert.rejects(shapeOf(name), /gives 1 layer_types for 3 layers/);
  });

  it('of Phi 3 ends texts where the factors for long ones would begin', async () => {
    const name = 'phi3-longrope-partial';
    open(name);
    const shape = await shapeOf(name);
    assert.equal(shape.contextLength, 64);
    assert.deepEqual(maskWindows(shape), [9]);
    const short = [1, 1.1, 1.25, 1.5, 2, 2.5];
    const longrope = { rope_theta: 10_000, short_factor: short, long_factor: short };
    // As the first configurations say it.
    const old = { partial_rotary_factor: 0.75, rope_theta: 10_000, rope_parameters: undefined };
    tiny.configure(name, { ...old, rope_scaling: { ...longrope, type: 'su' } });
    const same = await shapeOf(name);
    assert.equal(same.contextLength, 128);
    const frequencies = (s: DecoderShape) => s.layerKinds[0]!.rope!.inverseFrequencies;
    assert.deepEqual(frequencies(same), frequencies(shape));
    tiny.configure(name, { rope_scaling: { ...longrope, type: 'longrope', long_factor: [1] } });
    await assert.rejects(shapeOf(name), /its long_factor has 1 numbers; it must have 6/);
    tiny.configure(name, { rope_scaling: null, partial_rotary_factor: 0.2 });
    await assert.rejects(shapeOf(name), /3 dimensions of each head are rotated/);
  });

  it('of EXAONE 4 gives the windows as letters, too', async () => {
    const name = 'exaone4-windows';
    open(name);
    const { layerKinds } = await shapeOf(name);
    tiny.configure(name, { layer_types: null, sliding_window_pattern: 'LG' });
    const kinds = (await shapeOf(name)).layerKinds;
    assert.deepEqual(kinds.slice(0, 2), layerKinds.slice(0, 2));
    // The last layer always attends to the whole text.
    assert.deepEqual(kinds[2], { rope: undefined, window: undefined });
    tiny.configure(name, { sliding_window_pattern: 'LX' });
    await assert.rejects(shapeOf(name), /"sliding_window_pattern"/);
  });

  it('of Ministral 3 ends texts where queries would be scaled', async () => {
    open('ministral3-yarn');
    assert.equal((await shapeOf('ministral3-yarn')).contextLength, 64);
  });

  it('of a multimodal Mistral 3 names a text part of either family', async () => {
    const name = 'ministral3-yarn';
    open(name);
    const shape = await shapeOf(name);
    const path = join(tiny.folder(name), 'config.json');
    const text = JSON.parse(readFileSync(path, 'utf8')) as Json;
    const write = (own: Json): void =>
      writeFileSync(path, JSON.stringify({ model_type: 'mistral3', text_config: own }));
    write(text);
    assert.deepEqual(await shapeOf(name), shape);
    write({ ...text, model_type: 'mistral', rope_parameters: undefined });
    assert.deepEqual(maskWindows(await shapeOf(name)), [undefined]);
    write({ ...text, model_type: 'mistral4' });
    await assert.rejects(shapeOf(name), /its text part is a "mistral4"; supported are mistral and/);
  });

  for (const [name, change, sentence] of [
    ['stablelm-partial', { qk_layernorm: true }, /StableLM with norms of queries and keys/],
    ['stablelm-partial', { use_parallel_residual: true }, /or parallel layers \(12B\)/],
    ['cohere-parallel', { use_qk_norm: true }, /norms queries and keys \(Command R\+\)/],
    ['granite4-dense', { num_local_experts: 4 }, /a mixture of 4 experts/],
    ['granite4-dense', { layer_types: ['mamba', 'attention'] }, /Mamba 2\) keep a recurrent state/],
    ['phi3-plain', { model_type: 'lfm2' }, /"lfm2", which keeps a recurrent state/],
    ['phi3-plain', { model_type: 'qwen3_5_text' }, /which keeps a recurrent state/],
    ['gemma2-capped', { use_bidirectional_attention: true }, /its attention is bidirectional/],
    ['gemma2-capped', { attn_logit_softcapping: -1 }, /"attn_logit_softcapping"/],
    ['granite-factors', { logits_scaling: 0 }, /"logits_scaling"/],
    ['hunyuan-alpha', { layer_types: null, rms_norm_eps: null }, /"rms_norm_eps"/],
  ] as const) {
    it(`of ${name} refuses ${JSON.stringify(change)}`, async () => {
      open(name);
      tiny.configure(name, change);
      await assert.rejects(shapeOf(name), sentence);
    });
  }
});

describe('the metadata of a GGUF file', () => {
  async function shapeOf(kind: string): Promise<DecoderShape> {
    const model = await openModel(join(fixtures, `gguf-${kind}`, 'model.gguf'));
    await model.close();
    return model.shape;
  }

  it('of Phi 3 ends texts where the factors for long ones would begin, and sets no window', async () => {
    const shape = await shapeOf('phi3');
    assert.equal(shape.contextLength, 64);
    assert.deepEqual(maskWindows(shape), [undefined]);
  });

  it('of Ministral 3 ends texts where queries would be scaled', async () => {
    assert.equal((await shapeOf('ministral3')).contextLength, 64);
  });
});

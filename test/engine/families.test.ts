import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  maskWindows,
  type DecoderShape,
} from '../../src/engine/models/architecture/architecture.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { SlotPool } from '../../src/engine/runtime/slot-pool.ts';
import { TokenTree } from '../../src/engine/runtime/token-tree.ts';
import { openSession, readReference } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

type Json = Record<string, unknown>;

describe('folders of model families', () => {
  let tiny: TinyModels;

  beforeEach(() => {
    tiny = new TinyModels('gemma3-local-global', 'mistral-window', 'gpt-neox-parallel');
  });

  afterEach(() => {
    tiny.remove();
  });

  async function shapeOf(name: string): Promise<DecoderShape> {
    const model = await openModel(tiny.folder(name));
    await model.close();
    return model.shape;
  }

  /** Logits after the whole reference text. */
  async function lastLogits(name: string): Promise<Float32Array> {
    const { inputIds } = await readReference<{ inputIds: number[] }>(name);
    const session = await openSession(tiny.folder(name));
    const tree = new TokenTree(inputIds, new SlotPool(session.shape, 0), 0);
    const plan = tree.plan(tree.pending(inputIds.length));
    const run = { ...plan, rows: [inputIds.length - 1], topCount: 1, wantLogits: true };
    const { logits } = await session.run(run);
    await session.dispose();
    return logits!;
  }

  function rename(name: string, newName: (tensor: string) => string): void {
    const path = join(tiny.folder(name), 'model.safetensors');
    const bytes = readFileSync(path);
    const end = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, end)) as Json;
    const renamed = Object.entries(header).map(([key, value]) => [
      key === '__metadata__' ? key : newName(key),
      value,
    ]);
    const json = Buffer.from(JSON.stringify(Object.fromEntries(renamed)));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(path, Buffer.concat([length, json, bytes.subarray(end)]));
  }

  const spellings: readonly (readonly [string, (tensor: string) => string])[] = [
    ['before', (tensor) => `language_model.${tensor}`],
    ['since', (tensor) => tensor.replace(/^model\./, 'model.language_model.')],
  ];
  for (const [when, spelling] of spellings) {
    it(`reads the text part of a multimodal Gemma 3 as transformers ${when} 4.52 writes it`, async () => {
      const name = 'gemma3-local-global';
      const expected = await lastLogits(name);
      const path = join(tiny.folder(name), 'config.json');
      const text = JSON.parse(readFileSync(path, 'utf8')) as Json;
      writeFileSync(path, JSON.stringify({ model_type: 'gemma3', text_config: text }));
      rename(name, spelling);
      assert.deepEqual(await lastLogits(name), expected);
    });
  }

  it('reads how often a Gemma 3 layer attends to the whole text', async () => {
    const name = 'gemma3-local-global';
    const { layerKinds } = await shapeOf(name);
    tiny.configure(name, { layer_types: null, sliding_window_pattern: 3 });
    assert.deepEqual((await shapeOf(name)).layerKinds, layerKinds);
    tiny.configure(name, { layer_types: ['full_attention'] });
    await assert.rejects(shapeOf(name), /1 layer_types for 3 layers/);
    tiny.configure(name, { layer_types: ['chunked_attention', 'full_attention', 'x'] });
    await assert.rejects(shapeOf(name), /must be full_attention or sliding_attention/);
    tiny.configure(name, { layer_types: null, final_logit_softcapping: 30 });
    await assert.rejects(shapeOf(name), /caps attention scores or logits/);
  });

  it("uses Mistral's default window of 4096, and none if it is null", async () => {
    const name = 'mistral-window';
    assert.deepEqual(maskWindows(await shapeOf(name)), [7]);
    tiny.configure(name, { sliding_window: null });
    assert.deepEqual(maskWindows(await shapeOf(name)), [undefined]);
    tiny.configure(name, { sliding_window: undefined, max_position_embeddings: 32_768 });
    assert.deepEqual(maskWindows(await shapeOf(name)), [4096]);
    tiny.configure(name, { max_position_embeddings: 4096 });
    assert.deepEqual(maskWindows(await shapeOf(name)), [undefined]);
  });

  it('reads the older rotary settings of GPT-NeoX', async () => {
    const name = 'gpt-neox-parallel';
    const { layerKinds } = await shapeOf(name);
    tiny.configure(name, { rope_parameters: undefined, rotary_pct: 0.25, rotary_emb_base: 10_000 });
    assert.deepEqual((await shapeOf(name)).layerKinds, layerKinds);
    tiny.configure(name, { rotary_pct: 0.4 });
    await assert.rejects(shapeOf(name), /3 dimensions of each head are rotated/);
  });
});

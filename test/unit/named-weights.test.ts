import assert from 'node:assert/strict';

import { llama } from '../../src/engine/models/architecture/llama.ts';
import type { DecoderShape } from '../../src/engine/models/architecture/architecture.ts';
import { safetensorsWeights } from '../../src/engine/models/named-weights.ts';
import type { TensorFile } from '../../src/engine/models/tensor-file.ts';

describe('the weights of a folder', () => {
  const open = (names: readonly string[]) => {
    const file = { tensors: new Map(names.map((name) => [name, { shape: [2, 2] }])) };
    const shape = { tiedHead: true } as DecoderShape;
    return safetensorsWeights(file as unknown as TensorFile, llama, shape, 'tiny');
  };
  const query = 'model.layers.0.self_attn.q_proj.weight';

  it('are found with and without the prefix of the body', () => {
    for (const name of [query, query.replace('model.', '')]) {
      const weights = open([name]);
      assert.ok(weights.has(query));
      assert.deepEqual(weights.shape(query), [2, 2]);
    }
  });

  it('are not found under the name of another layer', () => {
    assert.ok(!open(['layers.1.self_attn.q_proj.weight']).has(query));
  });
});

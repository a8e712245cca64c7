import assert from 'node:assert/strict';
import { GgufConfig } from '../../src/engine/models/architecture/gguf-config.ts';

describe('LongRoPE in a GGUF file', () => {
  const rope = (more: Readonly<Record<string, unknown>>) => {
    const metadata = {
      ...{ 'llama.attention.head_count': 2, 'llama.embedding_length': 8 },
      ...{ 'llama.context_length': 64, 'llama.rope.scaling.type': 'longrope' },
      ...more,
    };
    return new GgufConfig(new Map(Object.entries(metadata)), 'llama', 'm').rope();
  };

  it('leaves the factors to their tensor and ends texts at the original context', () => {
    const { inverseFrequencies, amplitude, longest } = rope({
      'llama.rope.scaling.original_context_length': 16,
      'llama.rope.scaling.attn_factor': 1.25,
    });
    assert.deepEqual(inverseFrequencies, [1, 0.01]);
    assert.equal(amplitude, 1.25);
    assert.equal(longest, 16);
  });

  it('divides by the factor that the file also has, as llama.cpp does', () => {
    const { inverseFrequencies } = rope({ 'llama.rope.scaling.factor': 4 });
    assert.deepEqual(inverseFrequencies, [0.25, 0.0025]);
  });
});

import assert from 'node:assert/strict';

import { tokenizerFromGguf } from '../../src/engine/models/tokenizer/gguf-tokenizer.ts';

describe('the merges of a GGUF', () => {
  const tokens = [...'abcd', 'cd'];
  const open = (merges: readonly string[], list: readonly string[] = tokens) =>
    tokenizerFromGguf(
      new Map<string, unknown>([
        ['tokenizer.ggml.model', 'gpt2'],
        ['tokenizer.ggml.pre', 'gpt-2'],
        ['tokenizer.ggml.tokens', list],
        ['tokenizer.ggml.merges', merges],
      ]),
    );

  it('lose no character where a merge makes a part that is no token', () => {
    const ids = open(['a b', 'c d']).encode('abcd', { specialTokens: false });
    assert.deepEqual(ids, [0, 1, 4]);
  });

  it('are refused where one continues a part that is no token', () => {
    assert.throws(
      () => open(['a b', 'ab c'], [...tokens, 'abc']),
      /tokenizer\.ggml\.merges continues "ab", which is not one of its tokens/u,
    );
  });
});

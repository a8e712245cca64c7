import assert from 'node:assert/strict';

import { Tokenizer } from '@huggingface/tokenizers';

import { exactPipeline } from '../../src/engine/models/tokenizer/exact-pipeline.ts';
import { tokenizerFromGguf } from '../../src/engine/models/tokenizer/gguf-tokenizer.ts';
import type { TokenizerJson } from '../../src/engine/models/tokenizer/tokenizer-json.ts';
import { digest, digestAt, every, reference, shippedMetadata } from './token-reference.ts';

describe('pre-tokenizers of a GGUF', () => {
  let metadata: ReadonlyMap<string, unknown>;

  before(async () => {
    metadata = await shippedMetadata();
  });

  for (const [name, digests] of Object.entries(reference.named)) {
    it(`gives the same ids as Python: ${name}`, () => {
      const tokenizer = tokenizerFromGguf(new Map([...metadata, ['tokenizer.ggml.pre', name]]));
      reference.strings.forEach((text, at) => {
        const ids = tokenizer.encode(text, { specialTokens: false });
        assert.equal(digest(ids), digestAt(digests, at), JSON.stringify(text));
      });
    });
  }
});

describe('steps of a tokenizer.json', () => {
  const strings = every(reference.strings, reference.stepEvery);
  const empty: TokenizerJson = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: 'BPE', vocab: {}, merges: [] },
  };

  for (const { step, digests } of reference.steps) {
    it(`gives the same pieces as Rust: ${JSON.stringify(step)}`, () => {
      const { pre_tokenizer: cut, normalizer } = new Tokenizer(
        exactPipeline({ ...empty, ...step }),
        {},
      );
      const run = (text: string) =>
        normalizer ? [normalizer.normalize(text)] : cut!.pre_tokenize(text, { section_index: 0 });
      strings.forEach((text, at) => {
        const expected = text === '' ? digest(run(text)) : digestAt(digests, at);
        assert.equal(digest(run(text)), expected, JSON.stringify([text, run(text)]));
      });
    });
  }
});

import assert from 'node:assert/strict';

import { tokenizerFromGguf } from '../../src/engine/models/tokenizer/gguf-tokenizer.ts';
import type { TokenizedModel } from '../../src/engine/models/tokenizer/tokenizer-core.ts';
import { badModel } from './token-reference.ts';
import {
  chatMl,
  controls,
  endOfSentence,
  endOfText,
  first,
  hello,
  imEnd,
  imStart,
  words,
  type Json,
} from './turn-tokens.ts';

describe('the token types of a GGUF', () => {
  const tokens = [...words, ...controls];
  const normal = 1;
  const control = 3;
  const userDefined = 4;
  const unused = 5;

  function open(settings: Json, model?: TokenizedModel, more: Json = {}) {
    const all = { model: 'gpt2', pre: 'gpt-2', tokens, merges: ['a b'], ...settings };
    const metadata = Object.entries(all).map(
      ([key, value]) => [`tokenizer.ggml.${key}`, value] as const,
    );
    const others = { 'tokenizer.chat_template': chatMl, ...more };
    return tokenizerFromGguf(new Map([...metadata, ...Object.entries(others)]), model);
  }

  const typed = (type: number, list = tokens) => list.map((_, id) => (id < first ? normal : type));

  for (const [name, type] of [
    ['control', control],
    ['plain', normal],
    ['user-defined', userDefined],
  ] as const) {
    it(`make turn tokens control tokens, also of the ${name} type`, () => {
      const tokenizer = open({ token_type: typed(type), eos_token_id: endOfText });
      const prompt = tokenizer.applyChatTemplate(hello, { addGenerationPrompt: true });
      const ids = tokenizer.encode(prompt);
      assert.deepEqual(
        ids.filter((id) => id >= first),
        [imStart, imEnd, imStart],
      );
      assert.equal(tokenizer.decode(ids, { skipSpecial: true }), 'user\nHi\nassistant\n');
      assert.ok(tokenizer.endTokens.has(imEnd));
      assert.ok(tokenizer.endTokens.has(endOfText));
      assert.equal(tokenizer.endTokens.has(endOfSentence), type === control);
      assert.equal(tokenizer.turnEnd, imEnd);
    });
  }

  it('make a declared end a control token unless it is a word', () => {
    const types = { token_type: typed(normal) };
    const marked = open({ ...types, eos_token_id: endOfSentence });
    assert.deepEqual(marked.encode('a</s>'), [words.indexOf('a'), endOfSentence]);
    assert.ok(marked.endTokens.has(endOfSentence));
    const comma = words.indexOf(',');
    const word = open({ ...types, bos_token_id: comma, eos_token_id: comma });
    assert.ok(word.endTokens.has(comma));
    assert.equal(word.decode(word.encode('a, b'), { skipSpecial: true }), 'a, b');
  });

  it('do not change the ends that the file declares, one or several', () => {
    const word = words.indexOf('#');
    const ids = { eos_token_id: word, eos_token_ids: [endOfSentence, -1, 9999] };
    const tokenizer = open({ ...ids, token_type: typed(normal) });
    assert.deepEqual([...tokenizer.endTokens], [word, endOfSentence, endOfText, imEnd]);
    assert.throws(
      () => open({ eos_token_ids: 7 }),
      badModel(/eos_token_ids is 7; .* token ids\.$/),
    );
  });

  it('leave words that look similar alone', () => {
    const list = [...tokens, '<think>', '<|note|>', '</b>'];
    const tokenizer = open({ tokens: list, token_type: typed(userDefined, list) });
    const ids = tokenizer.encode('<think><|note|></b>');
    assert.deepEqual(ids, [first + 4, first + 5, first + 6]);
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), '<think><|note|></b>');
    const plain = open({ tokens: list, token_type: typed(normal, list) });
    assert.equal(plain.encode('<think>').length, '<think>'.length);
  });

  it('give unused tokens no text', () => {
    const list = [...tokens, '[PAD100]'];
    const types = typed(control, list).with(-1, unused);
    const tokenizer = open({ tokens: list, token_type: types });
    assert.equal(tokenizer.decode([words.indexOf('a'), list.length - 1]), 'a');
    assert.equal(tokenizer.tokenText(list.length - 1), '[PAD100]');
    assert.equal(tokenizer.vocabularySize, list.length - 1);
    assert.equal(tokenizer.encode('[PAD100]').length, '[PAD100]'.length);
  });

  it('name empty tokens as llama.cpp does, and refuse other duplicates', () => {
    const list = [...words, '', '', ...controls];
    const tokenizer = open({ tokens: list, token_type: typed(normal, list) });
    assert.equal(tokenizer.tokenText(first), `[EMPTY_${first}]`);
    assert.equal(tokenizer.tokenText(first + 1), `[EMPTY_${first + 1}]`);
    assert.ok(tokenizer.endTokens.has(imEnd + 2));
    assert.throws(
      () => open({ tokens: [...words, '', `[EMPTY_${first}]`] }),
      badModel(/tokens contains "\[EMPTY_96\]" twice\.$/),
    );
  });

  it('let the control tokens of Phi-3 take the space after them, as llama.cpp does', () => {
    const list = [...tokens, '<|user|>', '<|end|>'];
    const named = (name: string) =>
      open({ tokens: list, token_type: typed(control, list) }, undefined, { 'general.name': name });
    const text = '<|endoftext|>\n<|user|>\na<|end|> \n</s> a';
    const marks = [endOfText, words.indexOf('\u010A'), first + 4, words.indexOf('a'), first + 5];
    const own = [...marks, endOfSentence, words.indexOf('a')];
    assert.deepEqual(named('Phi-3-mini').encode(text), own);
    assert.deepEqual(named('phi3').encode(text), own);
    assert.equal(named('other').encode(text).length, own.length + 4);
  });

  it('leave out ends without a row in the embedding', () => {
    const ids = { eos_token_id: imEnd, eot_token_id: endOfText, eom_token_id: 0xffffffff };
    const tokenizer = open({ ...ids, token_type: typed(control) }, { name: 'm', rows: imEnd });
    assert.deepEqual([...tokenizer.endTokens], [endOfText]);
    assert.throws(() => tokenizer.encode('<|im_end|>'), /but m has only 98 tokens/);
  });
});

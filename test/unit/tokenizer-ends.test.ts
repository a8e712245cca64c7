import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import type { TokenizedModel } from '../../src/engine/models/tokenizer/tokenizer-core.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
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

interface Added {
  readonly content: string;
  readonly special?: boolean;
}

function tokenizerJson(added: readonly Added[], vocabulary: readonly string[] = words): Json {
  return {
    added_tokens: added.map(({ content, special = true }, i) => ({
      ...{ id: vocabulary.length + i, content, special },
      ...{ normalized: false, single_word: false, lstrip: false, rstrip: false },
    })),
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: [],
    },
  };
}

describe('the tokens that end a response, of a folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ends-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Opens a folder with these files; the tokens are ChatML's and "</s>" unless named. */
  async function open(
    files: Readonly<Record<string, Json>>,
    model: Partial<TokenizedModel> = {},
    added: readonly Added[] = controls.map((content) => ({ content })),
  ) {
    const all = { 'tokenizer.json': tokenizerJson(added), ...files };
    for (const name of await readdir(folder)) await rm(join(folder, name));
    for (const [name, content] of Object.entries(all)) {
      await writeFile(join(folder, name), JSON.stringify(content));
    }
    return tokenizerFromFolder(folder, { name: 'model', rows: first + added.length, ...model });
  }

  const endsOf = async (...given: Parameters<typeof open>) =>
    [...(await open(...given)).endTokens].sort((a, b) => a - b);
  const plain = [endOfText, imEnd, endOfSentence];

  it('are the union of what every file declares, with the names of turn ends', async () => {
    const other = { content: '[over]' };
    const added = [...controls.map((content) => ({ content })), other];
    const over = first + controls.length;
    const declared: readonly [Readonly<Record<string, Json>>, Partial<TokenizedModel>][] = [
      [{ 'generation_config.json': { eos_token_id: over } }, {}],
      [{ 'generation_config.json': { eos_token_id: [over, imEnd] } }, {}],
      [{ 'tokenizer_config.json': { eos_token: '[over]' } }, {}],
      [{ 'tokenizer_config.json': { eos_token: other } }, {}],
      [{ 'special_tokens_map.json': { eos_token: '[over]' } }, {}],
      [{ 'special_tokens_map.json': { eos_token: other } }, {}],
      [{}, { endTokens: [over] }],
      [
        {
          'generation_config.json': { eos_token_id: endOfText },
          'tokenizer_config.json': { eos_token: '<|im_end|>' },
          'special_tokens_map.json': { eos_token: '[over]' },
        },
        { endTokens: [endOfSentence] },
      ],
    ];
    for (const [files, model] of declared) {
      assert.deepEqual(await endsOf(files, model, added), [...plain, over], JSON.stringify(files));
    }
    assert.deepEqual(await endsOf({}, {}, added), plain);
  });

  it('leave out a word that only config.json declares, unless nothing else is declared', async () => {
    const word = words.indexOf('#');
    const model = { endTokens: [word, endOfSentence] };
    const files = { 'generation_config.json': { eos_token_id: endOfText } };
    assert.deepEqual(await endsOf(files, model), plain);
    assert.deepEqual(await endsOf({}, model), [word, ...plain]);
    assert.deepEqual(await endsOf({ 'generation_config.json': { eos_token_id: word } }), [
      word,
      ...plain,
    ]);
  });

  it('leave out ids that the model does not have', async () => {
    const files = { 'generation_config.json': { eos_token_id: [-1, 2 ** 31, first + 4] } };
    assert.deepEqual(await endsOf(files), plain);
    assert.deepEqual(await endsOf(files, { rows: first + 5 }), [...plain, first + 4]);
    assert.deepEqual(await endsOf({}, { rows: imEnd }), [endOfText]);
  });

  it('are those of the names if the files declare null or nothing', async () => {
    const nothing = { eos_token_id: null };
    assert.deepEqual(await endsOf({ 'generation_config.json': nothing }), plain);
    assert.deepEqual(await endsOf({ 'generation_config.json': { eos_token_id: [] } }), plain);
    assert.deepEqual(await endsOf({ 'tokenizer_config.json': { eos_token: null } }), plain);
    assert.deepEqual(await endsOf({ 'tokenizer_config.json': { eos_token: '' } }), plain);
    assert.deepEqual(await endsOf({ 'tokenizer_config.json': { eos_token: '<none>' } }), plain);
  });

  it('count as control tokens where tokenizer.json calls them words, but "</s>" does not', async () => {
    const tokenizer = await open(
      {},
      {},
      controls.map((content) => ({ content, special: false })),
    );
    assert.deepEqual([...tokenizer.endTokens], [endOfText, imEnd]);
    const ids = tokenizer.encode('<|im_start|>a</s><|im_end|>');
    assert.deepEqual(ids, [imStart, words.indexOf('a'), endOfSentence, imEnd]);
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), 'a</s>');
    const special = { content: '</s>', special: true };
    const decoder = { added_tokens_decoder: { [endOfSentence]: special } };
    assert.deepEqual(
      await endsOf(
        { 'tokenizer_config.json': decoder },
        {},
        controls.map((content) => ({ content, special: false })),
      ),
      plain,
    );
  });

  it('are found among the plain tokens of a vocabulary, too', async () => {
    const vocabulary = [...words, '<|eot_id|>'];
    const files = { 'tokenizer.json': tokenizerJson([], vocabulary) };
    assert.deepEqual(await endsOf(files), [first]);
    assert.deepEqual(await endsOf(files, { rows: first }), []);
  });

  it('do not have <|end|> where it ends one of several messages', async () => {
    const ends = (...added: string[]) =>
      endsOf(
        {},
        {},
        added.map((content) => ({ content })),
      );
    assert.deepEqual(await ends('<|end|>'), [first]);
    assert.deepEqual(await ends('<|end|>', '<|return|>', '<|call|>'), [first + 1, first + 2]);
  });

  it('close an answer as the template does, whatever else is declared', async () => {
    const files = {
      'generation_config.json': { eos_token_id: [endOfText, endOfSentence, imEnd] },
      'tokenizer_config.json': { eos_token: '</s>' },
    };
    assert.equal((await open(files)).turnEnd, endOfSentence);
    const chat = { 'tokenizer_config.json': { eos_token: '</s>', chat_template: chatMl } };
    assert.equal((await open({ ...files, ...chat })).turnEnd, imEnd);
  });

  it('take the names from special_tokens_map.json only beside old settings, as in transformers', async () => {
    const special = { eos_token: '</s>' };
    const eos = async (config: Json) => {
      const template = { chat_template: '{{ eos_token }}' };
      const tokenizer = await open({
        'tokenizer_config.json': { eos_token: '<|im_end|>', ...template, ...config },
        'special_tokens_map.json': special,
      });
      assert.deepEqual([...tokenizer.endTokens].sort(), plain);
      return tokenizer.applyChatTemplate(hello, { addGenerationPrompt: true });
    };
    assert.equal(await eos({}), '</s>');
    assert.equal(await eos({ added_tokens_decoder: {} }), '<|im_end|>');
  });

  it('refuses an end that is neither an id nor a text', async () => {
    const refuses = (name: string, content: Json, pattern: RegExp) =>
      assert.rejects(open({ [name]: content }), badModel(pattern));
    await refuses(
      'generation_config.json',
      { eos_token_id: 'x' },
      /"eos_token_id" in .*generation_config\.json .*expected a token id or a list of token ids\.$/,
    );
    await refuses(
      'tokenizer_config.json',
      { eos_token: ['</s>', '<|im_end|>'] },
      /"eos_token" in .*tokenizer_config\.json .*expected the text of one token\.$/,
    );
  });
});

describe('a tokenizer with more tokens than its model', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rows-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const open = async (json: Json, rows: number) => {
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
    return tokenizerFromFolder(folder, { name: 'my-model', rows });
  };

  it('refuses only a text that holds one of them, and names it', async () => {
    const tokenizer = await open(
      tokenizerJson([{ content: '<a>' }, { content: '<b>' }]),
      first + 1,
    );
    assert.deepEqual(tokenizer.encode('x<a>'), [words.indexOf('x'), first]);
    assert.throws(
      () => tokenizer.encode('x<b>'),
      (error: unknown) =>
        error instanceof TqError &&
        error.code === ErrorCode.invalidInput &&
        error.message ===
          `The text contains "<b>", token ${first + 1} of the tokenizer, but my-model has only ${first + 1} tokens; remove it from the text.`,
    );
    assert.equal(tokenizer.vocabularySize, first + 1);
  });

  it('refuses ids that would need a huge table', async () => {
    const json = tokenizerJson([]);
    const token = { content: '<a>', special: true };
    await assert.rejects(
      open({ ...json, added_tokens: [{ ...token, id: 2 ** 31 }] }, 1),
      badModel(/"added_tokens\.0\.id" in .*tokenizer\.json cannot be used: /),
    );
    const model = { type: 'BPE', merges: [], vocab: { a: 0, b: 2 ** 31 } };
    await assert.rejects(
      open({ ...json, model }, 1),
      badModel(/^The tokenizer has the token id 2147483648; at most 16777216 is allowed\.$/),
    );
    await open(json, 1);
    const config = { added_tokens_decoder: { x: token } };
    await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    await assert.rejects(
      tokenizerFromFolder(folder),
      badModel(/added_tokens_decoder.*: expected tokens by their ids\.$/),
    );
  });
});

import assert from 'node:assert/strict';

import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import { tokenizerFromGguf } from '../../src/engine/models/tokenizer/gguf-tokenizer.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import {
  assertEncodes,
  badModel,
  reference,
  sentencePieceFolder,
  sentencePieceJson,
  shippedMetadata,
  streamed,
} from './token-reference.ts';

describe('tokenizer of the shipped GGUF', () => {
  let metadata: ReadonlyMap<string, unknown>;
  let tokenizer: TextTokenizer;

  before(async () => {
    metadata = await shippedMetadata();
    tokenizer = tokenizerFromGguf(metadata);
  });

  const changed = (changes: Readonly<Record<string, unknown>>) =>
    new Map([...metadata, ...Object.entries(changes)]);

  it('gives the same ids as Python', () => {
    assert.ok(reference.strings.length >= 1000);
    assertEncodes(tokenizer, reference.strings, reference.shipped);
  });

  it('decodes to the text it encoded, except for bytes that are not in the vocabulary', () => {
    reference.strings.forEach((text, at) => {
      const expected = reference.shippedChanged[at] ?? text;
      assert.equal(tokenizer.decode(reference.shipped[at]!), expected);
    });
  });

  it('streams the decoded text without incomplete characters', () => {
    reference.strings.forEach((text, at) => {
      const parts = streamed(tokenizer, reference.shipped[at]!);
      assert.equal(parts.join(''), reference.shippedChanged[at] ?? text);
      if (!text.includes('\uFFFD')) assert.ok(!parts.some((part) => part.includes('\uFFFD')));
    });
  });

  it('ends a stream inside a character with U+FFFD, like decoding', () => {
    const ids = tokenizer.encode('\u{10FFFF}').slice(0, -1);
    const parts = streamed(tokenizer, ids);
    assert.deepEqual(parts, [...ids.map(() => ''), '\uFFFD']);
    assert.equal(tokenizer.decode(ids), '\uFFFD');
  });

  it('reads a lone surrogate as U+FFFD', () => {
    const mended = tokenizer.encode('a\uFFFDb\uFFFD');
    assert.deepEqual(tokenizer.encode('a\uD83Db\uDE00'), mended);
  });

  it('omits control tokens on request, and ids outside the vocabulary', () => {
    const ids = tokenizer.encode('<|im_start|>user\nHi<|im_end|>');
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), 'user\nHi');
    assert.equal(streamed(tokenizer, ids, true).join(''), 'user\nHi');
    assert.equal(tokenizer.decode([...ids, 49152, 60000]), '<|im_start|>user\nHi<|im_end|>');
    assert.equal(tokenizer.decode([]), '');
  });

  it('knows its size, begin token and end tokens', () => {
    assert.equal(tokenizer.vocabularySize, 49152);
    assert.equal(tokenizer.beginToken, 1);
    assert.deepEqual([...tokenizer.endTokens].sort(), [0, 2]);
  });

  it('shows blanks, lone bytes and control tokens', () => {
    const shown = (text: string) => tokenizer.encode(text).map((id) => tokenizer.tokenText(id));
    assert.deepEqual(shown(' the\n'), ['\u2423the', '\\n']);
    assert.deepEqual(shown('<|im_end|>'), ['<|im_end|>']);
    assert.deepEqual(shown('\u{10FFFF}').join(''), '<0xF4><0x8F><0xBF><0xBF>');
    assert.equal(tokenizer.tokenText(60000), '<token 60000>');
    for (let id = 0; id < tokenizer.vocabularySize; id++) {
      assert.doesNotMatch(tokenizer.tokenText(id), /\p{C}/u);
    }
  });

  it('renders conversations like transformers', () => {
    assert.ok(tokenizer.hasChatTemplate);
    for (const { messages, text, prompt } of reference.chats) {
      const render = (addGenerationPrompt: boolean) =>
        tokenizer.applyChatTemplate(messages, { addGenerationPrompt });
      assert.equal(render(false), text);
      assert.equal(render(true), prompt);
    }
  });

  it('reads the text of a control token as that token', () => {
    const ids = tokenizer.encode(reference.chats[4]!.prompt);
    const typed = reference.chats[4]!.messages[0]!.content;
    assert.ok(typed.includes('<|im_end|>'));
    assert.equal(ids.filter((id) => id === 2).length, 6);
    assert.equal(tokenizer.decode(ids), reference.chats[4]!.prompt);
  });

  it('adds begin and end tokens when the file says so', () => {
    const adds = { 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.add_eos_token': true };
    const other = tokenizerFromGguf(changed(adds));
    const plain = tokenizer.encode('Hi there');
    assert.deepEqual(other.encode('Hi there'), [1, ...plain, 2]);
    assert.deepEqual(other.encode('Hi there', { specialTokens: false }), plain);
  });

  it('reports a template that fails and a missing template', () => {
    const render = (template: unknown) =>
      tokenizerFromGguf(changed({ 'tokenizer.chat_template': template })).applyChatTemplate(
        [{ role: 'user', content: 'a' }],
        { addGenerationPrompt: true },
      );
    assert.throws(
      () => render('{% if %}'),
      badModel(/^The model's chat template cannot be parsed: /),
    );
    assert.throws(() => render(undefined), badModel(/^The model has no chat template\.$/));
    assert.throws(
      () => render("{{ raise_exception('roles must alternate') }}"),
      (error: unknown) =>
        error instanceof TqError &&
        error.code === ErrorCode.invalidInput &&
        error.message === "The model's chat template rejected the messages: roles must alternate",
    );
    assert.equal(render('{{ bos_token }}{{ messages[0].content }}\n'), '<|im_start|>a');
  });

  it('refuses conversations where a GGUF has templates by name and no default', () => {
    const named = {
      'tokenizer.chat_templates': ['tool_use'],
      'tokenizer.chat_template': undefined,
    };
    const other = tokenizerFromGguf(changed(named));
    assert.throws(
      () => other.applyChatTemplate([], { addGenerationPrompt: false }),
      /has the chat templates "tool_use" and none is named "default"/u,
    );
  });

  it('names unknown kinds and malformed metadata', () => {
    const refuses = (changes: Readonly<Record<string, unknown>>, pattern: RegExp) =>
      assert.throws(() => tokenizerFromGguf(changed(changes)), badModel(pattern));
    refuses({ 'tokenizer.ggml.model': 't5' }, /model is "t5"; supported are gpt2 and llama/);
    refuses({ 'tokenizer.ggml.pre': 'neu' }, /pre is "neu"; supported are .*llama-bpe.*qwen2/);
    refuses({ 'tokenizer.ggml.tokens': undefined }, /tokens is missing/);
    refuses({ 'tokenizer.ggml.tokens': [1] }, /tokens is a list of 1; .* a list of strings/);
    refuses({ 'tokenizer.ggml.tokens': ['a', 'b', 'a'] }, /"a" twice/);
    refuses({ 'tokenizer.ggml.merges': undefined }, /merges is missing/);
    refuses({ 'tokenizer.ggml.merges': ['ab'] }, /merges contains "ab"/);
    refuses({ 'tokenizer.ggml.token_type': [1, 2] }, /token_type is a list of 2/);
    refuses({ 'tokenizer.ggml.add_bos_token': 'yes' }, /add_bos_token is "yes"/);
    refuses({ 'tokenizer.ggml.eos_token_id': 'x' }, /eos_token_id is "x"/);
  });
});

describe('SentencePiece tokenizer', () => {
  const { strings, sentencePiece, sentencePieceChanged } = reference;

  function fromGguf(): TextTokenizer {
    const tokens = Object.entries(sentencePieceJson.model.vocab)
      .sort(([, a], [, b]) => a - b)
      .map(([token]) => token);
    const typeOf = (token: string, id: number) => {
      if (id < 3) return id === 0 ? 2 : 3;
      if (token === '<tool>') return 4;
      return /^<0x..>$/.test(token) ? 6 : 1;
    };
    const settings: [string, unknown][] = [
      ['model', 'llama'],
      ['tokens', tokens],
      ['scores', tokens.map((_, id) => -id)],
      ['token_type', tokens.map(typeOf)],
      ['bos_token_id', 1],
      ['eos_token_id', 2],
      ['unknown_token_id', 0],
      ['padding_token_id', 0xffffffff],
    ];
    return tokenizerFromGguf(
      new Map(settings.map(([key, value]) => [`tokenizer.ggml.${key}`, value])),
    );
  }

  const sources: [string, () => TextTokenizer | Promise<TextTokenizer>][] = [
    ['tokenizer.json', () => tokenizerFromFolder(sentencePieceFolder)],
    ['a GGUF without merges', fromGguf],
  ];
  for (const [source, open] of sources) {
    it(`gives the same ids and texts as Python, from ${source}`, async () => {
      const tokenizer = await open();
      assertEncodes(tokenizer, strings, sentencePiece);
      sentencePiece.forEach((ids, at) => {
        const expected = sentencePieceChanged[at] ?? strings[at];
        assert.equal(tokenizer.decode(ids, { skipSpecial: true }), expected);
        assert.equal(streamed(tokenizer, ids, true).join(''), expected);
      });
    });
  }

  it('shows byte tokens and the space marker', () => {
    const tokenizer = fromGguf();
    const shown = tokenizer.encode(' \u{10FFFF}').map((id) => tokenizer.tokenText(id));
    const bytes = ['<0xF4>', '<0x8F>', '<0xBF>', '<0xBF>'];
    assert.deepEqual(shown.slice(-4), bytes);
    assert.match(shown.slice(0, -4).join(''), /^<s>\u2423+$/);
  });
});

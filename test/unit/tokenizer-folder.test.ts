import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import {
  assertEncodes,
  badModel,
  embeddingFolder,
  every,
  reference,
  sentencePieceJson,
  streamed,
} from './token-reference.ts';

describe('tokenizer folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, content: unknown) =>
    writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

  it('gives the same ids and texts as Python for the embedding model', async () => {
    const tokenizer = await tokenizerFromFolder(embeddingFolder);
    const strings = every(reference.strings, reference.embeddingEvery);
    assertEncodes(tokenizer, strings, reference.embedding);
    reference.embedding.forEach((ids, at) => {
      assert.equal(tokenizer.decode(ids, { skipSpecial: true }), reference.embeddingText[at]);
      assert.equal(streamed(tokenizer, ids, true).join(''), reference.embeddingText[at]);
    });
    assert.equal(tokenizer.hasChatTemplate, false);
    assert.equal(tokenizer.vocabularySize, 30522);
  });

  it('closes an answer with the end token that the template writes, else with eos_token', async () => {
    await write('tokenizer.json', sentencePieceJson);
    await write('generation_config.json', { eos_token_id: [1, 2] });
    const turnEnd = async (config: Readonly<Record<string, unknown>>) => {
      await write('tokenizer_config.json', { bos_token: '<s>', ...config });
      return (await tokenizerFromFolder(folder)).turnEnd;
    };
    const template = (end: string): string =>
      `{% for message in messages %}{{ message.content }}${end}{% endfor %}`;
    assert.equal(await turnEnd({ eos_token: '</s>', chat_template: template('<s>') }), 1);
    assert.equal(await turnEnd({ eos_token: '<s>', chat_template: template('</s>') }), 2);
    assert.equal(await turnEnd({ eos_token: '</s>' }), 2);
    assert.equal(
      await turnEnd({ eos_token: '</s>', chat_template: '{{ raise_exception("no") }}' }),
      2,
    );
    assert.equal(await turnEnd({}), 1);
  });

  describe('with several chat templates', () => {
    const text = async (): Promise<string> =>
      (await tokenizerFromFolder(folder)).applyChatTemplate([], { addGenerationPrompt: false });
    const tools = { name: 'tool_use', template: 'tools' };

    beforeEach(() => write('tokenizer.json', sentencePieceJson));

    it('uses the default one', async () => {
      const list = [tools, { name: 'default', template: 'plain' }];
      await write('tokenizer_config.json', { chat_template: list });
      assert.equal(await text(), 'plain');
      await write('tokenizer_config.json', { chat_template: [] });
      assert.equal((await tokenizerFromFolder(folder)).hasChatTemplate, false);
    });

    it('refuses conversations where none is the default, and names them', async () => {
      await write('tokenizer_config.json', { chat_template: [tools] });
      await assert.rejects(text(), /has the chat templates "tool_use" and none .*--chat-template/u);
    });

    it('takes those in files before those of the configuration', async () => {
      await write('tokenizer_config.json', { chat_template: 'config' });
      await write('chat_template.json', { chat_template: 'processor' });
      assert.equal(await text(), 'config');
      await mkdir(join(folder, 'additional_chat_templates'));
      await write('additional_chat_templates/rag.jinja', 'rag');
      await assert.rejects(text(), /"rag"/u);
      await write('chat_template.jinja', 'file');
      assert.equal(await text(), 'file');
    });

    it('takes that of the processor where there is no other', async () => {
      await write('chat_template.json', { chat_template: 'processor' });
      assert.equal(await text(), 'processor');
    });
  });

  it('reads begin, end and template from the other tokenizer files', async () => {
    await write('tokenizer.json', sentencePieceJson);
    await write('tokenizer_config.json', {
      add_bos_token: false,
      add_eos_token: true,
      bos_token: { content: '<s>' },
      eos_token: '</s>',
      chat_template: [{ name: 'default', template: 'config' }],
    });
    const tokenizer = await tokenizerFromFolder(folder);
    assert.deepEqual(tokenizer.encode('').slice(-1), [2]);
    assert.ok(!tokenizer.encode('a').includes(1));
    assert.equal(tokenizer.beginToken, 1);
    assert.deepEqual([...tokenizer.endTokens], [2]);
    assert.equal(tokenizer.applyChatTemplate([], { addGenerationPrompt: false }), 'config');

    await write('generation_config.json', { eos_token_id: [2, 7] });
    await write('chat_template.jinja', '{{ eos_token }}');
    const other = await tokenizerFromFolder(folder);
    assert.deepEqual([...other.endTokens], [2, 7]);
    assert.equal(other.applyChatTemplate([], { addGenerationPrompt: false }), '</s>');
  });

  it('treats tokens that the configuration names as special', async () => {
    await write('tokenizer.json', sentencePieceJson);
    await write('special_tokens_map.json', { mask_token: '<tool>' });
    const tokenizer = await tokenizerFromFolder(folder);
    const ids = tokenizer.encode('a<tool>b');
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), 'a b');
  });

  it('names missing, malformed and unsupported files', async () => {
    const refuses = (pattern: RegExp) =>
      assert.rejects(tokenizerFromFolder(folder), badModel(pattern));
    await refuses(/has no tokenizer\.json; download it as well, or make it .* AutoTokenizer/);
    await write('tokenizer.json', '{');
    await refuses(/tokenizer\.json is not valid JSON\.$/);
    await write('tokenizer.json', {});
    await refuses(/"model" in .*tokenizer\.json cannot be used: has no vocab\.$/);
    await write('tokenizer.json', { ...sentencePieceJson, pre_tokenizer: { type: 'Runes' } });
    await refuses(/tokenizer cannot be used: .*Runes/);
    const token = { id: 5, content: 'x', special: false, single_word: true };
    await write('tokenizer.json', { ...sentencePieceJson, added_tokens: [token] });
    await refuses(/added token "x" is a single_word token, which is not supported\.$/);
  });
});

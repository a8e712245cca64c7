import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import { namedTemplates } from '../../src/engine/models/tokenizer/named-templates.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { chatNotes, chatSettings } from '../../src/engine/requests/chat-settings.ts';
import { encodePrompt } from '../../src/engine/requests/prompts.ts';
import { thoughtNote } from '../../src/engine/requests/thought-note.ts';
import { writtenText } from '../../src/engine/requests/written-text.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

const [byteLevel] = JSON.parse(readFileSync('test/fixtures/chat/tokens.json', 'utf8')) as readonly {
  readonly tokenizer: unknown;
  readonly config: object;
}[];
const prompt = { text: 'Hi', raw: false } as const;

describe('how a prompt reaches the model', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const open = async (template: string | undefined): Promise<TextTokenizer> => {
    const config = { ...byteLevel!.config, chat_template: template };
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(byteLevel!.tokenizer));
    await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    return tokenizerFromFolder(folder);
  };
  const textOf = (tokenizer: TextTokenizer): string =>
    tokenizer.decode(encodePrompt(tokenizer, prompt));

  it('is said where a template is missing or blank, with a template that fits', async () => {
    for (const template of [undefined, '', ' \n']) {
      const tokenizer = await open(template);
      assert.equal(tokenizer.hasChatTemplate, false);
      assert.equal(textOf(tokenizer), 'Hi');
      const [note, ...others] = chatNotes({ id: 'mine', tokenizer }, prompt, {});
      assert.match(note ?? '', /^The model mine has no chat template, .* --chat-template chatml/u);
      assert.deepEqual(others, []);
      assert.deepEqual(chatNotes({ id: 'mine', tokenizer }, { raw: true }, {}), []);
      assert.equal(
        textOf(tokenizer.withChat(await chatSettings({ chatTemplate: 'chatml' }))),
        '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n'.replace('|>\n<', '|><'),
      );
    }
  });

  it('puts a system text before the bare text of a model without a template', async () => {
    const tokenizer = await open(undefined);
    const ids = encodePrompt(tokenizer, { ...prompt, system: 'Be brief.' });
    assert.equal(tokenizer.decode(ids), 'Be brief.\n\nHi');
  });

  it('spells control tokens in a raw prompt, unless the prompt asks for them', async () => {
    const tokenizer = await open(undefined);
    const raw = { text: '<|im_end|>', raw: true };
    assert.ok(encodePrompt(tokenizer, raw).length > 1);
    assert.equal(encodePrompt(tokenizer, { ...raw, controlTokens: true }).length, 1);
  });

  it('takes a template from a file, and says which names there are for any other', async () => {
    await writeFile(join(folder, 'mine.jinja'), '{{ messages[0].content }}!{{ tone }}');
    const given = { chatTemplate: 'mine.jinja', folder, templateVariables: { tone: 1 } };
    const chat = await chatSettings(given);
    const tokenizer = (await open('{{ 1 }}')).withChat(chat);
    assert.equal(textOf(tokenizer), 'Hi!1');
    await assert.rejects(
      chatSettings({ chatTemplate: 'other', folder }),
      refused(/"other" is neither one of chatml, llama3, .* nor a file that can be read\.$/u),
    );
  });

  it('says that a variable has no effect if the template does not read it', async () => {
    const tokenizer = await open("{{ 'a' if enable_thinking else 'b' }}");
    assert.equal(textOf(tokenizer), 'b');
    const variables = { enable_thinking: true, thinkin: true };
    assert.equal(textOf(tokenizer.withChat({ variables })), 'a');
    const notes = chatNotes({ id: 'mine', tokenizer }, prompt, { variables });
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /does not read the variable thinkin,/u);
  });

  it('refuses a variable that the engine sets, and one that is no name', async () => {
    for (const name of ['messages', 'a b']) {
      await assert.rejects(
        chatSettings({ templateVariables: { [name]: true } }),
        refused(new RegExp(`^The template variable "${name}" cannot be set: `, 'u')),
      );
    }
  });

  it('is written by each named template as a conversation', async () => {
    const tokenizer = await open(undefined);
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ] as const;
    for (const { name, source } of namedTemplates) {
      const own = tokenizer.withChat({ template: source });
      const text = own.applyChatTemplate(messages, { addGenerationPrompt: true });
      assert.match(text, /Be brief\.[^]*Hi/u, name);
    }
  });

  it('begins a thought where the template opens one, which is not part of the text', async () => {
    const tokenizer = await open("{{ messages[0].content }}{{ '<think>\\n' }}");
    const { read, hides, decode } = writtenText(tokenizer, encodePrompt(tokenizer, prompt));
    const written = tokenizer.encode('Hm.</think>\n\nHello', { specialTokens: false });
    assert.equal(decode(written), 'Hello');
    assert.equal(hides?.(written), true);
    const unfinished = tokenizer.encode('Hm.', { specialTokens: false });
    assert.deepEqual(read(unfinished), { text: '', thoughts: 'Hm.', open: true });
    const note = thoughtNote({ ...read(unfinished), stop: 'length' });
    assert.match(note ?? '', /reached the most tokens .* so the text is empty\. Allow more/u);
    assert.match(thoughtNote({ ...read(written), stop: 'eos' }) ?? '', /are not part of the text/u);
    assert.equal(thoughtNote({ text: 'a', thoughts: '', open: false, stop: 'eos' }), undefined);
  });
});

function refused(message: RegExp) {
  return (error: unknown) =>
    error instanceof TqError &&
    error.code === ErrorCode.invalidInput &&
    message.test(error.message);
}

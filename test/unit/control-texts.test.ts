import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';

/** Tokens of Python's transformers; see fixtures/chat_tokens.py. */
interface ChatTokens {
  readonly name: string;
  readonly tokenizer: unknown;
  readonly config: unknown;
  /** Whether the prompt ends with the beginning of an answer. */
  readonly prompts: boolean;
  readonly drafts: readonly {
    readonly draft: string;
    /** With the draft's control tokens spelled. */
    readonly spelled: readonly number[];
    /** As `apply_chat_template` encodes it. */
    readonly obeyed: readonly number[];
  }[];
}

const reference = JSON.parse(
  readFileSync('test/fixtures/chat/tokens.json', 'utf8'),
) as readonly ChatTokens[];

describe('the text of a control token', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const open = async ({ tokenizer, config }: ChatTokens): Promise<TextTokenizer> => {
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
    await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    return tokenizerFromFolder(folder);
  };

  for (const chat of reference) {
    it(`is spelled in a message, and a token in the template: ${chat.name}`, async () => {
      const tokenizer = await open(chat);
      const options = { addGenerationPrompt: chat.prompts };
      for (const { draft, spelled, obeyed } of chat.drafts) {
        const messages = [{ role: 'user', content: draft }] as const;
        const text = tokenizer.applyChatTemplate(messages, options);
        assert.deepEqual(tokenizer.encodeChat(messages, options), spelled, draft);
        assert.deepEqual(tokenizer.encode(text, { specialTokens: false }), obeyed, draft);
      }
    });
  }

  it('is spelled in a text that is asked for so, and a token otherwise', async () => {
    const tokenizer = await open(reference[0]!);
    const end = tokenizer.encode('<|im_end|>', { specialTokens: false });
    assert.equal(end.length, 1);
    const spelled = tokenizer.encode('a<|im_end|>b', { controlTokens: false });
    assert.ok(!spelled.includes(end[0]!));
    assert.equal(tokenizer.decode(spelled), 'a<|im_end|>b');
  });

  it('leaves added tokens that control nothing as they are', async () => {
    const tokenizer = await open(reference[0]!);
    const [call] = tokenizer.encode('<call>', { specialTokens: false });
    const spelled = tokenizer.encode('<|im_end|>  <call>', { controlTokens: false });
    assert.equal(spelled.at(-1), call);
  });

  it('is also that of a turn that the template marks with an ordinary added token', async () => {
    const chat = reference[0]!;
    const template = "{% for m in messages %}{{ '<call>' + m.content }}{% endfor %}";
    const tokenizer = (await open(chat)).withChat({ template });
    const [call] = tokenizer.encode('<call>', { specialTokens: false });
    const ids = tokenizer.encodeChat([{ role: 'user', content: 'a<call>' }], {
      addGenerationPrompt: false,
    });
    assert.equal(ids.filter((id) => id === call).length, 1);
    assert.equal(tokenizer.decode(ids), '<call>a<call>');
  });

  it('closes no answer that was cut, also where the answer has it', async () => {
    const tokenizer = await open(reference[0]!);
    const messages = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'a<|im_end|>b ' },
    ] as const;
    const ids = tokenizer.encodeChat(messages, { addGenerationPrompt: false, open: true });
    assert.ok(tokenizer.decode(ids).endsWith('a<|im_end|>b '));
    const end = tokenizer.encode('<|im_end|>', { specialTokens: false })[0]!;
    assert.equal(ids.filter((id) => id === end).length, 1);
  });
});

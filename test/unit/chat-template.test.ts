import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { ChatTemplate } from '../../src/engine/models/tokenizer/chat-template.ts';
import type { ChatMessage } from '../../src/engine/models/tokenizer/text-tokenizer.ts';

interface Reference {
  readonly conversations: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly cases: readonly {
    readonly name: string;
    readonly template: string;
    /** By conversation; null where transformers refuses. */
    readonly texts: Readonly<Record<string, string | null>>;
  }[];
}

const reference = JSON.parse(
  readFileSync('test/fixtures/chat/templates.json', 'utf8'),
) as Reference;
const special = { bos_token: '<s>', eos_token: '</s>' };

describe('a chat template', () => {
  for (const { name, template, texts } of reference.cases) {
    it(`renders as transformers does: ${name}`, () => {
      for (const [conversation, text] of Object.entries(texts)) {
        const messages = reference.conversations[conversation]!;
        const render = (): string =>
          new ChatTemplate(template, special).render(messages, messages.at(-1)?.role === 'user');
        if (text === null) assert.throws(render, /rejected the messages: ./u);
        else assert.equal(render(), text);
      }
    });
  }

  const unparsed = {
    'an open block': ['{% if true %}a', 'it ends before a block or an expression does'],
    'an open expression': ['{{ 1 +', 'it ends before a block or an expression does'],
    'a statement that Jinja does not have': ['{% do 1 %}', 'Unknown statement type: do'],
    'a loop that calls itself': [
      '{% for m in messages recursive %}{{ loop(m) }}{% endfor %}',
      'it has a recursive loop, which is not supported',
    ],
  } as const;
  for (const [what, [template, reason]] of Object.entries(unparsed)) {
    it(`is refused in one sentence: ${what}`, () => {
      assert.throws(() => new ChatTemplate(template, special), {
        message: `The model's chat template cannot be parsed: ${reason}`,
      });
    });
  }
});

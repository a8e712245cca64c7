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
});

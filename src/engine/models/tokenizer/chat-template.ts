import { Template } from '@huggingface/jinja';

import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { badModel, reasonOf } from '../malformed.ts';
import type { ChatMessage } from './text-tokenizer.ts';

/** A model's Jinja chat template, rendered as transformers' `apply_chat_template` does. */
export class ChatTemplate {
  readonly #template: Template;

  /**
   * @param source Jinja text
   * @param specialTokens text of the named special tokens: bos_token, eos_token, ...
   * @throws TqError badModel if the template cannot be parsed
   */
  constructor(
    source: string,
    private readonly specialTokens: Readonly<Record<string, string>>,
  ) {
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw badModel(`The model's chat template cannot be parsed: ${reasonOf(cause)}`, cause);
    }
  }

  /** @throws TqError invalidInput if the template rejects the messages */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    try {
      return this.#template.render({
        ...this.specialTokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: addGenerationPrompt,
        tools: null,
        documents: null,
      });
    } catch (cause) {
      const message = `The model's chat template rejected the messages: ${reasonOf(cause)}`;
      throw new TqError(ErrorCode.invalidInput, message, { cause });
    }
  }
}

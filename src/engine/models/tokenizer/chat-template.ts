import { Template } from '@huggingface/jinja';

import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { withTimeLimit } from '../../limits/time-limit.ts';
import { badModel } from '../malformed.ts';
import type { ChatMessage } from './text-tokenizer.ts';

/** How long a template may take, to be parsed or to write a conversation. */
const limitMs = 5000;

/** A model's Jinja chat template, rendered as transformers' `apply_chat_template` does. */
export class ChatTemplate {
  readonly #template: Template;

  /**
   * @param source Jinja text
   * @param specialTokens text of the named special tokens: bos_token, eos_token, ...
   * @throws TqError badModel if the template cannot be parsed within 5 s
   */
  constructor(
    source: string,
    private readonly specialTokens: Readonly<Record<string, string>>,
  ) {
    try {
      this.#template = withTimeLimit(limitMs, () => new Template(source), late);
    } catch (cause) {
      if (cause instanceof TqError) throw cause;
      throw badModel(`The model's chat template cannot be parsed: ${reason(cause)}`, cause);
    }
  }

  /**
   * @throws TqError invalidInput if the template rejects the messages; badModel after 5 s
   */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    const variables = {
      ...this.specialTokens,
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: addGenerationPrompt,
      tools: null,
      documents: null,
    };
    try {
      return withTimeLimit(limitMs, () => this.#template.render(variables), late);
    } catch (cause) {
      if (cause instanceof TqError) throw cause;
      const message = `The model's chat template rejected the messages: ${reason(cause)}`;
      throw new TqError(ErrorCode.invalidInput, message, { cause });
    }
  }
}

function late(): TqError {
  return badModel(`The model's chat template took more than ${limitMs / 1000} s and was stopped.`);
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { withTimeLimit } from '../../limits/time-limit.ts';
import { Interpreter } from '../jinja/interpreter.ts';
import type { Body } from '../jinja/nodes.ts';
import { parseTemplate } from '../jinja/parse-template.ts';
import type { Value } from '../jinja/values.ts';
import { badModel, reasonOf } from '../malformed.ts';
import type { ChatMessage, TemplateValue } from './text-tokenizer.ts';

/**
 * Variables by which templates of thinking models write thoughts: off, unless a request asks for
 * them. Other templates do not read them.
 */
const withoutThoughts = { enable_thinking: false, thinking: false };

/** How long a template may take, to be parsed or to write a conversation. */
const limitMs = 5000;

/** A model's Jinja chat template, rendered as transformers' `apply_chat_template` does. */
export class ChatTemplate {
  readonly #template: Body;

  /**
   * @param source Jinja text
   * @param specialTokens text of the named special tokens: bos_token, eos_token, ...
   * @param variables variables that a request sets
   * @throws TqError badModel if the template cannot be parsed within 5 s
   */
  constructor(
    source: string,
    private readonly specialTokens: Readonly<Record<string, string>>,
    private readonly variables: Readonly<Record<string, TemplateValue>> = {},
  ) {
    try {
      this.#template = withTimeLimit(limitMs, () => parseTemplate(source), late);
    } catch (cause) {
      if (cause instanceof TqError) throw cause;
      throw badModel(`The model's chat template cannot be parsed: ${reasonOf(cause)}`, cause);
    }
  }

  /**
   * @throws TqError invalidInput if the template rejects the messages; badModel after 5 s
   */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    const variables = this.#variables(messages, addGenerationPrompt);
    try {
      return withTimeLimit(
        limitMs,
        () => new Interpreter().render(this.#template, variables),
        late,
      );
    } catch (cause) {
      if (cause instanceof TqError) throw cause;
      const message = `The model's chat template rejected the messages: ${reasonOf(cause)}`;
      throw new TqError(ErrorCode.invalidInput, message, { cause });
    }
  }

  #variables(
    messages: readonly ChatMessage[],
    addGenerationPrompt: boolean,
  ): ReadonlyMap<string, Value> {
    const own = { ...this.specialTokens, ...withoutThoughts, ...this.variables };
    return new Map<string, Value>([
      ...Object.entries(own).map(([name, value]): [string, Value] => [name, valueOf(value)]),
      ['messages', messages.map(({ role, content }) => new Map(Object.entries({ role, content })))],
      ['add_generation_prompt', addGenerationPrompt],
      ['tools', null],
      ['documents', null],
    ]);
  }
}

/** A variable as Python reads it from JSON: a whole number is an int. */
function valueOf(value: TemplateValue): Value {
  return Number.isSafeInteger(value) ? BigInt(value as number) : value;
}

function late(): TqError {
  return badModel(`The model's chat template took more than ${limitMs / 1000} s and was stopped.`);
}

import { badModel } from '../malformed.ts';
import { ChatTemplate } from './chat-template.ts';
import { ControlTexts, unusedCharacters } from './control-texts.ts';
import type {
  ChatMessage,
  ChatOptions,
  ChatSettings,
  DecodeOptions,
  EncodeOptions,
  TextStream,
  TextTokenizer,
} from './text-tokenizer.ts';
import { ThoughtMarks } from './thoughts.ts';
import { TokenizerCore, type CoreParts } from './tokenizer-core.ts';

/** The parts of a tokenizer, from a model's files. */
export interface TokenizerParts extends CoreParts {
  /** Declared ends, in order of preference; ids that the model does not have are ignored. */
  readonly endTokens: readonly number[];
  readonly beginToken?: number | undefined;
  /** Jinja source of the chat template; a blank one is none. */
  readonly chatTemplate?: string | undefined;
  /** Text of the special tokens that templates use: bos_token, eos_token, ... */
  readonly specialTokens: Readonly<Record<string, string>>;
}

/** A tokenizer and chat template from a model's files. */
export class LibraryTokenizer implements TextTokenizer {
  readonly vocabularySize: number;
  readonly endTokens: ReadonlySet<number>;
  declare readonly beginToken?: number;
  readonly hasChatTemplate: boolean;
  readonly chatTemplate: string | undefined;
  readonly #core: TokenizerCore;
  readonly #parts: TokenizerParts;
  readonly #settings: ChatSettings;
  #template: ChatTemplate | undefined;
  #controls: ControlTexts | undefined;
  #thoughts: ThoughtMarks | undefined;
  /** Null until it is first asked for. */
  #turnEnd: number | undefined | null = null;

  /** @throws TqError badModel if the tokenizer uses an unsupported feature */
  constructor(
    parts: TokenizerParts,
    settings: ChatSettings = {},
    core: TokenizerCore = new TokenizerCore(parts),
  ) {
    this.#core = core;
    this.#parts = parts;
    this.#settings = settings;
    this.vocabularySize = core.vocabularySize;
    this.endTokens = new Set(parts.endTokens.filter((id) => core.hasRow(id)));
    if (parts.beginToken !== undefined) this.beginToken = parts.beginToken;
    const template = settings.template ?? parts.chatTemplate;
    this.hasChatTemplate = template !== undefined && template.trim() !== '';
    this.chatTemplate = this.hasChatTemplate ? template : undefined;
  }

  get turnEnd(): number | undefined {
    if (this.#turnEnd === null) this.#turnEnd = this.#findTurnEnd();
    return this.#turnEnd;
  }

  get thoughts(): ThoughtMarks {
    const { added_tokens: added } = this.#parts.json;
    return (this.#thoughts ??= new ThoughtMarks(this.chatTemplate, added));
  }

  encode(
    text: string,
    { specialTokens = true, controlTokens = true }: EncodeOptions = {},
  ): number[] {
    const controls = this.#controlTexts();
    if (controlTokens || !controls.occursIn(text)) return this.#core.encode(text, specialTokens);
    const [mark] = unusedCharacters(1, text);
    return this.#core.encodeSpelled(controls.broken(text, mark!), mark!, controls, specialTokens);
  }

  decode(ids: readonly number[], options?: DecodeOptions): string {
    return this.#core.decode(ids, options);
  }

  stream(options?: DecodeOptions): TextStream {
    return this.#core.stream(options);
  }

  hasToken(text: string): boolean {
    return this.#core.idOf(text) !== undefined;
  }

  tokenText(id: number): string {
    return this.#core.tokenText(id);
  }

  applyChatTemplate(messages: readonly ChatMessage[], options: ChatOptions): string {
    if (this.chatTemplate === undefined) throw badModel('The model has no chat template.');
    const { specialTokens } = this.#parts;
    const { variables } = this.#settings;
    this.#template ??= new ChatTemplate(this.chatTemplate, specialTokens, variables);
    const text = this.#template.render(messages, options.addGenerationPrompt);
    return options.open ? upTo(text, messages.at(-1)?.content ?? '') : text;
  }

  encodeChat(messages: readonly ChatMessage[], options: ChatOptions): number[] {
    const controls = this.#controlTexts();
    const texts = messages.map(({ content }) => content);
    if (!texts.some((text) => controls.occursIn(text))) {
      return this.#core.encode(this.applyChatTemplate(messages, options), false);
    }
    const [mark] = unusedCharacters(1, this.chatTemplate ?? '', ...texts);
    const broken = messages.map(({ role, content }) => ({
      role,
      content: controls.broken(content, mark!),
    }));
    const conversation = this.applyChatTemplate(broken, options);
    return this.#core.encodeSpelled(conversation, mark!, controls, false);
  }

  withChat(settings: ChatSettings): TextTokenizer {
    return new LibraryTokenizer(this.#parts, settings, this.#core);
  }

  /** The control tokens: the special ones, those that end a response, and those that mark turns. */
  #controlTexts(): ControlTexts {
    if (this.#controls) return this.#controls;
    const turns = this.#exampleTurns('Question', 'Answer') ?? '';
    const controls = this.#parts.json.added_tokens.filter(
      ({ id, content, special }) =>
        special ||
        this.endTokens.has(id) ||
        (isBracketed(content) && turns.includes(content) && !this.thoughts.has(content)),
    );
    return (this.#controls = new ControlTexts(controls.map(({ content }) => content)));
  }

  #findTurnEnd(): number | undefined {
    const byTemplate = this.#afterAnswer().find((id) => this.endTokens.has(id));
    if (byTemplate !== undefined) return byTemplate;
    const [first] = this.endTokens;
    const named = this.#core.idOf(this.#parts.specialTokens['eos_token'] ?? '');
    return named !== undefined && this.endTokens.has(named) ? named : first;
  }

  /** What the template writes after an answer; empty without a template that takes one. */
  #afterAnswer(): number[] {
    const answer = 'Answer';
    const [, after = ''] = this.#exampleTurns('Question', answer)?.split(answer) ?? [];
    return this.#core.encode(after, false);
  }

  /** A conversation in the template; undefined without a template that can write it. */
  #exampleTurns(question: string, answer: string): string | undefined {
    if (!this.hasChatTemplate) return undefined;
    const messages = [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ] as const;
    try {
      return this.applyChatTemplate(messages, { addGenerationPrompt: false });
    } catch {
      // A template that cannot write this conversation names no tokens of a turn.
      return undefined;
    }
  }
}

/** Whether a token looks like a mark ("<end_of_turn>", "[INST]"), and not like words or blanks. */
function isBracketed(token: string): boolean {
  return /^[<[].*[>\]]$/su.test(token);
}

/** A conversation up to the end of its last answer, which the template may have trimmed. */
function upTo(conversation: string, answer: string): string {
  for (const written of [answer, answer.trim()]) {
    const at = conversation.lastIndexOf(written);
    if (written !== '' && at >= 0) return conversation.slice(0, at + written.length);
  }
  return conversation;
}

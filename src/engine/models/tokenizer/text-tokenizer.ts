import type { ThoughtMarks } from './thoughts.ts';

/** One message of a conversation, as chat templates take it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Options of `TextTokenizer.encode`. */
export interface EncodeOptions {
  /**
   * Add the tokenizer's special tokens around the text (a begin token, [CLS] and [SEP]); default
   * true. Text from `applyChatTemplate` already contains a begin token: encode it with false.
   */
  readonly specialTokens?: boolean;
  /**
   * Read the text of a control token ("<|im_end|>") as that token, as Python's tokenizers do;
   * default true. With false it is spelled, as any other text: text of a person is encoded so.
   * Added tokens that control nothing (runs of spaces) are matched either way.
   */
  readonly controlTokens?: boolean;
}

/** A value that a chat template can be given by name. */
export type TemplateValue = string | number | boolean | null;

/** How a conversation becomes a prompt. */
export interface ChatOptions {
  /** Whether to write the beginning of an answer after the messages. */
  readonly addGenerationPrompt: boolean;
  /**
   * Leave out what the template writes after the last message's text, as transformers'
   * `continue_final_message` does; default false.
   */
  readonly open?: boolean;
}

/** What a request changes about a model's chat template. */
export interface ChatSettings {
  /** Jinja source of the template to use instead of the model's own. */
  readonly template?: string | undefined;
  /** Variables of the template, by name. */
  readonly variables?: Readonly<Record<string, TemplateValue>> | undefined;
}

/** Options of `TextTokenizer.decode` and `TextTokenizer.stream`. */
export interface DecodeOptions {
  /** Omit control tokens; default false. */
  readonly skipSpecial?: boolean;
  /** Control tokens that are not omitted. */
  readonly keep?: ReadonlySet<number> | undefined;
}

/**
 * Text of a growing list of tokens, piece by piece: the joined pieces equal `decode` of the list.
 */
export interface TextStream {
  /** Adds a token; returns the completed text. Keeps an incomplete UTF-8 sequence back. */
  push(id: number): string;
  /** Ends the list; returns the bytes kept back, decoded with U+FFFD. */
  end(): string;
}

/**
 * A model's tokenizer and chat template. Token ids equal those of Python's `tokenizers`.
 * A lone surrogate is read as U+FFFD.
 */
export interface TextTokenizer {
  /**
   * Highest id of a token that the model has, + 1. The embedding may have more rows, without
   * tokens; the tokenizer may have more tokens, which the model neither reads nor writes.
   */
  readonly vocabularySize: number;
  /** Tokens that end a response. */
  readonly endTokens: ReadonlySet<number>;
  /**
   * The one of `endTokens` that closes an answer, whichever of them ended it: the one that the chat
   * template writes after it, else eos_token, else the first. Undefined without end tokens.
   */
  readonly turnEnd?: number | undefined;
  readonly beginToken?: number;
  readonly hasChatTemplate: boolean;
  /** How thoughts in a response are marked. */
  readonly thoughts: ThoughtMarks;
  /** Jinja source of the chat template. */
  readonly chatTemplate?: string | undefined;
  encode(text: string, options?: EncodeOptions): number[];
  /** Invalid UTF-8 becomes U+FFFD; ids outside the vocabulary are omitted. */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  stream(options?: DecodeOptions): TextStream;
  /** Whether the text of a token, as the vocabulary spells it, is a token. */
  hasToken(text: string): boolean;
  /** A token for display: spaces, control characters and lone bytes are shown as symbols. */
  tokenText(id: number): string;
  /**
   * The conversation as the model's prompt text.
   * @throws TqError badModel if the template is missing or cannot be parsed; invalidInput if it
   *   rejects the messages
   */
  applyChatTemplate(messages: readonly ChatMessage[], options: ChatOptions): string;
  /**
   * The conversation's tokens: those of transformers' `apply_chat_template`, except that the texts
   * of control tokens in a message are spelled.
   * @throws TqError as `applyChatTemplate`
   */
  encodeChat(messages: readonly ChatMessage[], options: ChatOptions): number[];
  /** The same tokenizer with another chat template, or with variables of it. */
  withChat(settings: ChatSettings): TextTokenizer;
}

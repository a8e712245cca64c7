/** One message of a conversation, as chat templates take it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Options of `TextTokenizer.encode`. */
export interface EncodeOptions {
  /**
   * Add what the tokenizer itself adds around a text (a begin token, [CLS] and [SEP]); default
   * true. Text from `applyChatTemplate` already holds its begin token: encode it with false.
   */
  readonly specialTokens?: boolean;
}

/** Options of `TextTokenizer.decode` and `TextTokenizer.stream`. */
export interface DecodeOptions {
  /** Leave control tokens out of the text; default false. */
  readonly skipSpecial?: boolean;
}

/**
 * Text of a growing list of tokens, a piece at a time: the pieces joined are `decode` of the list.
 */
export interface TextStream {
  /** Adds a token; returns the text it completes. An unfinished UTF-8 sequence is held back. */
  push(id: number): string;
  /** Ends the list; returns what was held back, decoded with U+FFFD. */
  end(): string;
}

/**
 * A model's tokenizer and chat template. Token ids equal those of Python's `tokenizers`.
 *
 * The text of a control token ("<|im_end|>") that stands in the input becomes that token, whoever
 * wrote it, as in transformers: a caller that does not trust a text has to change it first.
 * A lone surrogate is read as U+FFFD.
 */
export interface TextTokenizer {
  /** Highest token id + 1. A model's embedding may have more rows. */
  readonly vocabularySize: number;
  /** Tokens that end a response. */
  readonly endTokens: ReadonlySet<number>;
  readonly beginToken?: number;
  readonly hasChatTemplate: boolean;
  /** Jinja source of the chat template. */
  readonly chatTemplate?: string | undefined;
  encode(text: string, options?: EncodeOptions): number[];
  /** Invalid UTF-8 becomes U+FFFD; ids beyond the vocabulary are left out. */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  stream(options?: DecodeOptions): TextStream;
  /** A token made visible: spaces, control characters and lone bytes are shown as signs. */
  tokenText(id: number): string;
  /**
   * The conversation as the model's prompt text.
   * @throws TqError badModel without a template or with one that cannot be read; invalidInput when
   * the template refuses the messages.
   */
  applyChatTemplate(
    messages: readonly ChatMessage[],
    options: { readonly addGenerationPrompt: boolean },
  ): string;
}

import { Tokenizer } from '@huggingface/tokenizers';

import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { badModel, quoted } from '../malformed.ts';
import { ChatTemplate } from './chat-template.ts';
import { requirePipeline, tokenizerError } from './check-pipeline.ts';
import { exactPipeline } from './exact-pipeline.ts';
import { ByteStream, WholeTextStream } from './text-stream.ts';
import type {
  ChatMessage,
  DecodeOptions,
  EncodeOptions,
  TextStream,
  TextTokenizer,
} from './text-tokenizer.ts';
import { spellingOf, TokenBytes } from './token-bytes.ts';
import { maxTokenId, type TokenizerJson } from './tokenizer-json.ts';
import { visibleText } from './visible-text.ts';

/** What a tokenizer needs to know of its model. */
export interface TokenizedModel {
  /** For messages. */
  readonly name: string;
  /** Rows of the embedding: the model can neither read nor write a token with a larger id. */
  readonly rows: number;
  /** Tokens that the model's own configuration declares as the end of a text. */
  readonly endTokens?: readonly number[] | undefined;
}

/** The parts of a tokenizer, from a model's files. */
export interface TokenizerParts {
  readonly json: TokenizerJson;
  /** Declared ends, in order of preference; ids that the model does not have are ignored. */
  readonly endTokens: readonly number[];
  /** Tokens that have no text, whatever their name; see `decode`. */
  readonly unused?: ReadonlySet<number> | undefined;
  /** Undefined for a tokenizer on its own. */
  readonly model?: TokenizedModel | undefined;
  readonly beginToken?: number | undefined;
  /** Jinja source of the chat template. */
  readonly chatTemplate?: string | undefined;
  /** Text of the special tokens that templates use: bos_token, eos_token, ... */
  readonly specialTokens: Readonly<Record<string, string>>;
}

/** A tokenizer that runs @huggingface/tokenizers on a pipeline from `exactPipeline`. */
export class LibraryTokenizer implements TextTokenizer {
  readonly vocabularySize: number;
  readonly endTokens: ReadonlySet<number>;
  declare readonly beginToken?: number;
  readonly hasChatTemplate: boolean;
  readonly chatTemplate: string | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #special: ReadonlySet<number>;
  readonly #added: ReadonlySet<number>;
  readonly #bytes: TokenBytes | undefined;
  readonly #parts: TokenizerParts;
  readonly #rows: number;
  #template: ChatTemplate | undefined;
  /** Null until it is first asked for. */
  #turnEnd: number | undefined | null = null;

  /** @throws TqError badModel if the tokenizer uses an unsupported feature */
  constructor(parts: TokenizerParts) {
    this.#parts = parts;
    this.#tokenizer = build(parts.json);
    const added = parts.json.added_tokens;
    this.#added = new Set(added.map(({ id }) => id));
    this.#special = new Set(added.filter(({ special }) => special).map(({ id }) => id));
    const spelling = spellingOf(parts.json.decoder);
    const tokenAt = (id: number) => this.#tokenizer.id_to_token(id);
    this.#bytes = spelling && new TokenBytes(spelling, tokenAt, this.#added);
    this.#rows = parts.model?.rows ?? Infinity;
    this.vocabularySize = vocabularySizeOf(this.#tokenizer, this.#rows, parts.unused);
    this.endTokens = new Set(parts.endTokens.filter((id) => this.#hasRow(id)));
    if (parts.beginToken !== undefined) this.beginToken = parts.beginToken;
    this.chatTemplate = parts.chatTemplate;
    this.hasChatTemplate = parts.chatTemplate !== undefined;
  }

  get turnEnd(): number | undefined {
    if (this.#turnEnd === null) this.#turnEnd = this.#findTurnEnd();
    return this.#turnEnd;
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    const wellFormed = text.replace(/\p{Surrogate}/gu, '\uFFFD');
    const add = options.specialTokens ?? true;
    const ids: (number | undefined)[] = byLibrary(
      () => this.#tokenizer.encode(wellFormed, { add_special_tokens: add }).ids,
    );
    if (ids.every((id) => id !== undefined)) return this.#withRows(ids);
    throw badModel(
      "The model's tokenizer has no token for a part of the text, and no unknown token.",
    );
  }

  decode(ids: readonly number[], options: DecodeOptions = {}): string {
    if (!this.#bytes) return this.#decodeByLibrary(ids, options);
    const stream = new ByteStream(this.#bytes, this.#skips(options));
    let text = '';
    for (const id of ids) text += stream.push(id);
    return text + stream.end();
  }

  stream(options: DecodeOptions = {}): TextStream {
    return this.#bytes
      ? new ByteStream(this.#bytes, this.#skips(options))
      : new WholeTextStream((ids) => this.#decodeByLibrary(ids, options));
  }

  tokenText(id: number): string {
    const token = this.#tokenizer.id_to_token(id);
    if (token === undefined) return `<token ${id}>`;
    return this.#bytes && !this.#added.has(id) ? visibleText(this.#bytes.of(id)) : token;
  }

  applyChatTemplate(
    messages: readonly ChatMessage[],
    options: { readonly addGenerationPrompt: boolean },
  ): string {
    const { chatTemplate, specialTokens } = this.#parts;
    if (chatTemplate === undefined) {
      throw badModel('The model has no chat template.');
    }
    this.#template ??= new ChatTemplate(chatTemplate, specialTokens);
    return this.#template.render(messages, options.addGenerationPrompt);
  }

  #findTurnEnd(): number | undefined {
    const byTemplate = this.#afterAnswer().find((id) => this.endTokens.has(id));
    if (byTemplate !== undefined) return byTemplate;
    const [first] = this.endTokens;
    const named = this.#tokenizer.token_to_id(this.#parts.specialTokens['eos_token'] ?? '');
    return named !== undefined && this.endTokens.has(named) ? named : first;
  }

  /** What the template writes after an answer; empty without a template that takes one. */
  #afterAnswer(): number[] {
    if (!this.hasChatTemplate) return [];
    const answer = 'Answer';
    const messages = [
      { role: 'user', content: 'Question' },
      { role: 'assistant', content: answer },
    ] as const;
    try {
      const text = this.applyChatTemplate(messages, { addGenerationPrompt: false });
      const [, after = ''] = text.split(answer);
      return this.encode(after, { specialTokens: false });
    } catch {
      // A template that cannot write this conversation names no end of an answer.
      return [];
    }
  }

  /** Some tokenizers have more tokens than their model; only a text that needs one is refused. */
  #withRows(ids: number[]): number[] {
    const wrong = ids.find((id) => !this.#hasRow(id));
    if (wrong === undefined) return ids;
    const { model } = this.#parts;
    if (!model)
      throw badModel(`The tokenizer has the token id ${quoted(String(wrong))}, which is no id.`);
    const { name, rows } = model;
    throw new TqError(
      ErrorCode.invalidInput,
      `The text contains ${quoted(this.tokenText(wrong))}, token ${wrong} of the tokenizer, but ${name} has only ${rows} tokens; remove it from the text.`,
    );
  }

  #hasRow(id: number): boolean {
    return Number.isInteger(id) && id >= 0 && id < this.#rows;
  }

  #skips({ skipSpecial = false }: DecodeOptions): (id: number) => boolean {
    const { unused } = this.#parts;
    return (id) => (skipSpecial && this.#special.has(id)) || unused?.has(id) === true;
  }

  #decodeByLibrary(ids: readonly number[], options: DecodeOptions): string {
    const skips = this.#skips(options);
    const kept = ids.filter((id) => !skips(id) && this.#tokenizer.id_to_token(id) !== undefined);
    // The library rejects an empty list.
    return kept.length === 0 ? '' : byLibrary(() => this.#tokenizer.decode(kept));
  }
}

function build(json: TokenizerJson): Tokenizer {
  const wholeWord = json.added_tokens.find((token) => token.single_word);
  if (wholeWord)
    throw unsupported(`added token ${quoted(wholeWord.content)} is a single_word token`);
  if (json.model['continuing_subword_prefix'] && json.model.type === 'BPE') {
    throw unsupported('BPE model has a continuing_subword_prefix');
  }
  if (json.model['byte_fallback'] && json.model.type === 'Unigram') {
    throw unsupported('Unigram model has byte_fallback');
  }
  requirePipeline(json);
  return byLibrary(
    () => new Tokenizer(exactPipeline(json), { clean_up_tokenization_spaces: false }),
  );
}

/** Runs the library; its errors become sentences. */
function byLibrary<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw tokenizerError(cause);
  }
}

function vocabularySizeOf(
  { model }: Tokenizer,
  rows: number,
  unused: ReadonlySet<number> | undefined,
): number {
  let size = model?.vocab.length ?? 0;
  if (size > maxTokenId + 1) {
    throw badModel(`The tokenizer has the token id ${size - 1}; at most ${maxTokenId} is allowed.`);
  }
  size = Math.min(size, rows);
  while (unused?.has(size - 1)) size--;
  return size;
}

function unsupported(what: string): TqError {
  return badModel(`The tokenizer's ${what}, which is not supported.`);
}

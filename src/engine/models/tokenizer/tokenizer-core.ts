import { Tokenizer } from '@huggingface/tokenizers';

import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { withTimeLimit } from '../../limits/time-limit.ts';
import { badModel, quoted } from '../malformed.ts';
import { requirePipeline, tokenizerError } from './check-pipeline.ts';
import { unusedCharacters, type Aliases, type ControlTexts } from './control-texts.ts';
import { exactPipeline } from './exact-pipeline.ts';
import { ByteStream, WholeTextStream } from './text-stream.ts';
import type { DecodeOptions, TextStream } from './text-tokenizer.ts';
import { spellingOf, TokenBytes } from './token-bytes.ts';
import { maxTokenId, type TokenizerJson } from './tokenizer-json.ts';
import { visibleText } from './visible-text.ts';

/** How long the tokenizer may take for one text. */
const limitMs = 10_000;

/** What a tokenizer needs to know of its model. */
export interface TokenizedModel {
  /** For messages. */
  readonly name: string;
  /** Rows of the embedding: the model can neither read nor write a token with a larger id. */
  readonly rows: number;
  /** Tokens that the model's own configuration declares as the end of a text. */
  readonly endTokens?: readonly number[] | undefined;
}

/** The pipeline of a tokenizer, and which of its tokens a model has. */
export interface CoreParts {
  readonly json: TokenizerJson;
  /** Tokens that have no text, whatever their name; see `decode`. */
  readonly unused?: ReadonlySet<number> | undefined;
  /** Undefined for a tokenizer on its own. */
  readonly model?: TokenizedModel | undefined;
}

/** Text to tokens and back: @huggingface/tokenizers on a pipeline from `exactPipeline`. */
export class TokenizerCore {
  /** Highest token id + 1. */
  readonly vocabularySize: number;
  readonly #tokenizer: Tokenizer;
  readonly #special: ReadonlySet<number>;
  readonly #added: ReadonlySet<number>;
  readonly #bytes: TokenBytes | undefined;
  readonly #rows: number;
  /** The tokenizer that knows control tokens by their aliases only; built when first needed. */
  #spelling: { readonly aliases: Aliases; readonly tokenizer: Tokenizer } | undefined;

  /** @throws TqError badModel if the tokenizer uses an unsupported feature */
  constructor(private readonly parts: CoreParts) {
    const { json, unused, model } = parts;
    this.#tokenizer = build(json);
    const added = json.added_tokens;
    this.#added = new Set(added.map(({ id }) => id));
    this.#special = new Set(added.filter(({ special }) => special).map(({ id }) => id));
    const spelling = spellingOf(json.decoder);
    const tokenAt = (id: number) => this.#tokenizer.id_to_token(id);
    this.#bytes = spelling && new TokenBytes(spelling, tokenAt, this.#added);
    this.#rows = model?.rows ?? Infinity;
    this.vocabularySize = vocabularySizeOf(this.#tokenizer, this.#rows, unused);
  }

  /** Tokens of a text in which every text of a control token is that token. */
  encode(text: string, surrounded: boolean): number[] {
    return this.#withRows(idsOf(this.#tokenizer, text, surrounded));
  }

  /**
   * Tokens of a text in which the texts of control tokens that `mark` breaks are spelled, and the
   * others are those tokens. The text has `mark` nowhere else.
   */
  encodeSpelled(text: string, mark: string, controls: ControlTexts, surrounded: boolean): number[] {
    const known = this.#spelling;
    const fits = known && known.aliases.controls === controls && !text.includes(known.aliases.lead);
    const { aliases, tokenizer } = fits ? known : this.#spell(text, mark, controls);
    const ids = idsOf(tokenizer, controls.aliased(text, mark, aliases), surrounded);
    return this.#withRows(ids);
  }

  /** Whether the model has a row for the token with this id. */
  hasRow(id: number): boolean {
    return Number.isInteger(id) && id >= 0 && id < this.#rows;
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

  /** The id of a token by its text. */
  idOf(text: string): number | undefined {
    return this.#tokenizer.token_to_id(text);
  }

  tokenText(id: number): string {
    const token = this.#tokenizer.id_to_token(id);
    if (token === undefined) return `<token ${id}>`;
    return this.#bytes && !this.#added.has(id) ? visibleText(this.#bytes.of(id)) : token;
  }

  #spell(
    text: string,
    mark: string,
    controls: ControlTexts,
  ): { readonly aliases: Aliases; readonly tokenizer: Tokenizer } {
    const aliases = controls.aliases(unusedCharacters(1, text, mark)[0]!);
    this.#spelling = { aliases, tokenizer: build(aliases.rename(this.parts.json)) };
    return this.#spelling;
  }

  /** Some tokenizers have more tokens than their model; only a text that needs one is refused. */
  #withRows(ids: number[]): number[] {
    const wrong = ids.find((id) => !this.hasRow(id));
    if (wrong === undefined) return ids;
    const { model } = this.parts;
    if (!model) {
      throw badModel(
        "The model's tokenizer has an id that is no number; download its files again.",
      );
    }
    const { name, rows } = model;
    throw new TqError(
      ErrorCode.invalidInput,
      `The text contains ${quoted(this.tokenText(wrong))}, token ${wrong} of the tokenizer, but ${name} has only ${rows} tokens; remove it from the text.`,
    );
  }

  #skips({ skipSpecial = false, keep }: DecodeOptions): (id: number) => boolean {
    const { unused } = this.parts;
    return (id) =>
      (skipSpecial && this.#special.has(id) && !keep?.has(id)) || unused?.has(id) === true;
  }

  #decodeByLibrary(ids: readonly number[], options: DecodeOptions): string {
    const skips = this.#skips(options);
    const kept = ids.filter((id) => !skips(id) && this.#tokenizer.id_to_token(id) !== undefined);
    // The library rejects an empty list.
    if (kept.length === 0) return '';
    return byLibrary(() => this.#tokenizer.decode(kept));
  }
}

function idsOf(tokenizer: Tokenizer, text: string, surrounded: boolean): number[] {
  const wellFormed = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  const ids: (number | undefined)[] = byLibrary(
    () => tokenizer.encode(wellFormed, { add_special_tokens: surrounded }).ids,
  );
  if (ids.every((id) => id !== undefined)) return ids;
  throw badModel(
    "The model's tokenizer has no token for a part of the text, and no unknown token.",
  );
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

/** Runs the library with a limit of time; its errors become sentences. */
function byLibrary<T>(work: () => T): T {
  try {
    return withTimeLimit(limitMs, work, late);
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

function late(): TqError {
  return badModel(`The model's tokenizer took more than ${limitMs / 1000} s and was stopped.`);
}

function unsupported(what: string): TqError {
  return badModel(`The tokenizer's ${what}, which is not supported.`);
}

import { Tokenizer } from '@huggingface/tokenizers';

import type { TqError } from '../../../protocol/errors.ts';
import { badModel, quoted } from '../malformed.ts';
import { unusedCharacters, type Aliases, type ControlTexts } from './control-texts.ts';
import { exactPipeline } from './exact-pipeline.ts';
import { ByteStream, WholeTextStream } from './text-stream.ts';
import type { DecodeOptions, TextStream } from './text-tokenizer.ts';
import { spellingOf, TokenBytes } from './token-bytes.ts';
import type { TokenizerJson } from './tokenizer-json.ts';
import { visibleText } from './visible-text.ts';

/** Text to tokens and back: @huggingface/tokenizers on a pipeline from `exactPipeline`. */
export class TokenizerCore {
  /** Highest token id + 1. */
  readonly vocabularySize: number;
  readonly #tokenizer: Tokenizer;
  readonly #special: ReadonlySet<number>;
  readonly #added: ReadonlySet<number>;
  readonly #bytes: TokenBytes | undefined;
  /** The tokenizer that knows control tokens by their aliases only; built when first needed. */
  #spelling: { readonly aliases: Aliases; readonly tokenizer: Tokenizer } | undefined;

  /** @throws TqError badModel if the tokenizer uses an unsupported feature */
  constructor(private readonly json: TokenizerJson) {
    this.#tokenizer = build(json);
    const added = json.added_tokens;
    this.#added = new Set(added.map(({ id }) => id));
    this.#special = new Set(added.filter(({ special }) => special).map(({ id }) => id));
    const spelling = spellingOf(json.decoder);
    const tokenAt = (id: number) => this.#tokenizer.id_to_token(id);
    this.#bytes = spelling && new TokenBytes(spelling, tokenAt, this.#added);
    this.vocabularySize = this.#tokenizer.model?.vocab.length ?? 0;
  }

  /** Tokens of a text in which every text of a control token is that token. */
  encode(text: string, surrounded: boolean): number[] {
    return idsOf(this.#tokenizer, text, surrounded);
  }

  /**
   * Tokens of a text in which the texts of control tokens that `mark` breaks are spelled, and the
   * others are those tokens. The text has `mark` nowhere else.
   */
  encodeSpelled(text: string, mark: string, controls: ControlTexts, surrounded: boolean): number[] {
    const known = this.#spelling;
    const fits = known && known.aliases.controls === controls && !text.includes(known.aliases.lead);
    const { aliases, tokenizer } = fits ? known : this.#spell(text, mark, controls);
    return idsOf(tokenizer, controls.aliased(text, mark, aliases), surrounded);
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
    this.#spelling = { aliases, tokenizer: build(aliases.rename(this.json)) };
    return this.#spelling;
  }

  #skips({ skipSpecial, keep }: DecodeOptions): (id: number) => boolean {
    return skipSpecial ? (id) => this.#special.has(id) && !keep?.has(id) : () => false;
  }

  #decodeByLibrary(ids: readonly number[], options: DecodeOptions): string {
    const skips = this.#skips(options);
    const kept = ids.filter((id) => !skips(id) && this.#tokenizer.id_to_token(id) !== undefined);
    // The library rejects an empty list.
    return kept.length === 0 ? '' : this.#tokenizer.decode(kept);
  }
}

function idsOf(tokenizer: Tokenizer, text: string, surrounded: boolean): number[] {
  const wellFormed = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  const ids: (number | undefined)[] = tokenizer.encode(wellFormed, {
    add_special_tokens: surrounded,
  }).ids;
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
  try {
    return new Tokenizer(exactPipeline(json), { clean_up_tokenization_spaces: false });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw badModel(`The model's tokenizer cannot be used: ${reason}`, cause);
  }
}

function unsupported(what: string): TqError {
  return badModel(`The tokenizer's ${what}, which is not supported.`);
}

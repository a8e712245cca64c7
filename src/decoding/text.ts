import type { TokenId } from './policy.ts';
import type { Response } from './reward.ts';

/** The text of a token list; appending tokens must not change earlier text. */
export type Decode = (tokens: readonly TokenId[]) => string;

/**
 * The tokens of a response's text, as its tokenizer splits it; undefined if it has none for a part
 * of the text.
 */
export type Encode = (text: string) => readonly TokenId[] | undefined;

/**
 * Whether the text of these tokens leaves some of them out that a reward must not read: the
 * thoughts of a model.
 */
export type Hides = (tokens: readonly TokenId[]) => boolean;

/** What decoders write for bytes that are not (or not yet) a character. */
const unfinishedCharacter = /\uFFFD+$/u;

/** Turns a policy's tokens into response texts. */
export class ResponseText {
  /** With its length, because a growing list keeps its identity. */
  #last: { tokens: readonly TokenId[]; length: number; text: string } | undefined;

  constructor(
    private readonly decode: Decode,
    private readonly endTokens: ReadonlySet<TokenId>,
    readonly stop: readonly string[],
    private readonly encode?: Encode,
    private readonly hides?: Hides,
  ) {}

  /** The text of all tokens, without end tokens and without an incomplete character. */
  of(tokens: readonly TokenId[]): string {
    return this.decode(tokens.filter((token) => !this.endTokens.has(token))).replace(
      unfinishedCharacter,
      '',
    );
  }

  /** What `more` adds to the text of `tokens`. */
  added(tokens: readonly TokenId[], more: readonly TokenId[]): string {
    const before = this.#written(tokens);
    const after = this.of([...tokens, ...more]);
    return after.startsWith(before) ? after.slice(before.length) : this.of(more);
  }

  /** The text of the response so far, decoded once per step and used for every candidate. */
  #written(tokens: readonly TokenId[]): string {
    if (this.#last?.tokens !== tokens || this.#last.length !== tokens.length) {
      this.#last = { tokens, length: tokens.length, text: this.of(tokens) };
    }
    return this.#last.text;
  }

  /** Where the first stop string begins in `text`, or -1. */
  stopIndex(text: string): number {
    const indices = this.stop.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
    return indices.length === 0 ? -1 : Math.min(...indices);
  }

  /**
   * The response of these tokens, cut at a stop string as decoding would cut it, so that the reward
   * does not score text that nobody will see.
   */
  response(tokens: readonly TokenId[], ended: boolean): Response {
    const text = this.of(tokens);
    const stopIndex = this.stopIndex(text);
    if (stopIndex < 0) return { text, tokens: this.#shown(tokens, text, ended), ended };
    let length = 1;
    while (this.stopIndex(this.of(tokens.slice(0, length))) < 0) length += 1;
    const cut = text.slice(0, stopIndex);
    return { text: cut, tokens: this.#shown(tokens.slice(0, length), cut, false), ended: false };
  }

  /** The tokens that a reward reads: the policy's, or those of the text if it hides some. */
  #shown(tokens: readonly TokenId[], text: string, ended: boolean): readonly TokenId[] {
    if (!this.hides?.(tokens)) return tokens;
    const own = this.encode?.(text);
    if (own === undefined) return tokens;
    return ended ? [...own, ...tokens.slice(-1)] : own;
  }

  /**
   * The response that is the result. Its tokens are those of its text: a reward reads what anyone
   * reads who has only the text, and not the words of a stop string or another split of the words.
   * A text that its tokenizer cannot split keeps the tokens that were written.
   */
  finished(tokens: readonly TokenId[], ended: boolean): Response {
    const response = this.response(tokens, ended);
    const own = this.encode?.(response.text);
    if (own === undefined) return response;
    const end = response.ended ? response.tokens.slice(-1) : [];
    return { ...response, tokens: [...own, ...end] };
  }
}

/** The text written so far, in pieces that add up to the final text. */
export class TextStream {
  #emitted = '';
  /** True after a stop string. */
  stopped = false;

  constructor(private readonly responses: ResponseText) {}

  /** All pieces so far. */
  get text(): string {
    return this.#emitted;
  }

  /**
   * The next piece: what `tokens` (all of the response) add to the earlier pieces. Unless it is the
   * last piece, it holds back an incomplete character and a possible beginning of a stop string.
   */
  push(tokens: readonly TokenId[], last: boolean): string {
    const text = this.responses.of(tokens);
    const stopIndex = this.responses.stopIndex(text);
    this.stopped = stopIndex >= 0;
    const end = this.stopped ? stopIndex : last ? text.length : text.length - this.#heldBack(text);
    const piece = text.slice(this.#emitted.length, end);
    this.#emitted += piece;
    return piece;
  }

  /** Length of the longest end of `text` that is the beginning of a stop string. */
  #heldBack(text: string): number {
    const lengths = this.responses.stop.map((stop) => {
      let length = Math.min(stop.length - 1, text.length);
      while (length > 0 && !stop.startsWith(text.slice(text.length - length))) length -= 1;
      return length;
    });
    return Math.max(0, ...lengths);
  }
}

import { type UnitKind } from './prose-unit.ts';

/** UTF-16 offsets in the document; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Inline markup in a block: a lone piece (code, an image, a command), or a pair around words.
 * `inner` are the words of a pair: its opening markup is `start` to `inner.start`, its closing
 * markup `inner.end` to `end`. A closing markup may be empty.
 */
export interface Markup extends Span {
  readonly inner?: Span;
  /**
   * The plain character that a lone piece stands for, as `&amp;` and `\\%` do; a space for all
   * kinds of fixed spaces. The model reads the character, and `fill` writes the source for it.
   */
  readonly as?: string;
}

/**
 * Some lines of a document that hold prose, as a parser of the language finds them.
 *
 * Whatever lies outside `start` to `end` stays, and so do markers and indentation of the first
 * line: leave them out of the block.
 */
export interface Block extends Span {
  readonly kind: UnitKind;
  /** In any order. Pieces nest well or are apart, and lie in the block. */
  readonly markup: readonly Markup[];
  /**
   * Source that stays and that no sentence crosses: hard line breaks, comments. A break may hold
   * the line ending and the start of the next line, or only the markup before the line ending.
   */
  readonly breaks?: readonly Span[];
  /**
   * Where the words of a further line begin: after indentation, `> `, ` * `, `# ` and the like.
   * @param lineStart offset of the first character of a line after the first
   * Left out: the words begin after the line's white space.
   */
  readonly hanging?: (lineStart: number) => number;
}

/**
 * What words from a model could become in a language that has markup. Words of the draft are
 * written as the draft has them.
 */
export interface Syntax {
  /**
   * Characters that are new, as source that the language reads as these characters.
   * @param first whether they are the first of the unit or may come first in a line
   */
  readonly escape?: (text: string, first: boolean) => string;
  /** Whether a line may begin with this word (source); left out: each may. */
  readonly mayStartLine?: (word: string) => boolean;
  /**
   * Whether the language reads a unit's new source as its prose with the same markup. It runs on
   * every changed unit, after `escape`.
   * @param source new source of `unit`
   * @param text the prose with marks, on one line
   */
  readonly reads?: (unit: Span, source: string, text: string) => boolean;
}

/** A document, parsed. */
export interface Parsed {
  /** In the order of the document, not overlapping. */
  readonly blocks: readonly Block[];
  readonly syntax?: Syntax;
}

/** Parses a document of one language. */
export type DocumentParser = (source: string) => Parsed | Promise<Parsed>;

/** What the words of a unit are in their document. */
export type UnitKind = 'paragraph' | 'heading' | 'item' | 'cell' | 'comment' | 'subject';

/** Why prose cannot take the place of a unit. */
export interface FillProblem {
  readonly reason: 'marks' | 'space' | 'lines' | 'empty';
  /** One sentence that names what is wrong, such as the mark that is missing. */
  readonly text: string;
}

/**
 * A run of prose in a document. The model reads it as one line in which marks stand for inline
 * markup: `[1]` for a lone piece (code, a citation, an image), `[1]` and `[/1]` around words for a
 * pair (bold, a link with its target). Marks are numbered from 1 in each unit.
 */
export interface ProseUnit {
  /** UTF-16 offsets in the document: what a rewrite may replace. */
  readonly start: number;
  readonly end: number;
  readonly kind: UnitKind;
  /** The prose for the model. */
  readonly text: string;
  /** How many marks `text` has; a pair counts once. */
  readonly marks: number;
  /**
   * The new source of `start` to `end` for other prose, wrapped and indented as the draft is.
   * `fill(text)` gives the draft's own characters.
   */
  fill(prose: string): Filled;
}

export type Filled = { readonly source: string } | { readonly problem: FillProblem };

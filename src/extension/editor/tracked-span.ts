/** A part of a document, in UTF-16 units from its start. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One change of a document, as VS Code reports it. */
export interface Change {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Whether a change overlaps a span; an insertion at its start or end does not. */
export function touches({ rangeOffset, rangeLength }: Change, { start, end }: Span): boolean {
  return rangeOffset < end && rangeOffset + rangeLength > start;
}

/** The place of a span after changes that do not touch it. */
export function moved(span: Span, changes: readonly Change[]): Span {
  const before = changes.filter(({ rangeOffset, rangeLength }) => {
    return rangeOffset + rangeLength <= span.start;
  });
  const shift = before.reduce((sum, { text, rangeLength }) => sum + text.length - rangeLength, 0);
  return { start: span.start + shift, end: span.end + shift };
}

/** The place of a span after changes; undefined if one of them touches it. */
export function followed(span: Span, changes: readonly Change[]): Span | undefined {
  return changes.some((change) => touches(change, span)) ? undefined : moved(span, changes);
}

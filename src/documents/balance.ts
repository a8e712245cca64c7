import { type Block, type Span } from './block.ts';
import { type Edge } from './segment.ts';
import { trimmed } from './white-space.ts';

/** A part of a block that begins and ends with a word, with its markup. */
export interface Segment extends Span {
  readonly edges: readonly Edge[];
}

/**
 * A part of a block without white space and halves of pairs at its ends, and without a pair around
 * all of it. Fixed spaces in markup count as white space. Undefined if the part cuts markup, or
 * nothing is left.
 * @param edges the block's, at least those in the part
 */
export function balanced(
  source: string,
  block: Block,
  part: Span,
  edges: readonly Edge[],
): Segment | undefined {
  const touched = edges.filter(({ start, end }) => start < part.end && end > part.start);
  if (touched.some(({ start, end }) => start < part.start || end > part.end)) return undefined;
  const halves = halvesOf(touched);
  const [span, first, last] = shrink(source, block, part, touched, halves);
  const own = touched.slice(first, last);
  if (span.start >= span.end || own.some((edge) => halves.has(edge)) || !nestsWell(own))
    return undefined;
  return { ...span, edges: own };
}

/** Moves markup at both ends out of a part; gives the indices of the edges that are left. */
function shrink(
  source: string,
  block: Block,
  part: Span,
  edges: readonly Edge[],
  halves: ReadonlySet<Edge>,
): [Span, number, number] {
  let span = trimmed(source, block, part);
  let [first, last] = [0, edges.length];
  for (;;) {
    const [opening, closing] = [edges[first], edges[last - 1]];
    if (!opening || !closing || first >= last) break;
    const [atStart, atEnd] = [opening.start === span.start, closing.end === span.end];
    const around = atStart && atEnd && opening.role === 'open' && opening.id === closing.id;
    const dropsFirst = atStart && (around || halves.has(opening) || opening.as === ' ');
    const isLeft = !dropsFirst || first + 1 < last;
    const dropsLast = atEnd && isLeft && (around || halves.has(closing) || closing.as === ' ');
    if (!dropsFirst && !dropsLast) break;
    if (dropsFirst) first++;
    if (dropsLast) last--;
    span = trimmed(source, block, {
      start: dropsFirst ? opening.end : span.start,
      end: dropsLast ? closing.start : span.end,
    });
  }
  return [span, first, last];
}

/** The ends of pairs whose other end is elsewhere. */
function halvesOf(edges: readonly Edge[]): Set<Edge> {
  const waiting = new Map<number, Edge>();
  for (const edge of edges)
    if (edge.role !== 'lone' && !waiting.delete(edge.id)) waiting.set(edge.id, edge);
  return new Set(waiting.values());
}

function nestsWell(edges: readonly Edge[]): boolean {
  const open: number[] = [];
  let end = 0;
  for (const edge of edges) {
    if (edge.start < end) return false;
    end = edge.end;
    if (edge.role === 'open') open.push(edge.id);
    if (edge.role === 'close' && open.pop() !== edge.id) return false;
  }
  return open.length === 0;
}

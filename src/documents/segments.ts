import { balanced, type Segment } from './balance.ts';
import { type Block, type Span } from './block.ts';
import { leadsToNames } from './letters.ts';
import { isVerse, type Line, partBreaks } from './lines.ts';
import { type Edge } from './segment.ts';
import { cutToRange } from './selection.ts';
import { linesOf } from './white-space.ts';

/** The parts of a block that may be units: between its breaks, in a range. */
export function* segmentsOf(
  source: string,
  block: Block,
  range: Span | undefined,
): Generator<Segment> {
  const edges = edgesOf(block);
  let next = 0;
  for (const part of partsOf(source, block, edges)) {
    const own: Edge[] = [];
    for (; next < edges.length && edges[next]!.start < part.end; next++)
      if (edges[next]!.end > part.start) own.push(edges[next]!);
    const whole = balanced(source, block, part, own);
    if (!whole || staysWhole(block, linesOf(source, block, whole))) continue;
    const cut = range ? cutToRange(source, block, whole, range) : whole;
    const segment = cut && balanced(source, block, cut, whole.edges);
    if (segment) yield segment;
  }
}

/** Whether lines are those of a poem or an address, or lead to the names that end a letter. */
const staysWhole = ({ kind }: Block, lines: readonly Line[]): boolean =>
  isVerse(lines) || (kind === 'paragraph' && lines.length === 1 && leadsToNames(lines[0]!.text));

/** The ends of a block's markup, in the order of the source. */
function edgesOf({ markup }: Block): Edge[] {
  const edges = markup.flatMap(({ start, end, inner, as }, id): Edge[] =>
    inner
      ? [
          { id, role: 'open', start, end: inner.start },
          { id, role: 'close', start: inner.end, end },
        ]
      : [{ id, role: 'lone', start, end, as }],
  );
  const order = { close: 0, lone: 1, open: 1 };
  return edges.sort(
    (left, right) =>
      left.start - right.start || left.end - right.end || order[left.role] - order[right.role],
  );
}

function* partsOf(source: string, block: Block, edges: readonly Edge[]): Generator<Span> {
  const parts = partBreaks(linesOf(source, block, block));
  const breaks = [...(block.breaks ?? []), ...outside(parts, edges)];
  breaks.sort((left, right) => left.start - right.start);
  let { start } = block;
  for (const pause of breaks) {
    if (pause.start > start) yield { start, end: pause.start };
    start = Math.max(start, pause.end);
  }
  yield { start, end: block.end };
}

/** The spans that do not lie in a piece of markup, such as a code span of two lines. */
function outside(spans: readonly Span[], edges: readonly Edge[]): Span[] {
  let next = 0;
  return spans.filter(({ start }) => {
    while (next < edges.length && edges[next]!.end <= start) next++;
    return next === edges.length || edges[next]!.start > start;
  });
}

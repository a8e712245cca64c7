import { type Block, type Parsed, type Span, type Syntax } from './block.ts';
import { fillDraft } from './fill.ts';
import { layoutOf } from './layout.ts';
import { isProse } from './prose.ts';
import { type Filled, type ProseUnit } from './prose-unit.ts';
import { type Segment } from './balance.ts';
import { type Draft, type Edge, SegmentReader } from './segment.ts';
import { segmentsOf } from './segments.ts';
import { proseWords } from './spaces.ts';

/** Longer prose is left alone: no model reads so much at once. */
const longestUnit = 20_000;
const mostMarks = 500;

/**
 * The units of a parsed document. This is all that the parser of a language has to call.
 *
 * Each block becomes one unit, or several between its breaks; parts that are no prose (names, an
 * address, `Key: value`, a greeting, the end of a letter, one URL) become none. A pair of markup
 * around all of a part stays outside its unit.
 * @param range only prose inside it; a block that it cuts gives the whole words inside. An empty
 *   range gives the unit around it.
 */
export function unitsOf(
  source: string,
  { blocks, syntax = {} }: Parsed,
  range: Span = { start: 0, end: source.length },
): ProseUnit[] {
  const units: ProseUnit[] = [];
  const around = range.start === range.end;
  for (const block of blocks) {
    if (block.end < range.start || block.start > range.end) continue;
    for (const segment of segmentsOf(source, block, around ? undefined : range)) {
      if (around && (segment.end < range.start || segment.start > range.end)) continue;
      const unit = unitOf(source, block, syntax, segment);
      if (unit) units.push(unit);
    }
  }
  return units;
}

function unitOf(
  source: string,
  block: Block,
  syntax: Syntax,
  segment: Segment,
): ProseUnit | undefined {
  const { start, end, edges } = segment;
  if (end - start > longestUnit || edges.filter(isMark).length > mostMarks) return undefined;
  const draft = new SegmentReader(source, block).read(segment, edges);
  const text = draft.words.join(' ');
  if (!isProse(text, block.kind)) return undefined;
  const fill = (prose: string) => fillUnit(source, { start, end }, draft, syntax, text, prose);
  return { start, end, kind: block.kind, text, marks: draft.marks.length, fill };
}

const isMark = ({ as }: Edge): boolean => as === undefined;

function fillUnit(
  document: string,
  unit: Span,
  draft: Draft,
  syntax: Syntax,
  text: string,
  prose: string,
): Filled {
  const layout = layoutOf(draft.sources, draft.gaps, columnOf(document, unit.start));
  const filled = fillDraft(draft, layout, syntax, prose);
  if ('problem' in filled) return filled;
  const words = proseWords(prose).join(' ');
  if (words === text || !syntax.reads || syntax.reads(unit, filled.source, words)) return filled;
  return {
    problem: {
      reason: 'marks',
      text: 'The rewrite would change the markup of the document.',
    },
  };
}

function columnOf(source: string, offset: number): number {
  const before = Math.max(
    source.lastIndexOf('\n', offset - 1),
    source.lastIndexOf('\r', offset - 1),
  );
  return offset === 0 ? 0 : offset - before - 1;
}

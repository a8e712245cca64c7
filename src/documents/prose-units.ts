import { type DocumentParser, type Span } from './block.ts';
import { type ProseUnit } from './prose-unit.ts';
import { unitsOf } from './units-of.ts';

/** Loads the parser of a language when a document of it comes. */
type Loader = () => Promise<DocumentParser>;

const parsers: ReadonlyMap<string, Loader> = new Map<string, Loader>();

/** Longer documents are left alone; a part of one can be its own document. */
const longestDocument = 1_000_000;

/**
 * The prose of a document, in order and not overlapping. Whatever is not in a unit is no prose and
 * stays.
 * @param languageId of VS Code, such as `markdown`; an unknown language has no prose
 * @param range only units inside it; a paragraph that it cuts gives the whole words inside. An
 *   empty range gives the unit around it.
 */
export async function proseUnits(
  source: string,
  languageId: string,
  range?: Span,
): Promise<readonly ProseUnit[]> {
  const load = parsers.get(languageId);
  if (!load || source.length > longestDocument) return [];
  const parse = await load();
  return unitsOf(source, parse(source), range);
}

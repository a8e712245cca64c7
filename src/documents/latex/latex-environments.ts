import { wordSet } from '../word-set.ts';

/** Environments with running text, of which the parser knows the arguments. */
const proseEnvironments = wordSet(`
  document abstract itemize enumerate description quote quotation center flushleft flushright
  minipage frame block exampleblock alertblock column columns theorem lemma proposition corollary
  definition remark example proof claim note conjecture axiom exercise solution multicols
  adjustwidth spacing doublespace singlespace appendices acks acknowledgements acknowledgments`);

/** Environments of which only the captions are prose. */
export const captionEnvironments = wordSet(`
  figure figure* table table* wrapfigure wraptable subfigure subtable sidewaysfigure sidewaystable
  longtable SCfigure floatrow`);

/** Names of environments with formulas, code, tables, drawings, references and verse. */
const otherNames =
  /code|verb|listing|minted|pseudo|algor|tikz|pict|plot|math|equ|align|array|matrix|tab|diagram|graph|bib|comment|lua|python|sage|pgf|axis|scope|circuit|forest|prooftree|alltt|filecontents|gather|multline|cases|split|gnuplot|chem|song|vers|music|score|console|terminal|shell|sql|alignat|numcases|index|glossar|list$/iu;

/** How the body of an environment begins, if it is running text. */
export type EnvironmentBody = 'prose' | 'after options' | 'after arguments' | 'none';

/**
 * @param theorems environments that the document declares with \newtheorem
 */
export function bodyOf(name: string, theorems: ReadonlySet<string>): EnvironmentBody {
  if (proseEnvironments.has(name)) return 'prose';
  if (theorems.has(name)) return 'after options';
  return name === '' || otherNames.test(name) ? 'none' : 'after arguments';
}

const longestArgument = 2000;

/** The place after \begin{name} and its arguments in brackets, and in braces if `braces`. */
export function argumentsEnd(source: string, start: number, braces: boolean): number {
  let end = source.indexOf('}', start) + 1;
  for (;;) {
    const opening = source[end];
    if (opening !== '[' && !(braces && opening === '{')) return end;
    const after = closingOf(source, end, opening === '[' ? ']' : '}');
    if (after === undefined) return end;
    end = after;
  }
}

/** The place after the bracket that closes the one at `start`. */
function closingOf(source: string, start: number, closing: string): number | undefined {
  let depth = 0;
  const last = Math.min(source.length, start + longestArgument);
  for (let position = start; position < last; position++) {
    const char = source[position];
    if (char === '\\') position++;
    else if (char === '{' || (position === start && char === '[')) depth++;
    else if (char === '}' || (char === closing && depth === 1)) depth--;
    if (depth === 0) return position + 1;
  }
  return undefined;
}

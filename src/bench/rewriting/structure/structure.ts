import { htmlStructure } from './html.ts';
import { latexStructure } from './latex.ts';
import { markdownStructure } from './markdown.ts';

const parsers: Readonly<Record<string, (source: string) => string[]>> = {
  markdown: markdownStructure,
  html: htmlStructure,
  latex: latexStructure,
};

/** Inline code, roles, addresses of pages and of mail, in languages without a parser here. */
const pieces = /:[\w-]+:`[^`]+`|`{1,2}[^`\n]+`{1,2}|https?:\/\/[^\s)>]+|[\w.+-]+@[\w-]+\.[\w.-]+/gu;

/**
 * What a document consists of besides its prose. A rewrite must give the same. This is
 * independent of `src/documents`, whose faults it is there to find.
 * @param language VS Code's language id
 */
export function structureOf(source: string, language: string): string[] {
  const parser = parsers[language];
  return parser ? parser(source) : (source.match(pieces) ?? []).sort();
}

/** The first difference of two structures as "before became after"; undefined if they are equal. */
export function structureChange(
  before: string,
  after: string,
  language: string,
): string | undefined {
  const [old, now] = [structureOf(before, language), structureOf(after, language)];
  const length = Math.max(old.length, now.length);
  for (let index = 0; index < length; index++) {
    if (old[index] !== now[index]) return `${shown(old[index])} became ${shown(now[index])}`;
  }
  return undefined;
}

function shown(part: string | undefined): string {
  if (part === undefined) return 'nothing';
  return part.length > 80 ? `${part.slice(0, 80)}...` : part;
}

import { ErrorCode, TqError } from '../protocol/errors.ts';
import { commentLanguages } from './comments/languages.ts';
import { type DocumentParser, type Span } from './block.ts';
import { type ProseUnit } from './prose-unit.ts';
import { unitsOf } from './units-of.ts';

/** Loads the parser of a language when a document of it comes. */
type Loader = () => Promise<DocumentParser>;

const markdown: Loader = async () => (await import('./markdown/parse-markdown.ts')).parseMarkdown;

const plainText: Loader = async () => (await import('./plain/plain-text.ts')).parsePlainText;

const commitMessage: Loader = async () =>
  (await import('./plain/commit-message.ts')).parseCommitMessage;

const latex: Loader = async () => (await import('./latex/parse-latex.ts')).parseLatex;

const html: Loader = async () => (await import('./html/parse-html.ts')).parseHtml;

const parsers: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ['markdown', markdown],
  ['plaintext', plainText],
  ['git-commit', commitMessage],
  ['scminput', commitMessage],
  ['latex', latex],
  ['tex', latex],
  [
    'restructuredtext',
    async () =>
      (await import('./restructuredtext/parse-restructuredtext.ts')).parseRestructuredText,
  ],
  ['asciidoc', async () => (await import('./asciidoc/parse-asciidoc.ts')).parseAsciidoc],
  ['html', html],
  ['handlebars', html],
  ['django-html', html],
  ['jinja-html', html],
  ['quarto', markdown],
  ['mdx', async () => (await import('./markdown/parse-markdown.ts')).parseMdx],
]);

/** The parser of a language: of its prose, or of the comments of a program language. */
function loaderOf(languageId: string): Loader | undefined {
  if (!commentLanguages.has(languageId)) return parsers.get(languageId);
  return async () => (await import('./comments/parse-comments.ts')).commentParser(languageId);
}

const longestDocument = 1_000_000;

/**
 * The prose of a document, in order and not overlapping. Whatever is not in a unit is no prose and
 * stays.
 * @param languageId of VS Code, such as `markdown`; an unknown language has no prose
 * @param range only units inside it; a paragraph that it cuts gives the whole words inside. An
 *   empty range gives the unit around it.
 * @throws TqError for a document that is too long, or that its parser could not read soon
 */
export async function proseUnits(
  source: string,
  languageId: string,
  range?: Span,
): Promise<readonly ProseUnit[]> {
  const load = loaderOf(languageId);
  if (!load) return [];
  if (source.length > longestDocument) throw tooLong(source.length);
  const parse = await load();
  return unitsOf(source, await parse(source), range);
}

const tooLong = (length: number): TqError => {
  const [is, most] = [length, longestDocument].map((count) => count.toLocaleString('en'));
  return new TqError(
    ErrorCode.invalidInput,
    `The document has ${is} characters; a rewrite can read at most ${most}. ` +
      'Copy the part to rewrite into a new file.',
  );
};

import { commentLanguages } from './comments/languages.ts';
import { type DocumentParser, type Span } from './block.ts';
import { documentTooLong } from './too-long.ts';
import { type ProseUnit } from './prose-unit.ts';
import { unitsOf } from './units-of.ts';

/** Loads the parser of a language when a document of it comes. */
type Loader = () => Promise<DocumentParser>;

const markdown: Loader = async () => (await import('./markdown/parse-markdown.ts')).parseMarkdown;

const plainText: Loader = async () => (await import('./plain/plain-text.ts')).parsePlainText;

/** A text of no known language, which may be data or code. */
const unknownText: Loader = async () => (await import('./plain/plain-text.ts')).parseUnknown;

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
function loaderOf(languageId: string): Loader {
  if (!commentLanguages.has(languageId)) return parsers.get(languageId) ?? unknownText;
  return async () => (await import('./comments/parse-comments.ts')).commentParser(languageId);
}

const longestDocument = 1_000_000;

/**
 * The prose of a document, in order and not overlapping. Whatever is not in a unit is no prose and
 * stays.
 * @param languageId of VS Code, such as `markdown`; a text of an unknown language is plain
 *   text if most of its lines are sentences, or else has no prose
 * @param range only units inside it; a paragraph that it cuts gives the whole words inside. An
 *   empty range gives the unit around it.
 * @throws TqError for a document that is too long, or that its parser could not read soon
 */
export async function proseUnits(
  source: string,
  languageId: string,
  range?: Span,
): Promise<readonly ProseUnit[]> {
  if (source.length > longestDocument) throw documentTooLong(source.length, longestDocument);
  const parse = await loaderOf(languageId)();
  return unitsOf(source, await parse(source), range);
}

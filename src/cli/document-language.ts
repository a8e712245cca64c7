import { basename, extname } from 'node:path';
import { wrongUsage } from './parser/failure.ts';
import { standardInput } from './text-source.ts';

/** VS Code's language ids by file extension. */
const languages: Readonly<Record<string, readonly string[]>> = {
  plaintext: ['', '.txt', '.text', '.eml'],
  markdown: ['.md', '.markdown', '.mdown', '.mkd'],
  mdx: ['.mdx'],
  quarto: ['.qmd', '.rmd'],
  html: ['.html', '.htm', '.xhtml'],
  latex: ['.tex', '.ltx'],
  restructuredtext: ['.rst', '.rest'],
  asciidoc: ['.adoc', '.asciidoc', '.asc'],
  c: ['.c', '.h'],
  cpp: ['.cc', '.cpp', '.cxx', '.hh', '.hpp', '.hxx'],
  csharp: ['.cs'],
  css: ['.css'],
  dart: ['.dart'],
  go: ['.go'],
  java: ['.java'],
  javascript: ['.js', '.mjs', '.cjs'],
  javascriptreact: ['.jsx'],
  julia: ['.jl'],
  kotlin: ['.kt', '.kts'],
  lua: ['.lua'],
  perl: ['.pl', '.pm'],
  php: ['.php'],
  python: ['.py', '.pyi'],
  r: ['.r'],
  ruby: ['.rb'],
  rust: ['.rs'],
  scala: ['.scala'],
  shellscript: ['.sh', '.bash', '.zsh'],
  sql: ['.sql'],
  swift: ['.swift'],
  toml: ['.toml'],
  typescript: ['.ts', '.mts', '.cts'],
  typescriptreact: ['.tsx'],
  yaml: ['.yml', '.yaml'],
};

/** Files that git lets people write messages in. */
const gitMessages = ['COMMIT_EDITMSG', 'MERGE_MSG', 'SQUASH_MSG', 'TAG_EDITMSG'];

/**
 * The language id of a file by its name; standard input is plain text.
 * @throws TqError invalidInput for an unknown extension
 */
export function languageOfFile(path: string): string {
  if (path === standardInput) return 'plaintext';
  if (gitMessages.includes(basename(path))) return 'git-commit';
  const extension = extname(path).toLowerCase();
  const found = Object.keys(languages).find((id) => languages[id]!.includes(extension));
  if (found !== undefined) return found;
  throw wrongUsage(
    `The language of ${path} is unknown; give its id with --language, such as markdown or plaintext.`,
  );
}

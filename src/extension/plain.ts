import { printable } from '../protocol/printable.ts';

/** Takes no room, and keeps two characters apart that VS Code would read together. */
const joiner = '\u2060';

/** VS Code searches texts for links and icons in time that grows with the square of the length. */
const maxLength = 4000;

/**
 * A text that VS Code shows literally, wherever it would read markup: `[text](command:...)` is a
 * link in notifications, progress and input boxes, and `$(name)` an icon in lists, code lenses and
 * the status bar. An invisible character keeps the brackets apart; the text reads the same.
 */
export function plain(text: string): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return printable(cut).replaceAll('](', `]${joiner}(`).replaceAll('$(', `$${joiner}(`);
}

/**
 * A text as part of one line of a Markdown document. Besides links, editors of Markdown follow
 * `<command:...>` and the definitions of references, which begin a line.
 */
export function plainInMarkdown(text: string): string {
  return plain(text)
    .replace(/\s*\n\s*/gu, ' ')
    .replace(/<(?=\w)/gu, `<${joiner}`)
    .replaceAll(']:', `]${joiner}:`);
}

/** As `plain`, also for hovers, which turn bare web and mail addresses into links. */
export function plainInHover(text: string): string {
  return plain(text)
    .replaceAll('://', `:${joiner}//`)
    .replace(/www\./giu, (found) => `${found.slice(0, -1)}${joiner}.`)
    .replaceAll('@', `@${joiner}`);
}

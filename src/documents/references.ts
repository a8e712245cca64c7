import { LinkifyIt, type Match } from 'linkify-it';
import { type Span } from './block.ts';

const linkify = new LinkifyIt({ fuzzyLink: true });
/** No address is longer; a longer word is not searched, so that the time stays linear. */
const longestWord = 2000;
const before = /^["'«“‘([{<*_]*/u;
const after = /["'»”’)\]}>*_.,;:!?…]+$/u;
const path =
  /^(?:[A-Za-z]:[\\/]|~?\/|\.{1,2}[\\/])?(?:[\p{L}\p{N}._@{}$*+-]+[\\/])+[\p{L}\p{N}._@{}$*+-]*$/u;
const alternatives = /^[\p{L}\p{N}'’-]+(?:\/[\p{L}\p{N}'’-]+)+$/u;
const fileName = /^[\p{L}\p{N}_.@-]*[\p{L}\p{N}_-]{2}\.(?:[a-z][a-z0-9]{0,3}|[A-Z][A-Z0-9]{0,3})$/u;
const hiddenFile = /^\.[a-z][\w-]{2,}$/u;
const names = /^\p{Lu}\p{L}*\.(?:js|io|ai|NET)$/u;
const joined = /\.(?:and|as|at|but|by|if|in|is|it|no|not|of|on|or|the|to|we|you)$/u;

/**
 * URLs, mail addresses, paths and file names in a word, which a rewrite must not change.
 * @returns places in the word, in order
 */
export function referencePlaces(word: string): Span[] {
  if (word.length > longestWord || !/[./@\\:]/u.test(word)) return [];
  const links = (linkify.match(word) ?? []).filter(isLink);
  if (links.length > 0) return links.map(({ index, lastIndex: end }) => ({ start: index, end }));
  const start = before.exec(word)![0].length;
  const text = word.slice(start).replace(after, '');
  return isFile(text) ? [{ start, end: start + text.length }] : [];
}

/** Not two sentences without a space, as in "done.In". */
const isLink = ({ schema, raw }: Match): boolean => schema !== '' || !/\.\p{Lu}\p{Ll}+$/u.test(raw);

/** Not "and/or", "e.g.", "Node.js" or "3.5". */
const isFile = (text: string): boolean =>
  (path.test(text) && !alternatives.test(text)) ||
  hiddenFile.test(text) ||
  (fileName.test(text) && !names.test(text) && !joined.test(text));

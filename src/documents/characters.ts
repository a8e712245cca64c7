import { parseFragment } from 'parse5';
import { isSpace } from './spaces.ts';

const decoded = new Map<string, string | undefined>();
const mostDecoded = 3000;

/**
 * The plain character that an entity such as `&amp;` stands for; a space for `&nbsp;` and other
 * spaces. Undefined for what is no entity, and for characters that no text shows.
 */
export function entityCharacter(entity: string): string | undefined {
  if (decoded.has(entity)) return decoded.get(entity);
  const [node] = parseFragment(entity).childNodes;
  const text = node && 'value' in node ? node.value : '';
  const found = text === entity ? undefined : plainCharacter(text);
  if (decoded.size < mostDecoded) decoded.set(entity, found);
  return found;
}

/** One character that a text shows, or a soft hyphen; a space for all spaces. */
function plainCharacter(text: string): string | undefined {
  if (isSpace(text) && text.length === 1) return ' ';
  return /^(?:[^\p{C}\p{Z}\p{M}]|\u00AD)$/u.test(text) ? text : undefined;
}

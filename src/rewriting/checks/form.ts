import type { UnitKind } from '../../documents/prose-unit.ts';
import { tagsIn } from '../content/terms.ts';
import { wordsOf } from '../words.ts';
import type { Check, Kept } from './check.ts';

/** A heading with fewer words has no other wording that is better. */
const fewestWordsOfTitle = 5;
const question = /^\P{L}*(?:how|what|who|whose|whom|which|why|where|when)\b|\?\s*$/iu;
export const titles: readonly UnitKind[] = ['heading', 'subject'];

/** A title that keeps its draft, whatever the model would write. */
export function titleToKeep(draft: string, kind: UnitKind): Kept | undefined {
  if (!titles.includes(kind)) return undefined;
  if (question.test(draft)) return { reason: 'form', text: 'It is a question, and a title.' };
  if (wordsOf(draft).length >= fewestWordsOfTitle) return undefined;
  return { reason: 'form', text: 'It is a title of few words.' };
}

/** A title that asks to do something, and whose answer only says something. */
export const form: Check = ({ draft, text, kind }) => {
  if (!titles.includes(kind) || !isImperative(draft) || isImperative(text)) return undefined;
  return { reason: 'form', text: 'The draft begins with an imperative, the answer does not.' };
};

function isImperative(text: string): boolean {
  // A type before a commit's subject: "fix(parser): keep the last row".
  const subject = text.replace(/^[\p{L}\p{N}-]+(?:\([^)]{0,60}\))?!?: /u, '');
  const [first = '', second = ''] = subject.split(/\s+/u);
  // Out of its sentence, because a capital makes a name of a verb.
  const object = /^\p{L}/u.test(second) ? 'the' : '';
  const tags = tagsIn(`please ${first.toLowerCase()} ${object}`, 1);
  return tags.has('Verb') && !tags.has('PastTense') && !tags.has('Gerund');
}

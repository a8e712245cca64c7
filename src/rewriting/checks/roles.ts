import { tagsIn } from '../content/terms.ts';
import { quoted, type Check } from './check.ts';

const name = "\\p{Lu}[\\p{L}\\p{M}’'-]+";
/** Somebody who receives, is asked or is with: no passive has its actor there. */
const receiver = new RegExp(`\\b(?:to|for|with|from|at) (?:(?:Mr|Mrs|Ms|Dr)\\.? )?(${name})`, 'gu');

/**
 * A person to whom something is done in the draft, and who does it in the answer: "hand it to Ann"
 * became "Ann hands it out". Other swaps of who does what are beyond this check.
 */
export const roles: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  for (const [, person] of draft.matchAll(receiver)) {
    if (acts(text, person!) && !acts(draft, person!)) {
      const said = `The answer says that ${quoted(person!)} acts`;
      return { reason: 'meaning', text: `${said}, which the draft does not say.` };
    }
  }
  return undefined;
};

function acts(text: string, person: string): boolean {
  const at = new RegExp(
    `(?:^|[^\\p{L}])(?<!\\b(?:to|for|with|from|at|by) )${person} (\\p{Ll}+)`,
    'gu',
  );
  return [...text.matchAll(at)].some(([, next]) => tagsIn(`${person} ${next!}`, 1).has('Verb'));
}

import { deniedVerbs } from '../content/content-words.ts';
import { areRelated } from '../content/counterparts.ts';
import { quoted, type Check } from './check.ts';

/** A "not" that moved to another verb. */
export const denial: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  const before = deniedVerbs(draft);
  const after = deniedVerbs(text);
  if (before.size === 0 || after.size === 0) return undefined;
  if ([...after].some((verb) => [...before].some((other) => areRelated(verb, other)))) {
    return undefined;
  }
  const [first] = before;
  const [second] = after;
  return {
    reason: 'meaning',
    text: `The answer denies ${quoted(second!)}, the draft ${quoted(first!)}.`,
  };
};

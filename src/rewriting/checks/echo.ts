import { wordsOf } from '../words.ts';
import { foundOnlyIn, quoted, type Check } from './check.ts';

const ofPrompt =
  /\banswer with the new text only\b|\bkeep its meaning(?: and its marks)?\b|\bmarks such as \[/iu;
const aboutItself =
  /(?:^|[.!?)]\s+)(?:note|explanation|changes(?: made)?)\s*:|\b(?:i(?:['’]ve| have)? (?:re-?wrote|rewritten|re-?phrased|revised|shortened|simplified|corrected)|this (?:version|rewrite|revision|re-?written text)|the (?:re-?written|revised|original) (?:text|version|draft)|your (?:original )?(?:text|draft))\b/iu;
const control = /<\|[^|]*\|>|<\/?s>|\[\/?INST\]/u;
/** Words of an instruction that do not stand together by chance. */
const phraseLength = 5;

/** An answer with the prompt or the instruction in it, or one that talks about itself. */
export const echo: Check = (answer) => {
  const { text, draft, instruction } = answer;
  const found =
    foundOnlyIn(answer, ofPrompt) ??
    foundOnlyIn(answer, control) ??
    foundOnlyIn(answer, aboutItself) ??
    phraseOf(instruction, text, draft);
  if (found === undefined) return undefined;
  return {
    reason: 'echo',
    text: `The answer repeats the request or talks about itself: ${quoted(found)}.`,
  };
};

/** The first words of the instruction, if they are in the answer and not in the draft. */
function phraseOf(instruction: string, text: string, draft: string): string | undefined {
  const words = wordsOf(instruction);
  if (words.length < phraseLength) return undefined;
  const answered = ` ${wordsOf(text).join(' ')} `;
  const drafted = ` ${wordsOf(draft).join(' ')} `;
  const phrase = words.slice(0, phraseLength).join(' ');
  return answered.includes(` ${phrase} `) && !drafted.includes(` ${phrase} `) ? phrase : undefined;
}

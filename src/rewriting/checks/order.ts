import { contentWordsOf, type ContentWord } from '../content/content-words.ts';
import { areRelated } from '../content/counterparts.ts';
import { quoted, type Check } from './check.ts';

/** Words between two statements that say something else when the statements change places. */
const connectives = [
  'before',
  'after',
  'until',
  'unless',
  'because',
  'if',
  'once',
  'when',
  'instead of',
] as const;

/** The lemmas before and after a connective. */
interface Sides {
  readonly main: readonly string[];
  readonly tied: readonly string[];
}

/** Two statements that changed places around the same connective: "A before B" for "B before A". */
export const order: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  for (const word of connectives) {
    const drafted = sidesOf(draft, word);
    const written = sidesOf(text, word);
    if (drafted && written && areSwapped(drafted, written)) {
      return { reason: 'meaning', text: `The answer turns around what is ${quoted(word)} what.` };
    }
  }
  return undefined;
};

/** The sides of the only use of a connective in a text; undefined if it is not used once. */
function sidesOf(text: string, word: string): Sides | undefined {
  const pieces = text.split(new RegExp(`\\b${word}\\b`, 'iu'));
  if (pieces.length !== 2) return undefined;
  const before = clauseAtEnd(pieces[0]!);
  const after = pieces[1]!.split(/[.!?;](?:\s|$)/u)[0]!;
  // "Before you leave, lock the door."
  const comma = after.indexOf(',');
  if (before.trim() !== '' || comma < 0) return { main: lemmas(before), tied: lemmas(after) };
  return { main: lemmas(after.slice(comma)), tied: lemmas(after.slice(0, comma)) };
}

function clauseAtEnd(text: string): string {
  return text.split(/[.!?;]\s/u).at(-1)!;
}

function lemmas(text: string): string[] {
  return contentWordsOf(text).map(({ lemma }: ContentWord) => lemma);
}

/** Whether each side of one has more of the other side's words than of its own. */
function areSwapped(drafted: Sides, written: Sides): boolean {
  const kept = shared(drafted.main, written.main) + shared(drafted.tied, written.tied);
  const moved = [shared(drafted.main, written.tied), shared(drafted.tied, written.main)];
  return Math.min(...moved) > 0 && moved[0]! + moved[1]! > kept;
}

function shared(one: readonly string[], other: readonly string[]): number {
  return one.filter((word) => other.some((each) => areRelated(word, each))).length;
}

import { split } from 'sentence-splitter';
import { mark } from './marks.ts';
import { wordsOf } from './words.ts';

/** A part of a unit that the model rewrites at once. */
export interface Chunk {
  /** The spaces of the draft before it. */
  readonly before: string;
  /** Spaces after the last one. */
  readonly after: string;
  /** Its prose, with marks numbered from 1. */
  readonly text: string;
  /** How many marks it has; a pair counts once. */
  readonly marks: number;
  /** Its prose with the unit's marks, for prose with its own; undefined for an unknown mark. */
  restore(prose: string): string | undefined;
}

/** The small model rewrites texts of about this length well, and loses parts of longer ones. */
const comfortableWords = 30;
const comfortableSentences = 2;

/**
 * The prose of a unit in groups of whole sentences of at most about 30 words. A pair of marks is
 * never divided. The chunks with their spaces make up the text.
 */
export function chunksOf(text: string): Chunk[] {
  const groups: string[] = [];
  const pairs = numbersOf(text, '/');
  let words = 0;
  let sentences = 0;
  for (const sentence of sentencesOf(text)) {
    const more = wordsOf(sentence).length;
    const last = groups.at(-1);
    const fits = words + more <= comfortableWords && sentences < comfortableSentences;
    if (last !== undefined && (fits || hasOpenPair(last, pairs))) {
      groups[groups.length - 1] = last + sentence;
      words += more;
      sentences++;
    } else {
      groups.push(sentence);
      words = more;
      sentences = 1;
    }
  }
  return groups.map(chunkOf);
}

/** The sentences in order, each with the spaces before it; they make up the text. */
export function sentencesOf(text: string): string[] {
  const found: string[] = [];
  let from = 0;
  for (const { type, range } of split(text)) {
    if (type !== 'Sentence') continue;
    const sentence = text.slice(from, range[1]);
    from = range[1];
    // The splitter ends a sentence after "10 a.m." too.
    if (found.length > 0 && /^\s*\p{Ll}/u.test(sentence)) found[found.length - 1] += sentence;
    else found.push(sentence);
  }
  const rest = text.slice(from);
  if (found.length === 0) return [rest];
  found[found.length - 1] += rest;
  return found;
}

/** Whether a text has the first mark of a pair without the second. */
function hasOpenPair(text: string, pairs: ReadonlySet<string>): boolean {
  const closed = numbersOf(text, '/');
  return [...numbersOf(text, '')].some((number) => pairs.has(number) && !closed.has(number));
}

/** Numbers of the marks that open ("") or close ("/"). */
function numbersOf(text: string, slash: '' | '/'): Set<string> {
  return new Set([...text.matchAll(mark)].flatMap(([, found, n]) => (found === slash ? n! : [])));
}

function chunkOf(group: string): Chunk {
  const text = group.trim();
  const start = group.length - group.trimStart().length;
  const numbers = [...new Set([...text.matchAll(mark)].map(([, , number]) => number!))];
  return {
    before: group.slice(0, start),
    after: group.slice(start + text.length),
    text: text.replace(
      mark,
      (_, slash: string, n: string) => `[${slash}${numbers.indexOf(n) + 1}]`,
    ),
    marks: numbers.length,
    restore(prose) {
      const known = [...prose.matchAll(mark)].every(([, , n]) => numbers[Number(n) - 1]);
      if (!known) return undefined;
      return prose.replace(
        mark,
        (_, slash: string, n: string) => `[${slash}${numbers[Number(n) - 1]!}]`,
      );
    },
  };
}

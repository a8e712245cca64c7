import { retext } from 'retext';
import retextSimplify from 'retext-simplify';

/** UTF-16 offsets of a phrase. */
interface Range {
  readonly start: number;
  readonly end: number;
}

const simplify = retext().use(retextSimplify).freeze();

/** Phrases of several words that have a shorter equivalent: "due to the fact that". */
export function wordyRanges(text: string): Range[] {
  return simplify.processSync(text).messages.flatMap(({ actual, place }) => {
    if (!place || !('start' in place) || !String(actual).includes(' ')) return [];
    const { start, end } = place;
    return [{ start: start.offset ?? 0, end: end.offset ?? 0 }];
  });
}

/** Plainer words for one word: "begin" and "start" for "commence". */
export function simplerWords(word: string): string[] {
  const [message] = simplify.processSync(word).messages;
  return message?.expected ?? [];
}

import { RecentTexts } from './recent-texts.ts';
import { sentencesOf, type Sentence } from './sentences.ts';
import { TextReward } from './text-reward.ts';

type Counts<Name extends string> = Readonly<Record<Name, number>>;

/** How a text is scored by what its sentences contain. */
export interface SentenceMeasure<Name extends string> {
  /** Score of a text without words. */
  readonly withoutWords: number;
  /** What is counted in one sentence; must depend on the sentence alone. */
  readonly count: (sentence: Sentence) => Counts<Name>;
  /**
   * The score in [0, 1], from the sums of `count` over all sentences and the numbers of words and
   * sentences, both at least 1.
   */
  readonly score: (totals: Counts<Name | 'words' | 'sentences'>) => number;
}

/** A reward that adds up counts of the response's sentences. */
export function sentenceReward<Name extends string>(
  id: string,
  { withoutWords, count, score }: SentenceMeasure<Name>,
): TextReward {
  // A response grows at its end, so all sentences but the last were counted before.
  const recent = new RecentTexts<Counts<Name>>(512);
  return new TextReward(id, (text) => {
    const sentences = sentencesOf(text);
    if (sentences.length === 0) return withoutWords;
    const counts = sentences.map((sentence) => ({
      ...recent.getOrCompute(sentence.text, () => count(sentence)),
      words: sentence.words.length,
      sentences: 1,
    }));
    return score(sumByName(counts));
  });
}

/** The sum of each number over a list that is not empty, added up in order from 0. */
function sumByName<Name extends string>(list: readonly Counts<Name>[]): Counts<Name> {
  const names = Object.keys(list[0]!) as Name[];
  const sums = names.map((name) => [name, list.reduce((sum, counts) => sum + counts[name], 0)]);
  return Object.fromEntries(sums) as Counts<Name>;
}

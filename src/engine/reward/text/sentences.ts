import nlp from 'compromise/two';
import { RecentTexts } from './recent-texts.ts';

/** A sentence and its words (runs with at least one letter or digit), without punctuation. */
export interface Sentence {
  readonly text: string;
  readonly words: readonly string[];
}

/** No English word is longer. Longer runs of characters are data and slow the libraries down. */
export const maxWordLength = 64;

const recent = new RecentTexts<readonly Sentence[]>(64);

/**
 * Sentences of `text` that have at least one word, in order. Lines of one paragraph are joined
 * first, so that hard-wrapped mail and commit messages keep their sentences; a list item starts a
 * new sentence.
 *
 * Intl.Segmenter is not used because its iteration takes quadratic time in Node 20 and it ends a
 * sentence after "Mr.".
 */
export function sentencesOf(text: string): readonly Sentence[] {
  return recent.getOrCompute(text, (whole) => paragraphsOf(whole).flatMap(sentencesOfParagraph));
}

/** Number of words in `text`. */
export function wordCount(text: string): number {
  return sentencesOf(text).reduce((sum, sentence) => sum + sentence.words.length, 0);
}

const listItem = /^(?:[-*+#>]+|\d{1,3}[.)])\s/u;

function paragraphsOf(text: string): string[] {
  const paragraphs: string[][] = [];
  let open = false;
  for (const rawLine of text.split(/\r\n|[\n\r\u2028\u2029]/u)) {
    const line = rawLine.trim();
    if (line === '') {
      open = false;
    } else if (open && !listItem.test(line)) {
      paragraphs.at(-1)!.push(line);
    } else {
      paragraphs.push([line]);
      open = true;
    }
  }
  return paragraphs.map((lines) => lines.join(' '));
}

function sentencesOfParagraph(paragraph: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const terms of nlp.tokenize(paragraph).docs) {
    const words = terms.map((term) => term.text).filter((word) => /[\p{L}\p{N}]/u.test(word));
    if (words.length > 0) {
      const text = terms.map((term) => term.pre + term.text + term.post).join('');
      sentences.push({ text, words });
    }
  }
  return sentences;
}

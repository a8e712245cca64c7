import { sentencesOf } from '../chunks.ts';
import { isCommand, requestOf } from '../content/requests.ts';
import { tagsIn, termsOf, type Term } from '../content/terms.ts';
import { mark, withoutPairs } from '../marks.ts';
import { wordsOf } from '../words.ts';
import { quoted, type Check } from './check.ts';

/** Fewer words are no sentence that lost its verb, but an exclamation: "Thanks again for that!" */
const fewestWords = 5;
const exclamation =
  /^\W*(?:thanks?|many thanks|sorry|apologies|good news|hi|hello|dear|yes|no|ok|kind|best|and|or|but|just|how|what|why)\b/iu;
/** Instructions that ask for text without sentences. */
const wished =
  /\b(?:lists?|bullets?|titles?|head(?:ing|line)s?|notes?|telegram|keywords?|fragments?|phrases?|slogans?|labels?|tables?|captions?)\b/iu;

/** A sentence without a finite verb, where each of the draft has one. */
export const fragments: Check = ({ draft, text, content, instruction, language }) => {
  if (content === undefined || wished.test(instruction)) return undefined;
  if (language !== undefined && language !== 'en') return undefined;
  const found = sentencesOf(text).find((sentence) => isFragment(sentence.trim(), draft));
  if (found === undefined || !sentencesOf(draft).every((each) => hasVerb(each.trim(), draft))) {
    return undefined;
  }
  const name = quoted(found.trim());
  return { reason: 'grammar', text: `A sentence of the answer has no verb: ${name}.` };
};

function isFragment(sentence: string, draft: string): boolean {
  if (wordsOf(sentence).length < fewestWords || exclamation.test(sentence)) return false;
  // A line without an end mark is a title or a label.
  return /[.!]\W*$/u.test(sentence) && !hasVerb(sentence, draft);
}

/** Whether a sentence has a finite verb, or is a command. */
function hasVerb(sentence: string, draft: string): boolean {
  const plain = withoutPairs(sentence).replace(mark, ' X1 ').replace(/\s+/gu, ' ').trim();
  const terms = termsOf(plain);
  if (requestOf(plain) !== undefined && isCommand(terms, draft)) return true;
  return terms.some((_, index) => isFinite(terms, index, draft));
}

function isFinite(terms: readonly Term[], index: number, draft: string): boolean {
  const { tags, text, post } = terms[index]!;
  const before = terms[index - 1];
  if (before?.normal === 'to' || (before?.tags.has('Adverb') && terms[index - 2]?.normal === 'to'))
    return false;
  if (tags.has('Copula') || tags.has('Modal') || tags.has('Auxiliary')) return true;
  if (!tags.has('Verb')) return mayBeVerb(terms, index);
  if (tags.has('Gerund')) return false;
  const next = terms[index + 1];
  if (index === 0) return isCommand(terms, draft);
  // "The list to be made".
  if (before?.normal === 'be' && terms[index - 2]?.normal === 'to') return false;
  // "The forecast published by the service" says nothing about it yet.
  const isPast = tags.has('PastTense') || tags.has('Participle');
  if (!isPast || text === '') return true;
  return !(next?.normal === 'by' && post.trim() === '' && before?.tags.has('Pronoun') !== true);
}

/** A word behind a noun that ends as a verb does: "the build fails", tagged as a noun. */
function mayBeVerb(terms: readonly Term[], index: number): boolean {
  const { normal, tags } = terms[index]!;
  const before = terms[index - 1];
  if (!/s$/u.test(normal) || !tags.has('Noun')) return false;
  // "Waits for the file", and not "Rows of the table".
  if (before === undefined) return terms[1]?.normal !== 'of' && isThirdPerson(normal);
  if (!['Noun', 'Value', 'Date'].some((tag) => before.tags.has(tag))) return false;
  // "Ann, with us since 2013, leads the team": commas around what stands between.
  const commas = terms.slice(0, index).filter(({ post }) => post.includes(',')).length;
  if (/[,;:]/u.test(before.post) && commas < 2) return false;
  return isThirdPerson(normal);
}

function isThirdPerson(word: string): boolean {
  return tagsIn(`it ${word}`, 1).has('PresentTense');
}

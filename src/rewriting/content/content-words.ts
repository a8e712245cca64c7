import { fillers } from 'fillers';
import { hedges } from 'hedges';
import { mark } from '../marks.ts';
import { lemmaOf, termsOf, type Term } from './terms.ts';
import { simplerWords, wordyRanges } from './wordy.ts';

/** A noun, verb or adjective of a text that says something. */
export interface ContentWord {
  readonly text: string;
  /** Dictionary form, in lower case. */
  readonly lemma: string;
  readonly isNoun: boolean;
  /** Plainer words that can stand for it. */
  readonly plainer: readonly string[];
}

/** Facts compare numbers, dates and times; the others have no content of their own. */
const withoutContent = [
  ...['Auxiliary', 'Copula', 'Modal', 'Pronoun', 'Determiner', 'Preposition', 'Conjunction'],
  ...[
    'Negative',
    'QuestionWord',
    'Value',
    'Date',
    'Time',
    'Url',
    'Email',
    'Particle',
    'Possessive',
  ],
];
const withContent = ['Noun', 'Verb', 'Adjective'];

/** Words that a text gains and loses without saying more or less. */
const lightWords = new Set(
  [
    'able account allow amount anybody anyone area asap ask aspect available aware back basis',
    'be become begin bit body bring bunch call capable carry case certain come commencement',
    'concern conduct consequence consider consist context continue course current daily deal',
    'determination determine do done down duration effect enable end ensure entire event',
    'everybody everyone existence extent fact far feel few find folk folks follow full',
    'general get give go good great guy guys happen have here hesitate idea important in',
    'inform instance involve issue keep kind know last lead least let like loads look lot',
    'make manner many matter mean means moment monthly more most necessary need next note',
    'nothing notice number occur off on one only opinion opportunity order other out over own',
    'part particular people perform permit person personal place please point position',
    'possible present previous process provide provision purpose put question reason receive',
    'regard remain remember request require respect responsibility responsible result rule',
    'same say see seem serve set several show situation so somebody someone something sort',
    'spite start state subsequent such sure take talk tell term thing thumb time to today',
    'total touch try turn undertake up use various view want way weekly wish would write',
    'yearly',
  ]
    .join(' ')
    .split(' '),
);
const emptyWords = new Set([...fillers, ...hedges].filter((word) => !word.includes(' ')));
const longestWord = 40;
/** Terms after a negation in which its verb stands: "not yet been fully tested". */
const reachOfNegation = 4;

/** The words of a text that say something, each lemma once. */
export function contentWordsOf(text: string): ContentWord[] {
  const plain = text.replace(mark, (found) => ' '.repeat(found.length));
  const wordy = wordyRanges(plain);
  const found = new Map<string, ContentWord>();
  for (const term of termsOf(plain)) {
    const lemma = lemmaOf(term);
    const { start = 0, length = 0 } = term.offset ?? {};
    const inPhrase = wordy.some((range) => start >= range.start && start + length <= range.end);
    if (inPhrase || found.has(lemma) || !hasContent(term, lemma)) continue;
    const plainer = simplerWords(term.text);
    if (plainer.some((word) => lightWords.has(word))) continue;
    const isNoun = term.tags.has('Noun');
    found.set(lemma, { text: term.text, lemma, isNoun, plainer });
  }
  return [...found.values()];
}

/** Lemmas of the verbs that a text denies: "open" of "it does not open". */
export function deniedVerbs(text: string): Set<string> {
  const found = new Set<string>();
  const terms = termsOf(text.replace(mark, ' '));
  for (const [index, { tags }] of terms.entries()) {
    if (!tags.has('Negative')) continue;
    const verb = terms
      .slice(index + 1, index + 1 + reachOfNegation)
      .find((term) => term.tags.has('Verb') && !withoutContent.some((tag) => term.tags.has(tag)));
    const lemma = verb && lemmaOf(verb);
    if (lemma !== undefined && !lightWords.has(lemma)) found.add(lemma);
  }
  return found;
}

function hasContent({ tags, text }: Term, lemma: string): boolean {
  if (lemma.length < 2 || lemma.length > longestWord) return false;
  const dropped = [lemma, lemma.replace(/d$/u, ''), lemma.replace(/ed$/u, '')];
  if (dropped.some((word) => lightWords.has(word) || emptyWords.has(word))) return false;
  if (/\d/u.test(text)) return false;
  return withContent.some((tag) => tags.has(tag)) && !withoutContent.some((tag) => tags.has(tag));
}

import { contentWordsOf, type ContentWord } from './content-words.ts';

/** The content words of two texts that have no counterpart in the other one. */
export interface ContentChange {
  readonly lost: readonly ContentWord[];
  readonly added: readonly ContentWord[];
  /** Distinct content words of the draft. */
  readonly total: number;
}

/** Compares the content words of a draft and its rewrite. */
export function compareContent(draft: string, text: string): ContentChange {
  const before = contentWordsOf(draft);
  const after = contentWordsOf(text);
  // A word may be a noun here and a light verb there: "process" and "processes".
  const drafted = wordForms(draft);
  const written = wordForms(text);
  const missing = (words: readonly ContentWord[], others: Forms, all: readonly ContentWord[]) =>
    words
      .filter((word) => !hasForm(others, word))
      .filter((word) => !all.some((other) => areCounterparts(word, other)));
  return {
    lost: missing(before, written, after),
    added: missing(after, drafted, before),
    total: before.length,
  };
}

/** Shorter words begin many others. */
const shortestForm = 4;

type Forms = ReadonlySet<string>;

function wordForms(text: string): Forms {
  return new Set(text.toLowerCase().match(/\p{L}+(?:['’-]\p{L}+)*/gu) ?? []);
}

function hasForm(forms: Forms, { lemma, text }: ContentWord): boolean {
  if (forms.has(lemma) || forms.has(text.toLowerCase())) return true;
  return [...forms].some((form) => form.length >= shortestForm && areRelated(lemma, form));
}

/** Related words whose beginnings differ. */
const related = [
  ...['analysis analyse', 'analysis analyze', 'belief believe', 'choice choose', 'death die'],
  ...['decision decide', 'description describe', 'explanation explain', 'flight fly', 'gift give'],
  ...['growth grow', 'knowledge know', 'loss lose', 'pronunciation pronounce', 'proof prove'],
  ...['proposal propose', 'receipt receive', 'reduction reduce', 'sale sell', 'speech speak'],
  ...['strength strong', 'thought think', 'utilisation use', 'utilization use', 'utilise use'],
  ...['utilize use', 'weight weigh', 'length long', 'kid child', 'assistance help', 'assist help'],
  ...['repair fix', 'purchase buy', 'mistake error', 'choose pick', 'large big', 'correct right'],
  ...['manager boss', 'apologise sorry', 'apologize sorry', 'regret sorry', 'apology sorry'],
  ...['gratitude thank', 'appreciate thank', 'grateful thank', 'lost lose', 'mistake wrong'],
  ...[
    'talk discuss',
    'leave drop',
    'finish done',
    'take grab',
    'mix confusion',
    'job position',
    'approve fine',
  ],
  ...['anticipate expect', 'increase raise', 'salary pay', 'complain criticise'],
].map((pair) => pair.split(' '));

function areCounterparts(first: ContentWord, second: ContentWord): boolean {
  return formsOf(first).some((one) => formsOf(second).some((other) => areRelated(one, other)));
}

function formsOf({ lemma, plainer }: ContentWord): string[] {
  return [lemma, ...plainer];
}

/** Whether one is derived from the other: "removal" and "remove". */
export function areRelated(one: string, other: string): boolean {
  if (one === other) return true;
  if (related.some((pair) => pair.includes(one) && pair.includes(other))) return true;
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let shared = 0;
  while (shared < short.length && short[shared] === long[shared]) shared++;
  if (shared < 3) return false;
  // "pay" and "payment", "stop" and "stopped".
  if (shared === short.length)
    return /^.?(?:s|d|ed|n|en|ing|er|or|t|th|ment|al|ance|ence|ation|ion|ness|ity|y|ly|ure|able|ful|less)$/u.test(
      long.slice(shared),
    );
  return shared >= 4 && (shared >= short.length - 1 || shared >= long.length * 0.6);
}

import nlp from 'compromise/two';

interface Model {
  readonly one: {
    readonly lexicon: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly abbreviations: Readonly<Record<string, unknown>>;
  };
  readonly two: { readonly switches: Readonly<Record<string, string | undefined>> };
}

const model = nlp.model() as Model;

const nameTags = new Set([
  ...['FirstName', 'MaleName', 'FemaleName', 'LastName', 'Person'],
  ...['City', 'Country', 'Region', 'Place', 'Organization', 'Demonym'],
]);

/** Most words whose root is remembered. */
const capacity = 20_000;
const roots = new Map<string, string>();

/** Infinitive of a verb, singular of a noun; `word` is in lower case. */
export function rootOf(word: string): string {
  const known = roots.get(word);
  if (known !== undefined) return known;
  const root = word.length > 40 ? word : computeRoot(word);
  if (roots.size >= capacity) roots.clear();
  roots.set(word, root);
  return root;
}

function computeRoot(word: string): string {
  const root = nlp(word).compute('root').text('root').trim();
  return root === '' ? word : root;
}

function tagsOf(word: string): readonly string[] {
  if (!Object.hasOwn(model.one.lexicon, word)) return [];
  const tags = model.one.lexicon[word] ?? [];
  return typeof tags === 'string' ? [tags] : tags;
}

/** Whether a word in lower case is the name of a person, a place or a company. */
export function isKnownName(word: string): boolean {
  return !isAmbiguous(word) && tagsOf(word).some((tag) => nameTags.has(tag));
}

/** Whether a word in lower case is a name or another word, such as "mark". */
function isAmbiguous(word: string): boolean {
  return Object.hasOwn(model.two.switches, word);
}

/** Whether a word in lower case is a first or last name and another word, such as "mark". */
export function isPersonOrWord(word: string): boolean {
  return isAmbiguous(word) && /person/iu.test(model.two.switches[word] ?? '');
}

/** Whether a sentence begins with a name that is also another word, such as "Mark". */
export function startsWithName(sentence: string, word: string): boolean {
  if (!isPersonOrWord(word)) return false;
  return nlp(sentence.slice(0, 200)).terms().first().has('#Person');
}

/** Whether a word in lower case is in the dictionary as anything but a name. */
export function isCommonWord(word: string): boolean {
  const tags = tagsOf(word);
  return tags.length > 0 && (isAmbiguous(word) || !tags.some((tag) => nameTags.has(tag)));
}

/** Whether a word in lower case, without its full stop, is an abbreviation such as "mr". */
export function isAbbreviation(word: string): boolean {
  return Object.hasOwn(model.one.abbreviations, word);
}

const functionTags = new Set([
  ...['Pronoun', 'Preposition', 'Determiner', 'Conjunction', 'Modal', 'Auxiliary', 'Copula'],
  ...['QuestionWord', 'Possessive', 'Expression', 'Negative', 'Adverb'],
]);

/** Whether a word in lower case describes the noun after it: "new", "older", "each". */
export function describes(word: string): boolean {
  return /^(?:every|no|any|some|other|another)$/u.test(word) || tagsOf(word).some(isDescribing);
}

function isDescribing(tag: string): boolean {
  return /^(?:Adjective|Comparable|Comparative|Superlative|Determiner|Possessive)$/u.test(tag);
}

/** Whether a word in lower case only joins others: a pronoun, a preposition and the like. */
export function isFunctionWord(word: string): boolean {
  return tagsOf(word).some((tag) => functionTags.has(tag));
}

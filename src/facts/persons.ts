import { rootOf } from './lexicon.ts';
import { contentAfter, type Token } from './tokens.ts';

/** Who speaks, and who is spoken to. */
export type Person = 'I' | 'we' | 'you';

/** Who does what in a sentence: by the root of a verb or noun, the persons that go with it. */
export interface Persons {
  /** Subjects, by what they do; an imperative has the subject "you". */
  readonly acts: readonly Bond[];
  /** Objects right after a verb, by the verb. */
  readonly objects: readonly Bond[];
  /** Owners, by what they own. */
  readonly owners: readonly Bond[];
  /** All persons that occur, "he" and "she" too. */
  readonly named: ReadonlySet<Person | 'he' | 'she'>;
}

/** A person and the root of the word that the person goes with. */
export interface Bond {
  readonly person: Person;
  readonly root: string;
}

const subjects: Readonly<Record<string, Person>> = {
  ...{ i: 'I', "i'm": 'I', "i'll": 'I', "i've": 'I', "i'd": 'I' },
  ...{ we: 'we', "we're": 'we', "we'll": 'we', "we've": 'we', "we'd": 'we', "let's": 'we' },
  ...{ you: 'you', "you're": 'you', "you'll": 'you', "you've": 'you', "you'd": 'you' },
};
const objects: Readonly<Record<string, Person>> = { me: 'I', us: 'we', you: 'you' };
const owners: Readonly<Record<string, Person>> = { my: 'I', our: 'we', your: 'you' };
const others: Readonly<Record<string, Person | 'he' | 'she'>> = {
  ...{ mine: 'I', myself: 'I', ours: 'we', ourselves: 'we', yours: 'you', yourself: 'you' },
  ...{ he: 'he', him: 'he', his: 'he', she: 'she', her: 'she', hers: 'she' },
};
/** Verbs that another verb follows, which says what is done: "we need to fix it". */
const leading = new Set(
  'need want like plan have ought try agree intend ask happy glad able love hope help'.split(' '),
);
const auxiliary =
  /^(?:am|is|are|was|were|be|has|have|had|do|does|did|will|would|shall|should|can|could|may|might|must|'.*|\p{L}+n't|cannot)$/u;
const determiner =
  /^(?:a|an|the|this|that|these|those|my|our|your|his|her|its|their|to|for|of|in|on|at|by|with|from|and|or|but)$/u;

/** Who does what in a sentence. */
export function personsOf(tokens: readonly Token[], text: string): Persons {
  const found: { acts: Bond[]; objects: Bond[]; owners: Bond[] } = {
    acts: [],
    objects: [],
    owners: [],
  };
  const named = new Set<Person | 'he' | 'she'>();
  for (const [index, { lower }] of tokens.entries()) {
    const subject = has(subjects, lower);
    const object = has(objects, lower);
    const owner = has(owners, lower);
    const person = subject ?? object ?? owner ?? has(others, lower);
    if (person !== undefined) named.add(person);
    if (subject !== undefined && isSubject(tokens, index)) {
      found.acts.push(...actsOf(tokens, index, text, subject));
    } else if (object !== undefined) {
      const verb = tokens[index - 1]?.lower;
      if (verb !== undefined && !determiner.test(verb)) {
        found.objects.push({ person: object, root: rootOf(verb) });
      }
    }
    if (owner !== undefined) {
      const next = tokens[index + 1];
      if (next !== undefined) found.owners.push({ person: owner, root: rootOf(next.lower) });
    }
  }
  found.acts.push(...imperativesOf(tokens, text));
  return { ...found, named };
}

function has<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Whether "you" is a subject; "I" and "we" always are. */
function isSubject(tokens: readonly Token[], index: number): boolean {
  const { lower } = tokens[index]!;
  if (lower !== 'you') return true;
  const before = tokens[index - 1]?.lower ?? '';
  const after = tokens[index + 1]?.lower ?? '';
  if (auxiliary.test(after) || auxiliary.test(before)) return !/^(?:to|for)$/u.test(after);
  return /^(?:|if|when|that|and|but|as|what|so|once|before|after|because|whether|which)$/u.test(
    before,
  );
}

function actsOf(tokens: readonly Token[], index: number, text: string, person: Person): Bond[] {
  const acts: Bond[] = [];
  let at = contentAfter(tokens, index, text);
  for (let step = 0; at !== undefined && step < 3; step++) {
    const root = rootOf(tokens[at]!.lower);
    acts.push({ person, root });
    if (!leading.has(root) || tokens[at + 1]?.lower !== 'to') break;
    at = contentAfter(tokens, at + 1, text);
  }
  return acts;
}

const openers =
  /^(?:please|kindly|so|then|and|also|just|now|first|next|finally|do|don't|never|always)$/u;

/** The verbs of a sentence that asks the reader to do something. */
function imperativesOf(tokens: readonly Token[], text: string): Bond[] {
  let index = 0;
  while (index < 3 && openers.test(tokens[index]?.lower ?? '')) index++;
  const verb = tokens[index];
  const after = tokens[index + 1];
  if (verb === undefined || has(subjects, verb.lower) !== undefined) return [];
  if (/\S/u.test(text.slice(0, tokens[0]!.start).replace(/["'“‘(\s]/gu, ''))) return [];
  const direct =
    after === undefined ||
    determiner.test(after.lower) ||
    has(objects, after.lower) !== undefined ||
    /\uE000/u.test(text.slice(verb.end, after.start));
  return direct && rootOf(verb.lower) === verb.lower ? [{ person: 'you', root: verb.lower }] : [];
}

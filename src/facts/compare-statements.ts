import { turnedModes } from './modality.ts';
import type { Statements } from './statements.ts';
import type { Bond, Person } from './persons.ts';

/** A fault of a rewrite: what it lost, what that became, or what it added. */
export interface Fault {
  readonly from?: string;
  readonly to?: string;
  /** Whether the rewrite may be offered, with the fault named. */
  readonly soft?: boolean;
}

/** What two texts deny, and the difference. */
export function compareNegations(
  draft: readonly Statements[],
  rewrite: readonly Statements[],
  cut: boolean,
): Fault[] {
  const [all, now] = [denialsOf(draft), denialsOf(rewrite)];
  // "Unavailable" and "available" are a turn, not two ways to say it.
  const before = { ...all, half: all.half.filter((word) => !isTurned(word, now)) };
  const after = { ...now, half: now.half.filter((word) => !isTurned(word, all)) };
  const gained = difference(after.half, before.half);
  const dropped = difference(before.half, after.half);
  const lost = before.words.length - after.words.length - after.extended - gained;
  const added = after.words.length - before.words.length - before.extended - dropped;
  if (lost > 0 && !cut) return take(before.words, after.words, lost).map((from) => ({ from }));
  if (added > 0) return take(after.words, before.words, added).map((to) => ({ to }));
  if (gained > 0 || (dropped > 0 && !cut) || before.loose || after.loose) return [];
  const turned = turnedRoots(before, after);
  if (turned.length > 0) return [{ from: denialOf(turned[0]!, all) }];
  const denied = turnedRoots(after, before);
  return denied.length > 0 ? [{ to: denialOf(denied[0]!, now) }] : [];
}

function isTurned(word: string, { affirmed }: Denials): boolean {
  return bare(word) !== word && affirmed.has(bare(word));
}

function bare(word: string): string {
  return word.replace(/^(?:un|in|dis|non-)/u, '');
}

/** The word that denies a root. */
function denialOf(root: string, { half, words }: Denials): string {
  return half.find((word) => word !== root && bare(word) === root) ?? words[0] ?? 'not';
}

interface Denials {
  readonly words: readonly string[];
  readonly extended: number;
  readonly loose: boolean;
  readonly half: readonly string[];
  readonly denied: ReadonlySet<string>;
  readonly affirmed: ReadonlySet<string>;
}

function denialsOf(statements: readonly Statements[]): Denials {
  return {
    words: statements.flatMap(({ facts }) => facts.map(({ text }) => text)),
    extended: statements.reduce((sum, { extended }) => sum + extended, 0),
    loose: statements.some(({ loose }) => loose),
    half: statements.flatMap(({ halfDenied }) => halfDenied),
    denied: new Set(statements.flatMap(({ denied }) => [...denied])),
    affirmed: new Set(statements.flatMap(({ affirmed }) => [...affirmed])),
  };
}

/** Roots that one text only denies and the other only affirms. */
function turnedRoots(one: Denials, other: Denials): string[] {
  return [...one.denied].filter(
    (root) => !one.affirmed.has(root) && other.affirmed.has(root) && !other.denied.has(root),
  );
}

/** How many of `list` are not in `other`, each counted once. */
function difference(list: readonly string[], other: readonly string[]): number {
  return leftOver(list, other).length;
}

function leftOver(list: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of other) counts.set(word, (counts.get(word) ?? 0) + 1);
  return list.filter((word) => {
    const count = counts.get(word) ?? 0;
    counts.set(word, count - 1);
    return count <= 0;
  });
}

/** `count` of the words of `list` that `other` lacks. */
function take(list: readonly string[], other: readonly string[], count: number): string[] {
  return [...leftOver(list, other), ...list].slice(0, count);
}

/** Whether two texts deny equally often, so that bounds such as "before Friday" compare. */
export function denyAlike(draft: readonly Statements[], rewrite: readonly Statements[]): boolean {
  const [before, after] = [denialsOf(draft), denialsOf(rewrite)];
  return before.words.length === after.words.length && before.half.length === after.half.length;
}

/** Persons who changed places in two texts; a passive may leave one out. */
export function comparePersons(
  draft: readonly Statements[],
  rewrite: readonly Statements[],
): Fault[] {
  const swaps = (['acts', 'objects', 'owners'] as const).flatMap((bond) =>
    swapsOf(
      draft.flatMap(({ persons }) => persons[bond]),
      rewrite.flatMap(({ persons }) => persons[bond]),
    ),
  );
  const [before, after] = [namedIn(draft), namedIn(rewrite)];
  const modes = turnedModes(
    draft.flatMap((said) => said.modes),
    rewrite.flatMap((said) => said.modes),
  );
  const faults: Fault[] = [...swaps, ...modes].map(([from, to]) => ({ from, to }));
  for (const [from, to] of [
    ['he', 'she'],
    ['she', 'he'],
  ] as const) {
    if (before.has(from) && !before.has(to) && after.has(to) && !after.has(from)) {
      faults.push({ from, to });
    }
  }
  return distinctFaults(faults).map((fault) => ({ ...fault, soft: !/not$/u.test(fault.to ?? '') }));
}

function namedIn(statements: readonly Statements[]): ReadonlySet<string> {
  return new Set(statements.flatMap(({ persons }) => [...persons.named]));
}

/** Persons that go with one word in the draft and whom another replaced in the rewrite. */
function swapsOf(draft: readonly Bond[], rewrite: readonly Bond[]): [Person, Person][] {
  const [before, after] = [byRoot(draft), byRoot(rewrite)];
  return [...before].flatMap(([root, persons]): [Person, Person][] => {
    const now = after.get(root);
    if (now === undefined || [...persons].some((person) => now.has(person))) return [];
    return [[[...persons][0]!, [...now][0]!]];
  });
}

function byRoot(bonds: readonly Bond[]): Map<string, Set<Person>> {
  const persons = new Map<string, Set<Person>>();
  for (const { root, person } of bonds) {
    persons.set(root, (persons.get(root) ?? new Set<Person>()).add(person));
  }
  return persons;
}

function distinctFaults(faults: readonly Fault[]): Fault[] {
  return [
    ...new Map(faults.map((fault) => [`${fault.from ?? ''} ${fault.to ?? ''}`, fault])).values(),
  ];
}

import { compareQualifiers } from './compare-qualifiers.ts';
import {
  compareAmounts,
  compareBounds,
  compareMarks,
  compareRelations,
} from './compare-relations.ts';
import { compareNegations, comparePersons, denyAlike, type Fault } from './compare-statements.ts';
import { compareFrequencies, type Often } from './frequency.ts';
import { analyse, type TextAnalysis } from './facts-of.ts';
import type { Fact, FactComparison } from './fact.ts';
import { isCorrected, possessivesOf } from './misspelt.ts';
import { needsCapital, piecesOf } from './names.ts';
import { reachOfQualifier, withAnyQualifier } from './qualifiers.ts';
import { isHard } from './severity.ts';
import type { Statements } from './statements.ts';

export interface CompareOptions {
  /** Whether the rewrite is cut off: facts that it has not reached are not missing. */
  readonly cut?: boolean | undefined;
  /** Whether to report only what must not be offered: no names, speakers and modal verbs. */
  readonly hardOnly?: boolean | undefined;
}

/** A text and what it says. */
interface Told {
  readonly analysis: TextAnalysis;
  readonly facts: readonly Fact[];
  readonly byKey: ReadonlyMap<string, readonly Fact[]>;
  readonly pieces: ReadonlySet<string>;
  readonly lowerPieces: ReadonlySet<string>;
  /** How many negations it has, and how many persons speak in it. */
  readonly denials: number;
  readonly speakers: number;
}

/** The facts of a draft that a rewrite lost, changed or added. */
export function compareFacts(
  draft: string,
  rewrite: string,
  options: CompareOptions = {},
): FactComparison {
  return factComparer(draft)(rewrite, options);
}

/** Compares one draft with many rewrites. */
export function factComparer(
  draft: string,
): (rewrite: string, options?: CompareOptions) => FactComparison {
  const told = tell(draft);
  return (rewrite, options = {}) =>
    compare(told, options.cut === true ? tellCut(rewrite) : tell(rewrite), options);
}

/** The end of a text in which a "not" may yet become "not more than 5". */
const openDenial =
  /(?<![\p{L}'’])(?:no|not|never|nothing|cannot|\p{L}{2,8}n['’]t)(?:\s\p{L}{1,20}){0,5}$/iu;

/** A text that is cut off, without its last word and a fact that may continue there. */
function tellCut(text: string): Told {
  const whole = text
    .replace(/\S{1,200}$/u, '')
    .trimEnd()
    .replace(openDenial, '')
    .trimEnd();
  const { length } = whole;
  return tell(whole, ({ end }) => end < length, length - reachOfQualifier);
}

/** @param settled where the text may still say of its numbers whether they are bounds */
function tell(
  text: string,
  isWhole: (fact: Fact) => boolean = () => true,
  settled = Infinity,
): Told {
  const analysis = analyse(text);
  const facts = analysis.flatMap(({ analysis: { facts: found }, start }) =>
    found
      .filter((fact) => isWhole({ ...fact, end: fact.end + start }))
      .map((fact) => (fact.end + start > settled ? withAnyQualifier(fact) : fact)),
  );
  const byKey = new Map<string, Fact[]>();
  for (const fact of facts) {
    for (const key of [fact.key, ...(fact.alternatives ?? [])]) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [fact]);
      else list.push(fact);
    }
  }
  const pieces = new Set(piecesOf(text));
  const lowerPieces = new Set([...pieces, ...possessivesOf(text)].map((it) => it.toLowerCase()));
  const statements = analysis.map(({ analysis: { statements: said } }) => said);
  const denials = statements.reduce((sum, said) => sum + said.facts.length, 0);
  const acting = statements.flatMap(({ persons }) => persons.acts.map(({ person }) => person));
  const speakers = new Set(acting.filter((person) => person !== 'you')).size;
  return { analysis, facts, byKey, pieces, lowerPieces, denials, speakers };
}

function compare(
  draft: Told,
  rewrite: Told,
  { cut = false, hardOnly = false }: CompareOptions,
): FactComparison {
  const stated = distinct(draft.facts);
  const lost = stated.filter((fact) => !says(rewrite, fact));
  const fresh = distinct(rewrite.facts).filter(
    (fact) => !says(draft, fact) && !isCorrected(fact, draft, rewrite),
  );
  const faults = [
    ...pairFaults(pair(lost, fresh, namesByPiece(rewrite.facts)), cut),
    ...faultsOf(draft, rewrite, cut),
  ].filter(({ soft }) => !(hardOnly && soft === true));
  const missing = faults.flatMap(onlyFrom);
  const changed = faults.flatMap(both);
  const required = stated.filter(({ optional }) => optional !== true);
  const total = required.length + draft.denials + draft.speakers;
  const reached = required.length - lost.filter(({ optional }) => optional !== true).length;
  return {
    missing,
    changed,
    added: faults.flatMap(onlyTo),
    kept: cut ? reached : Math.max(0, total - missing.length - changed.length),
    total,
  };
}

function faultsOf(draft: Told, rewrite: Told, cut: boolean): Fault[] {
  const [before, after] = [statementsIn(draft), statementsIn(rewrite)];
  const alike = denyAlike(before, after);
  return [
    ...compareMarks(draft.facts, rewrite.facts, cut),
    ...compareRelations(draft.facts, rewrite.facts),
    ...compareAmounts(draft.facts, rewrite.facts),
    ...compareQualifiers(draft.facts, rewrite.facts, { cut, denyAlike: alike }),
    ...(alike ? compareBounds(draft.facts, rewrite.facts) : []),
    ...compareNegations(before, after, cut),
    ...comparePersons(before, after),
    // A phrase that is cut off may say anything: "more often" of "more often than not".
    ...(cut ? [] : compareFrequencies(frequenciesIn(before), frequenciesIn(after))),
  ];
}

function frequenciesIn(statements: readonly Statements[]): Often[] {
  return statements.flatMap(({ frequencies }) => frequencies);
}

function onlyFrom({ from, to }: Fault): string[] {
  return from !== undefined && to === undefined ? [from] : [];
}

function onlyTo({ from, to }: Fault): string[] {
  return from === undefined && to !== undefined ? [to] : [];
}

function both({ from, to }: Fault): { from: string; to: string }[] {
  return from !== undefined && to !== undefined ? [{ from, to }] : [];
}

function statementsIn({ analysis }: Told): Statements[] {
  return analysis.map(({ analysis: { statements } }) => statements);
}

/** The first of each fact that a text repeats. */
function distinct(facts: readonly Fact[]): Fact[] {
  return [...new Map([...facts].reverse().map((fact) => [fact.key, fact])).values()].reverse();
}

function says({ byKey, pieces, lowerPieces }: Told, fact: Fact): boolean {
  if ([fact.key, ...(fact.alternatives ?? [])].some((key) => byKey.has(key))) return true;
  if (fact.kind !== 'name' && fact.kind !== 'id') return false;
  return piecesOf(fact.key).every((piece) =>
    needsCapital(piece)
      ? [...piecesOf(fact.text)].some(
          (written) => written.toLowerCase() === piece && pieces.has(written),
        )
      : lowerPieces.has(piece),
  );
}

interface Pairs {
  readonly changed: readonly { readonly from: Fact; readonly to: Fact }[];
  readonly missing: readonly Fact[];
  readonly added: readonly Fact[];
}

/** What became of the facts that changed; a text that is cut may still reach those it lacks. */
function pairFaults({ changed, missing, added }: Pairs, cut: boolean): Fault[] {
  const ofFact = (fact: Fact) => ({ soft: !isHard(fact) });
  const faults: Fault[] = [
    ...(cut ? [] : missing.map((fact) => ({ from: fact.text, ...ofFact(fact) }))),
    ...changed.map(({ from, to }) => ({ from: from.text, to: to.text, ...ofFact(from) })),
    ...added.map((fact) => ({ to: fact.text, ...ofFact(fact) })),
  ];
  const idOf = ({ from, to }: Fault) => JSON.stringify([from, to]);
  const byId = new Map([...faults].reverse().map((fault) => [idOf(fault), fault]));
  return [...byId.values()].reverse();
}

/** Pairs each lost fact with a new one of its kind: what it became. */
function pair(
  lost: readonly Fact[],
  fresh: readonly Fact[],
  names: ReadonlyMap<string, Fact>,
): Pairs {
  const open = new Map<string, Fact[]>();
  for (const fact of [...fresh].reverse()) {
    const family = familyOf(fact);
    open.set(family, open.get(family) ?? []);
    open.get(family)!.push(fact);
  }
  const changed: { from: Fact; to: Fact }[] = [];
  const missing: Fact[] = [];
  for (const from of lost) {
    const to = shorterName(from, names) ?? open.get(familyOf(from))?.pop();
    if (to !== undefined) changed.push({ from, to });
    else if (from.optional !== true) missing.push(from);
  }
  const added = [...open.values()].flat().filter(({ optional }) => optional !== true);
  return { changed, missing, added: added.sort((a, b) => a.start - b.start) };
}

function namesByPiece(facts: readonly Fact[]): Map<string, Fact> {
  const names = facts.filter(({ kind }) => kind === 'name');
  return new Map(
    names.flatMap((name) => name.key.split(' ').map((piece) => [piece, name] as const)),
  );
}

/** The part of a name that stands for it: "Maria" for "Maria Lopez". */
function shorterName({ kind, key }: Fact, names: ReadonlyMap<string, Fact>): Fact | undefined {
  if (kind !== 'name') return undefined;
  return key
    .split(' ')
    .map((piece) => names.get(piece))
    .find((name) => name !== undefined);
}

/** Facts of one family may become one another. */
function familyOf({ kind, key, optional }: Fact): string {
  // "A month" may become "weekly", but neither a number nor "both".
  if (optional === true && kind === 'number' && key.includes(' ')) return 'rate';
  return kind === 'amount' ? 'number' : kind;
}

import { compareNegations, comparePersons } from './compare-statements.ts';
import { analyse, type TextAnalysis } from './facts-of.ts';
import type { Fact, FactComparison } from './fact.ts';
import { needsCapital, piecesOf } from './names.ts';
import type { Statements } from './statements.ts';

export interface CompareOptions {
  /** Whether the rewrite is cut off: facts that it has not reached are not missing. */
  readonly cut?: boolean | undefined;
}

/** A text and what it says. */
interface Told {
  readonly text: string;
  readonly analysis: TextAnalysis;
  readonly facts: readonly Fact[];
  readonly byKey: ReadonlyMap<string, readonly Fact[]>;
  readonly pieces: ReadonlySet<string>;
  readonly lowerPieces: ReadonlySet<string>;
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
  return (rewrite, { cut = false } = {}) => compare(told, tell(rewrite), cut);
}

function tell(text: string): Told {
  const analysis = analyse(text);
  const facts = analysis.flatMap(({ analysis: { facts: found } }) => found);
  const byKey = new Map<string, Fact[]>();
  for (const fact of facts) {
    for (const key of [fact.key, ...(fact.alternatives ?? [])]) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [fact]);
      else list.push(fact);
    }
  }
  const pieces = new Set(piecesOf(text));
  const lowerPieces = new Set([...pieces].map((piece) => piece.toLowerCase()));
  return { text, analysis, facts, byKey, pieces, lowerPieces };
}

function compare(draft: Told, rewrite: Told, cut: boolean): FactComparison {
  const stated = distinct(draft.facts);
  const lost = stated.filter((fact) => !says(rewrite, fact));
  const fresh = distinct(rewrite.facts).filter((fact) => !says(draft, fact));
  const { changed, missing, added } = pair(lost, fresh);
  const [said, says2] = [statementsIn(draft), statementsIn(rewrite)];
  const faults = [...compareNegations(said, says2, cut), ...comparePersons(said, says2, cut)];
  const required = stated.filter(({ optional }) => optional !== true);
  const total = required.length;
  return {
    missing: [
      ...(cut ? [] : textsOf(missing)),
      ...faults.flatMap(({ from, to }) => (from !== undefined && to === undefined ? [from] : [])),
    ],
    changed: [
      ...changed,
      ...faults.flatMap(({ from, to }) =>
        from !== undefined && to !== undefined ? [{ from, to }] : [],
      ),
    ],
    added: [
      ...textsOf(added),
      ...faults.flatMap(({ from, to }) => (from === undefined && to !== undefined ? [to] : [])),
    ],
    kept: total - required.filter((fact) => lost.includes(fact)).length,
    total,
  };
}

function statementsIn({ analysis }: Told): Statements[] {
  return analysis.map(({ analysis: { statements } }) => statements);
}

function textsOf(facts: readonly Fact[]): string[] {
  return [...new Set(facts.map(({ text }) => text))];
}

/** The first of each fact that a text repeats. */
function distinct(facts: readonly Fact[]): Fact[] {
  return [...new Map([...facts].reverse().map((fact) => [fact.key, fact])).values()].reverse();
}

function says({ byKey, pieces, lowerPieces }: Told, fact: Fact): boolean {
  if ([fact.key, ...(fact.alternatives ?? [])].some((key) => byKey.has(key))) return true;
  if (fact.kind !== 'name') return false;
  return piecesOf(fact.key).every((piece) =>
    needsCapital(piece)
      ? [...piecesOf(fact.text)].some(
          (written) => written.toLowerCase() === piece && pieces.has(written),
        )
      : lowerPieces.has(piece),
  );
}

interface Pairs {
  readonly changed: { from: string; to: string }[];
  readonly missing: readonly Fact[];
  readonly added: readonly Fact[];
}

/** Pairs each lost fact with a new one of its kind: what it became. */
function pair(lost: readonly Fact[], fresh: readonly Fact[]): Pairs {
  const open = new Set(fresh);
  const changed: { from: string; to: string }[] = [];
  const missing: Fact[] = [];
  for (const from of lost) {
    const to = [...open].find((fact) => sameFamily(from, fact));
    if (to === undefined) {
      if (from.optional !== true) missing.push(from);
      continue;
    }
    open.delete(to);
    changed.push({ from: from.text, to: to.text });
  }
  return { changed, missing, added: [...open].filter(({ optional }) => optional !== true) };
}

function sameFamily(a: Fact, b: Fact): boolean {
  return familyOf(a) === familyOf(b);
}

function familyOf({ kind }: Fact): string {
  return kind === 'amount' ? 'number' : kind;
}

import type { Fact } from './fact.ts';
import type { Fault } from './compare-statements.ts';
import { rootOf } from './lexicon.ts';

/** Facts that both texts have, in other relations: "5 servers and 3 disks", "from A to B". */
export function compareRelations(draft: readonly Fact[], rewrite: readonly Fact[]): Fault[] {
  return [...countFaults(draft, rewrite), ...directionFaults(draft, rewrite)];
}

/** Amounts that the rewrite says more often than the draft: of something else, too. */
export function compareAmounts(draft: readonly Fact[], rewrite: readonly Fact[]): Fault[] {
  const [before, after] = [amountsOf(draft), amountsOf(rewrite)];
  return [...after].flatMap(([key, { length, 0: first }]): Fault[] => {
    const said = before.get(key)?.length ?? 0;
    return said > 0 && length > said ? [{ to: first!.text }] : [];
  });
}

function amountsOf(facts: readonly Fact[]): Map<string, Fact[]> {
  return grouped(facts, ({ kind, key }) => (kind === 'amount' ? key : ''));
}

/** Numbers that count another thing now, because two were exchanged or one was repeated. */
function countFaults(draft: readonly Fact[], rewrite: readonly Fact[]): Fault[] {
  const [before, after] = [byCounted(draft), byCounted(rewrite)];
  const [keys, newKeys] = [keysOf(draft), keysOf(rewrite)];
  return [...before].flatMap(([noun, facts]): Fault[] => {
    const now = after.get(noun);
    if (now === undefined || !isDisjoint(facts, now)) return [];
    const [from, to] = [facts[0]!, now[0]!];
    // A number that is lost altogether is reported with the other facts, unless it is optional.
    if (!(newKeys.has(from.key) || from.optional === true) || !keys.has(to.key)) return [];
    return [{ from: `${from.text} ${from.counts!}`, to: `${to.text} ${to.counts!}` }];
  });
}

function byCounted(facts: readonly Fact[]): Map<string, Fact[]> {
  return grouped(facts, ({ counts = '' }) => rootOf(counts.toLowerCase()));
}

/** Facts by a name that is not empty. */
function grouped(facts: readonly Fact[], nameOf: (fact: Fact) => string): Map<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const name = nameOf(fact);
    const group = groups.get(name);
    if (group !== undefined) group.push(fact);
    else if (name !== '') groups.set(name, [fact]);
  }
  return groups;
}

function isDisjoint(facts: readonly Fact[], others: readonly Fact[]): boolean {
  const keys = keysOf(facts);
  return !others.some(({ key }) => keys.has(key));
}

function keysOf(facts: readonly Fact[]): Set<string> {
  return new Set(facts.map(({ key }) => key));
}

/** Where something begins and ends, exchanged. */
function directionFaults(draft: readonly Fact[], rewrite: readonly Fact[]): Fault[] {
  const withRole = (facts: readonly Fact[], role: Fact['role']) =>
    new Map(facts.filter((fact) => fact.role === role).map((fact) => [fact.key, fact]));
  const [from, to] = [withRole(draft, 'from'), withRole(draft, 'to')];
  const [newFrom, newTo] = [withRole(rewrite, 'from'), withRole(rewrite, 'to')];
  return [...from.values()]
    .filter(({ key }) => newTo.has(key) && !newFrom.has(key) && !to.has(key))
    .flatMap((fact): Fault[] => {
      const now = [...newFrom.values()].find(({ key }) => to.has(key));
      return now === undefined ? [] : [{ from: `from ${fact.text}`, to: `from ${now.text}` }];
    });
}

/** Dates and times that were the latest and are the earliest now, or the other way round. */
export function compareBounds(draft: readonly Fact[], rewrite: readonly Fact[]): Fault[] {
  const [before, after] = [grouped(draft, ({ key }) => key), grouped(rewrite, ({ key }) => key)];
  return [...before].flatMap(([key, bounds]): Fault[] => {
    const [was, is] = [only(bounds), only(after.get(key) ?? [])];
    if (was?.bound === undefined || is?.bound === undefined || was.bound === is.bound) return [];
    return [
      { from: `${boundWords[was.bound]} ${was.text}`, to: `${boundWords[is.bound]} ${is.text}` },
    ];
  });
}

const boundWords = { low: 'after', high: 'before' } as const;

/** The first fact if all have the same bound. */
function only(facts: readonly Fact[]): Fact | undefined {
  return facts.every(({ bound }) => bound === facts[0]?.bound) ? facts[0] : undefined;
}

/** Marks that a text has more or less often than before. */
export function compareMarks(
  draft: readonly Fact[],
  rewrite: readonly Fact[],
  cut: boolean,
): Fault[] {
  const [before, after] = [countMarks(draft), countMarks(rewrite)];
  return [...before].flatMap(([mark, count]): Fault[] => {
    const now = after.get(mark) ?? 0;
    if (now > count) return [{ to: mark }];
    // A mark that is missing altogether is reported with the other facts.
    return now > 0 && now < count && !cut ? [{ from: mark }] : [];
  });
}

function countMarks(facts: readonly Fact[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, key } of facts) {
    if (kind === 'mark') counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

import type { Fault } from './compare-statements.ts';
import type { Exactness, Fact } from './fact.ts';

const exact: readonly Exactness[] = ['exact'];

export interface QualifierOptions {
  /** Whether the rewrite is cut off, so that it may still say more of a number. */
  readonly cut: boolean;
  /** Whether both texts deny equally often; else "not under 5" may be "at least 5". */
  readonly denyAlike: boolean;
}

/** Numbers that both texts have, with another meaning: "at least 5" for "5". */
export function compareQualifiers(
  draft: readonly Fact[],
  rewrite: readonly Fact[],
  { cut, denyAlike }: QualifierOptions,
): Fault[] {
  const [before, after] = [byKey(draft), byKey(rewrite)];
  return [...before].flatMap(([key, said]): Fault[] => {
    const now = after.get(key) ?? [];
    const lost = said.find((fact) => isSure(fact) && !now.some((other) => agree(fact, other)));
    const fresh = now.find((fact) => isSure(fact) && !said.some((other) => agree(fact, other)));
    if (now.length === 0 || (lost === undefined && fresh === undefined)) return [];
    // A number said twice, once with and once without, may be said once.
    if (fresh === undefined && now.length < said.length && (cut || said.some(isPlain))) return [];
    const [from, to] = [lost ?? said[0]!, fresh ?? now[0]!];
    if (!denyAlike && isBound(from) && isBound(to)) return [];
    return [{ from: textOf(from), to: textOf(to) }];
  });
}

function byKey(facts: readonly Fact[]): Map<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const group = groups.get(fact.key);
    if (group === undefined) groups.set(fact.key, [fact]);
    else group.push(fact);
  }
  return groups;
}

function meaningsOf({ qualifier }: Fact): readonly Exactness[] {
  return qualifier?.meanings ?? exact;
}

function isSure(fact: Fact): boolean {
  return !meaningsOf(fact).includes('exact');
}

function isPlain(fact: Fact): boolean {
  return !isSure(fact);
}

function agree(one: Fact, other: Fact): boolean {
  return meaningsOf(one).some((meaning) => meaningsOf(other).includes(meaning));
}

function isBound(fact: Fact): boolean {
  return meaningsOf(fact).some((meaning) => / (?:least|most|than)$/u.test(meaning));
}

function textOf({ qualifier, text }: Fact): string {
  return qualifier?.text ?? text;
}

import type { FactComparison } from './fact.ts';
import { factsOf } from './facts-of.ts';
export function compareFacts(draft: string, rewrite: string): FactComparison {
  const a = factsOf(draft).map((f) => f.key);
  const b = factsOf(rewrite).map((f) => f.key);
  const missing = a.filter((k) => !b.includes(k));
  const added = b.filter((k) => !a.includes(k));
  return { missing, changed: [], added, kept: a.length - missing.length, total: a.length };
}

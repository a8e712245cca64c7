import type { FactComparison } from '../protocol/rewriting.ts';

/** The facts of several parts together. */
export function sumOfFacts(parts: readonly FactComparison[]): FactComparison {
  return {
    missing: parts.flatMap(({ missing }) => missing),
    changed: parts.flatMap(({ changed }) => changed),
    added: parts.flatMap(({ added }) => added),
    kept: parts.reduce((sum, { kept }) => sum + kept, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
  };
}

import type { Fact } from './fact.ts';
export function factsOf(text: string): readonly Fact[] {
  return [...text.matchAll(/\d+(?:[.,]\d+)*/gu)].map((m) => ({
    kind: 'number',
    text: m[0],
    start: m.index,
    end: m.index + m[0].length,
    key: m[0],
  }));
}

import type { Divergence } from './events.ts';

/** Bounds of a KL as a short text in any language: "8.05", "5.2–8.4", "≥ 5.2", "≤ 1.4". */
export function formatDivergence(
  { kind, low, high }: Pick<Divergence, 'kind' | 'low' | 'high'>,
  digits: number,
): string {
  const [least, most] = [low.toFixed(digits), high?.toFixed(digits)];
  if (kind === 'upper-bound') return `≤ ${most}`;
  if (most === undefined) return `≥ ${least}`;
  return least === most ? least : `${least}–${most}`;
}

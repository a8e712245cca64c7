import { divergence } from '../metrics/divergence.ts';
import { mean, type Bootstrap } from '../metrics/interval.ts';
import type { Measured } from '../metrics/measure.ts';
import type { EvaluatedMethod } from '../../protocol/evaluation.ts';
import { methodsOf, ownOf, type SetupResult } from './analysis.ts';
import type { Cell, Table } from './table.ts';
import { positionsPerToken } from './text-tables.ts';

/** One point of a method's curve. */
interface Point {
  readonly x: number;
  readonly reward: number;
}

/** What methods are compared at; undefined where a method has none. */
type Terms = (each: Measured, bootstrap: Bootstrap) => number | undefined;

const terms: readonly (readonly [name: string, terms: Terms])[] = [
  ['KL', (each, bootstrap) => divergence(each, bootstrap)?.value],
  ['positions a token', (each) => positionsPerToken(each)],
];

/**
 * The reward of every method with a curve, at the KL and at the cost of each point of the setup's
 * TQ*; only setups where TQ* has a curve over alpha.
 */
export function equalTermsTable(results: readonly SetupResult[]): Table {
  const compared = results.filter((result) => curveOf(result, ownOf(result)).length > 1);
  const methods = [
    ...new Set(compared.flatMap(({ ablation, bestOf }) => methodsOf([...ablation, ...bestOf]))),
  ];
  return {
    id: 'equal-terms',
    title: 'Reward at equal KL and at equal cost',
    notes: [
      "Mean target reward of each method at the KL, or the policy positions a token, of a point of TQ*'s curve over alpha. Other methods are interpolated linearly between the neighbouring points of their own curve over alpha or N; a dash where their curve does not reach. The KL of bon is its bound.",
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Equal' },
      { name: 'At', digits: 2 },
      ...methods.map((name) => ({ name, digits: 3 })),
    ],
    rows: compared.flatMap((result) =>
      terms.flatMap(([name, place]) => rowsOf(result, methods, name, place)),
    ),
  };
}

function rowsOf(
  result: SetupResult,
  methods: readonly EvaluatedMethod[],
  name: string,
  place: Terms,
): Cell[][] {
  const points = (curve: readonly Measured[]): Point[] =>
    curve.flatMap((each) => {
      const x = place(each, result.bootstrap);
      return x === undefined ? [] : [{ x, reward: mean(each.rewards) }];
    });
  const curves = methods.map((method) => points(curveOf(result, { variant: { method } })));
  return points(curveOf(result, ownOf(result)))
    .sort((a, b) => a.x - b.x)
    .map(({ x }) => [result.setup.id, name, x, ...curves.map((curve) => rewardAt(curve, x))]);
}

/** The points of a method: over N, or over alpha with its largest k. */
function curveOf(
  { ablation, bestOf }: SetupResult,
  of: { readonly variant: { readonly method: EvaluatedMethod } } | undefined,
): Measured[] {
  if (!of) return [];
  const own = [...ablation, ...bestOf].filter(
    ({ variant }) => variant.method === of.variant.method,
  );
  const widest = Math.max(...own.map(({ variant }) => variant.k ?? 0));
  return own.filter(({ variant }) => (variant.k ?? 0) === widest);
}

/** Linear interpolation; null outside the curve. */
export function rewardAt(curve: readonly Point[], x: number): number | null {
  const sorted = [...curve].sort((a, b) => a.x - b.x);
  const exact = sorted.find((point) => point.x === x);
  if (exact) return exact.reward;
  const after = sorted.findIndex((point) => point.x > x);
  if (after < 1) return null;
  const [left, right] = [sorted[after - 1]!, sorted[after]!];
  return left.reward + ((right.reward - left.reward) * (x - left.x)) / (right.x - left.x);
}

import { Bootstrap } from '../metrics/interval.ts';
import type { Measured } from '../metrics/measure.ts';
import type { Setup } from '../suites/suite.ts';
import { ownMethod, type EvaluatedMethod } from '../suites/methods.ts';

/** Everything measured in one setup. */
export interface SetupResult {
  readonly setup: Setup;
  /** The variants of the main comparison, in the order of the methods. */
  readonly main: readonly Measured[];
  /**
   * The points of the ablation by method, k and alpha; those of the main comparison that lie on its grid
   * are among them.
   */
  readonly ablation: readonly Measured[];
  readonly bootstrap: Bootstrap;
}

/** Groups what was measured by setup. */
export function setupResults(measured: readonly Measured[], seed: number): SetupResult[] {
  const setups = [...new Set(measured.map(({ variant }) => variant.setup))];
  return setups.map((setup) => {
    const own = measured.filter(({ variant }) => variant.setup === setup);
    return {
      setup,
      main: own.filter(({ variant }) => variant.main),
      ablation: ablationOf(own),
      bootstrap: new Bootstrap(setup.prompts.length, seed),
    };
  });
}

function ablationOf(own: readonly Measured[]): Measured[] {
  const points = own.filter(({ variant }) => variant.ablated);
  const methods = [...new Set(points.map(({ variant }) => variant.method))];
  const place = ({ variant: { method, k, alpha } }: Measured): number[] => [
    methods.indexOf(method),
    k ?? 0,
    alpha ?? 0,
  ];
  return points.sort((a, b) => {
    const [first, second] = [place(a), place(b)];
    return first.map((value, index) => value - second[index]!).find((by) => by !== 0) ?? 0;
  });
}

export function methodOf(
  { main }: SetupResult,
  method: EvaluatedMethod | undefined,
): Measured | undefined {
  return main.find(({ variant }) => variant.method === method);
}

/** The measurements of the setup's TQ*, where it is among the methods. */
export function ownOf(result: SetupResult): Measured | undefined {
  return methodOf(result, ownMethod(result.main.map(({ variant }) => variant.method)));
}

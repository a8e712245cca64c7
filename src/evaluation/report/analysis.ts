import type { EvaluatedMethod } from '../../protocol/evaluation.ts';
import { Bootstrap } from '../metrics/interval.ts';
import type { Measured } from '../metrics/measure.ts';
import type { Setup } from '../suites/suite.ts';
import { ownMethod } from '../suites/methods.ts';

/** All measurements of one setup. */
export interface SetupResult {
  readonly setup: Setup;
  /** The variants of the main comparison, in the order of the methods. */
  readonly main: readonly Measured[];
  /**
   * The points of the ablation by method, k and alpha, including points of the main comparison on
   * its grid.
   */
  readonly ablation: readonly Measured[];
  /** Best-of-N by method and N, including the N of the main comparison. */
  readonly bestOf: readonly Measured[];
  readonly bootstrap: Bootstrap;
}

/** Groups measurements by setup. */
export function setupResults(measured: readonly Measured[], seed: number): SetupResult[] {
  const setups = [...new Set(measured.map(({ variant }) => variant.setup))];
  return setups.map((setup) => {
    const own = measured.filter(({ variant }) => variant.setup === setup);
    return {
      setup,
      main: own.filter(({ variant }) => variant.main),
      ablation: ablationOf(own),
      bestOf: bestOfN(own),
      bootstrap: new Bootstrap(setup.prompts.length, seed),
    };
  });
}

function ablationOf(own: readonly Measured[]): Measured[] {
  const points = own.filter(({ variant }) => variant.ablated);
  const methods = methodsOf(points);
  return points.sort(
    ({ variant: a }, { variant: b }) =>
      methods.indexOf(a.method) - methods.indexOf(b.method) || a.k! - b.k! || a.alpha! - b.alpha!,
  );
}

function bestOfN(own: readonly Measured[]): Measured[] {
  const sampled = own.filter(({ variant }) => variant.bestOf !== null);
  const methods = methodsOf(sampled);
  return sampled.sort(
    ({ variant: a }, { variant: b }) =>
      methods.indexOf(a.method) - methods.indexOf(b.method) || a.bestOf! - b.bestOf!,
  );
}

export function methodsOf(measured: readonly Measured[]): EvaluatedMethod[] {
  return [...new Set(measured.map(({ variant }) => variant.method))];
}

export function methodOf(
  { main }: SetupResult,
  method: EvaluatedMethod | undefined,
): Measured | undefined {
  return main.find(({ variant }) => variant.method === method);
}

/** The measurements of the setup's TQ*; undefined if it is not among the methods. */
export function ownOf(result: SetupResult): Measured | undefined {
  return methodOf(result, ownMethod(result.main.map(({ variant }) => variant.method)));
}

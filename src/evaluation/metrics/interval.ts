import { stream } from '../../decoding/random.ts';

/** An estimate with its 95% interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;

/**
 * Percentile bootstrap (Efron 1979) over prompts. All estimates use the same draws of prompts, so
 * differences between methods are paired.
 */
export class Bootstrap {
  readonly #draws: readonly Uint32Array[];

  /** @param count number of prompts; every sample has one number for each */
  constructor(
    private readonly count: number,
    seed: number,
  ) {
    this.#draws = Array.from({ length: resamples }, (_, index) => {
      const random = stream(seed, 'sample', index);
      return Uint32Array.from({ length: count }, () => Math.floor(random.uniform() * count));
    });
  }

  /**
   * A statistic of one or several samples, each [count].
   * @throws RangeError for a sample of another length
   */
  estimate(
    samples: readonly (readonly number[])[],
    statistic: (...samples: (readonly number[])[]) => number,
  ): Estimate {
    for (const sample of samples) {
      if (sample.length !== this.count) {
        throw new RangeError(`A sample has ${sample.length} numbers, not ${this.count}.`);
      }
    }
    const value = statistic(...samples);
    const drawn = this.#draws
      .map((indices) =>
        statistic(...samples.map((sample) => Array.from(indices, (i) => sample[i]!))),
      )
      .filter((each) => Number.isFinite(each))
      .sort((a, b) => a - b);
    return { value, low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
  }

  mean(sample: readonly number[]): Estimate {
    return this.estimate([sample], mean);
  }

  /** Mean of the paired differences first - second. */
  difference(first: readonly number[], second: readonly number[]): Estimate {
    return this.estimate([first, second], (a, b) => mean(a) - mean(b));
  }

  /** Mean of the first over the mean of the second. */
  ratio(first: readonly number[], second: readonly number[]): Estimate {
    return this.estimate([first, second], (a, b) => mean(a) / mean(b));
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Linear interpolation between order statistics, as in NumPy; NaN for an empty list. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

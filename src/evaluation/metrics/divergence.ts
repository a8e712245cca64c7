import type { Divergence } from '../../protocol/events.ts';
import { mean, type Bootstrap, type Estimate } from './interval.ts';
import { perPrompt, type Measured } from './measure.ts';

/** What the tables' KL is. */
export const divergenceNote =
  'KL: mean over responses of the sum over tokens of KL(pi_alg || reference policy), in nats, along the text; for methods that value candidates, pi_alg is the softmax of the scores, (12), also where the text is greedy. Where a value was not computed, the KL lies within the KL bounds, which follow from the range of the reward; the number is then the lower bound, and its interval holds both bounds and the bootstrap over prompts. Where the bounds are "at least" a number, nothing bounds the KL of a response above, and the interval is that of the lower bounds alone. bon has the upper bound log N - (N - 1)/N of KL(best-of-N || reference policy) instead; bon-dpo has none, because that bound is one to the baseline policy.';

/**
 * Mean KL to the reference policy over the responses, in nats; null if one has no KL. Where it is
 * not exact, the value is the mean of the lower bounds (the KL is at least that), and the interval
 * holds the 95% intervals of the mean of the lower bounds and of that of the upper ones.
 */
export function divergence(each: Measured, bootstrap: Bootstrap): Estimate | null {
  const spans = spansOf(each);
  if (spans === null) return null;
  const value = mean(spans.map(({ place }) => place));
  const { low } = bootstrap.mean(spans.map((span) => span.low));
  const { high } = bootstrap.mean(spans.map((span) => span.high));
  return { value, low, high };
}

/**
 * The means of the lower and of the upper bounds of the KL, the lower one alone if a response has
 * no upper bound; null if a response has no KL.
 */
export function divergenceBounds(each: Measured): string | null {
  const spans = spansOf(each);
  if (spans === null) return null;
  const low = mean(spans.map((span) => span.low)).toFixed(2);
  const isOpen = each.responses.some(({ kl }) => kl?.high === null);
  return isOpen ? `at least ${low}` : `${low} to ${mean(spans.map(({ high }) => high)).toFixed(2)}`;
}

/** Mean log pi_SFT(y|x) over the responses, in nats; null if one has none. */
export function referenceLogProb(
  { responses, rewards }: Measured,
  bootstrap: Bootstrap,
): Estimate | null {
  const nats = responses.map((response) => response.referenceLogProb);
  return nats.every((each) => each !== null)
    ? bootstrap.mean(perPrompt(nats, rewards.length))
    : null;
}

interface KlSpan {
  readonly low: number;
  readonly high: number;
  /** The number that stands for it. */
  readonly place: number;
}

/** One span for each prompt: the mean over the seeds. */
function spansOf({ responses, rewards }: Measured): KlSpan[] | null {
  const spans = responses.map(({ kl }) => (kl === null ? null : spanOf(kl)));
  if (!spans.every((span) => span !== null)) return null;
  const of = (key: keyof KlSpan): number[] =>
    perPrompt(
      spans.map((span) => span[key]),
      rewards.length,
    );
  const [lows, highs, places] = [of('low'), of('high'), of('place')];
  return places.map((place, index) => ({ low: lows[index]!, high: highs[index]!, place }));
}

/** Of an upper bound alone, 0 is below; of a lower bound alone, nothing is above. */
function spanOf({ kind, low, high }: Divergence): KlSpan {
  const most = high ?? low;
  return { low, high: most, place: kind === 'upper-bound' ? most : low };
}

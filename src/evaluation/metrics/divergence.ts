import type { Bootstrap, Estimate } from './interval.ts';
import { perPrompt, type Measured } from './measure.ts';

/** What the tables' KL is. */
export const divergenceNote =
  'KL: mean over responses of the sum over tokens of KL(pi_alg || reference policy), in nats, of the softmax policy along the text that was written. Exact share: responses whose KL needed no estimated value. bon has the bound log N - (N - 1)/N of KL(best-of-N || reference policy) instead; bon-dpo has none, because that bound is one to the baseline policy.';

/** Mean KL to the reference policy over the responses; null if one has no KL. */
export function divergence(each: Measured, bootstrap: Bootstrap): Estimate | null {
  const nats = each.responses.map(({ kl }) => kl);
  return nats.every((value) => value !== null)
    ? bootstrap.mean(perPrompt(nats, each.rewards.length))
    : null;
}

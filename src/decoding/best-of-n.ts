import type { Rollout } from './policy.ts';
import { samplersOf } from './random.ts';
import type { SampledResponse } from './result.ts';
import type { Run } from './run.ts';

/** N responses, scored, and the best of them. */
export interface BestOfN {
  readonly best: Rollout;
  readonly samples: readonly SampledResponse[];
}

/**
 * Samples N whole responses of the reference policy in one batch and keeps the one of largest
 * reward, the first of equals.
 */
export async function bestOfN({ plan, session, text, ledger, signal }: Run): Promise<BestOfN> {
  const { rolloutsPerCandidate, maxTokens, seed, shortcuts } = plan.options;
  const temperature = samplingTemperature(plan.options.temperature);
  const promptLength = plan.prompt.tokens.length;
  const starts = samplersOf(seed, 'sample', rolloutsPerCandidate, temperature, promptLength).map(
    (sampler) => ({ tokens: [], length: maxTokens, sampler }),
  );
  const rollouts = await session.sequence.rollOut(starts, { reuse: shortcuts.carryOver, signal });
  ledger.responses(rollouts);
  const responses = rollouts.map(({ tokens, ended }) => text.response(tokens, ended));
  const rewards = await session.target!.score(responses, signal);
  return {
    best: rollouts[rewards.indexOf(Math.max(...rewards))]!,
    samples: responses.map((response, index) => ({
      text: response.text,
      reward: rewards[index]!,
    })),
  };
}

/**
 * An upper bound of KL(best-of-N || pi_SFT), log N - (N-1)/N (Beirami et al. 2024, "Theoretical
 * guarantees on the best-of-n alignment policy"); null unless the samples are pi_SFT's own.
 */
export function bestOfNDivergence(n: number, temperature: number): number | null {
  return samplingTemperature(temperature) === 1 ? Math.log(n) - (n - 1) / n : null;
}

/** Greedy responses would all be equal, so temperature 0 stands for 1. */
function samplingTemperature(temperature: number): number {
  return temperature === 0 ? 1 : temperature;
}

import type { Rollout } from '../policy.ts';
import { samplersOf } from '../random.ts';
import type { Divergence, SampledResponse } from '../result.ts';
import type { Run } from '../run.ts';
import { record } from '../write-steps.ts';
import type { Ending, Method, Written } from './method.ts';

/**
 * Best of N: samples N whole responses of pi_SFT, or of pi_BL by the option argsPolicy, and keeps
 * the one with the largest reward.
 */
export const bestOfN: Method = {
  id: 'bon',
  title: 'Best of N',
  score: 'r of the whole response',
  policy: 'either',
  needsReward: true,
  comparesWithReference: false,
  defaults: { rollout: 20, rollouts: 10 },
  estimate: undefined,
  branches: ({ rollouts, maxTokens }) => ({
    count: rollouts,
    length: maxTokens,
    options: 'rollouts or maxTokens',
  }),
  write,
};

async function* write(run: Run): Written {
  const { best, samples } = await drawBest(run);
  const { rollouts, temperature, argsPolicy } = run.plan.options;
  // Bound and log-probabilities are those of the policy that was sampled.
  const isReference = argsPolicy === 'reference';
  const kl = isReference ? bestOfNDivergence(rollouts, temperature) : null;
  let referenceLogProb = 0;
  const ending = (stop: Ending['stop']): Ending => ({
    stop,
    samples,
    bestOf: { kl, referenceLogProb: isReference ? referenceLogProb : null },
  });
  for (const [index, token] of best.tokens.entries()) {
    if (run.signal?.aborted) return ending('cancelled');
    const chosen = { token, logProb: best.logProbs[index]! };
    referenceLogProb += chosen.logProb;
    const { event, stop } = await record(run, { chosen, candidates: [], outcome: undefined });
    yield event;
    if (stop !== undefined) return ending(stop);
  }
  return ending('length');
}

/** Samples the responses in one batch; the first of equal rewards wins. */
async function drawBest({ plan, session, text, ledger, signal }: Run): Promise<{
  readonly best: Rollout;
  readonly samples: readonly SampledResponse[];
}> {
  const { rollouts: count, maxTokens, seed, shortcuts } = plan.options;
  const temperature = samplingTemperature(plan.options.temperature);
  const promptLength = plan.prompt.tokens.length;
  const starts = samplersOf(seed, 'sample', count, temperature, promptLength).map((sampler) => ({
    tokens: [],
    length: maxTokens,
    // No later step meets these samplers.
    sampler: { ...sampler, shared: false },
  }));
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
export function bestOfNDivergence(n: number, temperature: number): Divergence | null {
  if (samplingTemperature(temperature) !== 1) return null;
  const high = Math.log(n) - (n - 1) / n;
  return { kind: 'upper-bound', low: 0, high, of: 'best-of-n', path: 'sampled' };
}

/** Greedy responses would all be equal, so temperature 0 means 1. */
function samplingTemperature(temperature: number): number {
  return temperature === 0 ? 1 : temperature;
}

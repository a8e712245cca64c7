import type { IndirectReference, RolloutLaw } from '../protocol/options.ts';
import type { Candidate, Policy, PolicySequence, Rollout, TokenId } from './policy.ts';
import { gumbel, samplersOf, stream } from './random.ts';
import type { Reward, RewardPrompt } from './reward.ts';

/** What Algorithm 1 is given, with the paper's symbols. */
export interface Algorithm1 {
  readonly prompt: RewardPrompt; // x
  readonly policy: Policy; // pi_BL
  readonly reward: Reward; // r
  /** Indirect transfer; left out: direct transfer. */
  readonly indirect?: {
    readonly beta: number;
    /** r_BL, or pi_SFT for DPO's implicit r_BL. */
    readonly from: Reward | Policy;
    /** pi_ref of (17): derived from (15), or pi_BL as in the authors' code. */
    readonly reference: IndirectReference;
  };
  readonly alpha: number;
  readonly k: number;
  readonly rollout: number; // H
  readonly rollouts: number; // n
  /** Where n > 1, which rollouts share random numbers; as written, none. */
  readonly rolloutLaw: RolloutLaw;
  readonly maxTokens: number; // T
  readonly temperature: number; // 0 is greedy
  readonly seed: number;
  /** The text of response tokens. */
  readonly decode: (tokens: readonly TokenId[]) => string;
}

/**
 * Algorithm 1 of "Transfer Q*: Principled Decoding for LLM Alignment", as written: no cache, no
 * shortcut. Every other way to decode in this folder must choose the tokens that this one chooses.
 */
export async function* algorithm1(given: Algorithm1): AsyncGenerator<TokenId, void, void> {
  const y: TokenId[] = [];
  while (y.length < given.maxTokens) {
    const scored = await scoreCandidates(given, y);
    const [z] = scored.reduce((best, next) => (next[1] > best[1] ? next : best));
    y.push(z);
    yield z;
    if (given.policy.endTokens.has(z)) return;
  }
}

/** The k likeliest tokens z at s_t = [x, y_<t], likeliest first, each with what is maximised. */
export async function scoreCandidates(
  given: Algorithm1,
  y: readonly TokenId[],
): Promise<(readonly [z: TokenId, score: number])[]> {
  const { policy, prompt, alpha, k, temperature, seed } = given;
  const state = await policy.open([...prompt.tokens, ...y]);
  const scored: (readonly [TokenId, number])[] = [];
  for (const { token: z, logProb } of await state.next(k)) {
    if (logProb === -Infinity) continue;
    const [value, logMeanWeight] = await transferQ(given, y, await rollOut(given, state, y, z));
    // The argmax of score/temperature + Gumbel noise is a sample of the softmax of the scores,
    // (12).
    const noise = temperature * gumbel(stream(seed, 'choice', y.length, z));
    const logReference = logProb + logMeanWeight; // log pi_ref(z|s_t), up to a constant of s_t
    scored.push([z, logReference + value / alpha + (temperature > 0 ? noise : 0)]); // (11), (17)
  }
  state.close();
  return scored;
}

/** tau_1 ... tau_n ~ rho_BL(. | s_t, z), each after its z: greedy where n is 1. */
async function rollOut(
  { policy, prompt, rollout, rollouts, rolloutLaw, maxTokens, seed }: Algorithm1,
  state: PolicySequence,
  y: readonly TokenId[],
  z: Candidate['token'],
): Promise<Rollout[]> {
  const length = Math.min(rollout, maxTokens - y.length - 1);
  const ended = policy.endTokens.has(z);
  if (ended || length === 0) return [{ tokens: [z], ended, logProbs: [] }];
  const of = rolloutLaw === 'independent' ? { step: y.length, token: z } : undefined;
  const samplers =
    rollouts === 1
      ? [undefined]
      : samplersOf(seed, 'rollout', rollouts, 1, prompt.tokens.length, of);
  const starts = samplers.map((sampler) => ({ tokens: [z], length, sampler }));
  return state.rollOut(starts, { reuse: false });
}

/** TQ*(s_t, z), (10) or (16), and log E_BL[exp((r - r_BL)/beta) | s_t, z] if (17) needs it. */
async function transferQ(
  given: Algorithm1,
  y: readonly TokenId[],
  rollouts: readonly Rollout[],
): Promise<readonly [value: number, logMeanWeight: number]> {
  const r = await rewardsOf(given.reward, given, y, rollouts);
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  if (given.indirect === undefined) return [mean(r), 0];
  const { beta, from, reference } = given.indirect;
  const isReward = (source: Reward | Policy): source is Reward => 'range' in source;
  const rBL = isReward(from)
    ? await rewardsOf(from, given, y, rollouts)
    : await implicitRewards(from, given, y, rollouts);
  const exponents = r.map((reward, i) => (reward - rBL[i]!) / beta);
  const largest = Math.max(...exponents); // taken out, because exp must not overflow
  const weights = exponents.map((exponent) => Math.exp(exponent - largest));
  const value = mean(r.map((reward, i) => weights[i]! * reward)) / mean(weights);
  return [value, reference === 'derived' ? largest + Math.log(mean(weights)) : 0];
}

/** r(x, [y_<t, z, tau]) of each rollout. */
async function rewardsOf(
  reward: Reward,
  { prompt, decode }: Algorithm1,
  y: readonly TokenId[],
  rollouts: readonly Rollout[],
): Promise<number[]> {
  const session = await reward.open(prompt, { incremental: false });
  const responses = rollouts.map(({ tokens, ended }) => {
    const response = [...y, ...tokens];
    return { text: decode(response), tokens: response, ended };
  });
  const scores = await session.score(responses);
  session.close();
  return scores;
}

/** beta (log rho_BL(y|x) - log rho_SFT(y|x)), DPO's implicit reward, of each whole response. */
async function implicitRewards(
  reference: Policy,
  { policy, prompt, indirect }: Algorithm1,
  y: readonly TokenId[],
  rollouts: readonly Rollout[],
): Promise<number[]> {
  const responses = rollouts.map(({ tokens }) => [...y, ...tokens]);
  const logRho = async (of: Policy): Promise<number[]> => {
    const sequence = await of.open(prompt.tokens);
    const scores = await sequence.score(responses, { reuse: false });
    sequence.close();
    return scores;
  };
  const [baseline, sft] = [await logRho(policy), await logRho(reference)];
  return baseline.map((logProb, i) => indirect!.beta * (logProb - sft[i]!));
}

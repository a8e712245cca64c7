import type { RandomStream } from '../../decoding/policy.ts';
import { stream } from '../../decoding/random.ts';
import { normalised, type SmallMdp } from './small-mdp.ts';

/**
 * How the reward of a random MDP depends on the text.
 *
 * - `features`: a reward model in small. The logistic function of a weighted sum of the text's
 *   features: its tokens, its tokens with their places, and its pairs of neighbours. The same
 *   function reads an unfinished text, which has fewer features, so a prefix says something about
 *   the whole response. That is what ARGS relies on when it scores unfinished texts.
 * - `independent`: one uniform number for each text. A prefix says nothing about the responses that
 *   begin with it, so only methods that value whole responses are meaningful.
 */
export const rewardFamilies = ['features', 'independent'] as const;
export type RewardFamily = (typeof rewardFamilies)[number];

/**
 * A random small MDP: independent logits in [0, 4] for every state, and a reward in [0, 1].
 * @param index MDPs that differ only in it have the same pi_SFT and different rewards
 */
export function randomMdp(
  vocabularySize: number,
  horizon: number,
  seed: number,
  family: RewardFamily = 'independent',
  index = 0,
): SmallMdp {
  const streamOf = (tokens: readonly number[], purpose: 'choice' | 'sample'): RandomStream =>
    stream(
      seed,
      purpose,
      tokens.length,
      tokens.reduce((code, token) => code * vocabularySize + token, 0),
      purpose === 'sample' ? index : 0,
    );
  const reward =
    family === 'features'
      ? featureReward(vocabularySize, horizon, stream(seed, 'sample', 0, 0, index))
      : (text: readonly number[]) => streamOf(text, 'sample').uniform();
  return {
    horizon,
    referenceLogProbs: remembered((state) => {
      const random = streamOf(state, 'choice');
      return normalised(Array.from({ length: vocabularySize }, () => 4 * random.uniform()));
    }),
    reward: remembered(reward),
  };
}

/** The `features` reward with standard normal weights. */
function featureReward(
  vocabularySize: number,
  horizon: number,
  random: RandomStream,
): (text: readonly number[]) => number {
  const weights = (count: number): number[] =>
    Array.from({ length: count }, () => standardNormal(random));
  const ofToken = weights(vocabularySize);
  const ofPlace = weights(vocabularySize * horizon);
  const ofPair = weights(vocabularySize ** 2);
  // Dividing by the root of T keeps the rewards of long responses away from 0 and 1.
  const scale = Math.sqrt(horizon);
  return (text) => {
    const sum = text.reduce((total, token, place) => {
      const pair = place === 0 ? 0 : ofPair[text[place - 1]! * vocabularySize + token]!;
      return total + ofToken[token]! + ofPlace[place * vocabularySize + token]! + pair;
    }, 0);
    return 1 / (1 + Math.exp(-sum / scale));
  };
}

/** Box-Muller. */
function standardNormal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** Remembers each result: a sweep asks for the same texts at every alpha and beta. */
function remembered<T>(of: (tokens: readonly number[]) => T): (tokens: readonly number[]) => T {
  const known = new Map<string, T>();
  return (tokens) => {
    const key = tokens.join(' ');
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = of(tokens);
    known.set(key, result);
    return result;
  };
}

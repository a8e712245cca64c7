import type { RandomStream, Sampler, TokenId } from './policy.ts';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** The purpose of a stream; streams of different purposes are independent. */
export type StreamPurpose = 'choice' | 'rollout' | 'sample';

const purposeCodes: Readonly<Record<StreamPurpose, number>> = { choice: 1, rollout: 2, sample: 3 };

/**
 * The stream of one use: a function of (seed, purpose, step, token, index, place) only, so that
 * results do not depend on the order in which candidates are valued.
 */
export function stream(
  seed: number,
  purpose: StreamPurpose,
  step: number,
  token = 0,
  index = 0,
  place?: number,
): RandomStream {
  const words = [seed | 0, Math.floor(seed / 2 ** 32), purposeCodes[purpose], step, token, index];
  if (place !== undefined) words.push(place);
  const state = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((salt) => mix(words, salt));
  const generator = xoroshiro128plusFromState(state);
  return {
    uniform() {
      const high = generator.next() >>> 6;
      const low = generator.next() >>> 6;
      // 52 bits and a half are exactly representable, so the result is never 0 or 1.
      return (high * 2 ** 26 + low + 0.5) / 2 ** 52;
    },
  };
}

/**
 * Samplers of several continuations of texts that begin with `promptLength` tokens; they use
 * independent numbers. A number depends on the sampler's index and on the place in the response,
 * and with `of` on the step and the candidate whose rollouts these are. Without `of`, the samplers
 * are for all candidates and steps (common random numbers).
 */
export function samplersOf(
  seed: number,
  purpose: StreamPurpose,
  count: number,
  temperature: number,
  promptLength: number,
  of?: { readonly step: number; readonly token: TokenId },
): Sampler[] {
  return Array.from({ length: count }, (_, index) => ({
    temperature,
    shared: of === undefined,
    uniform: (position: number) => {
      const place = position - promptLength;
      const random = of
        ? stream(seed, purpose, of.step, of.token, index, place)
        : stream(seed, purpose, place, 0, index);
      return random.uniform();
    },
  }));
}

/** A standard Gumbel number g: the argmax of (score + g) samples from the softmax of the scores. */
export function gumbel(random: RandomStream): number {
  return -Math.log(-Math.log(random.uniform()));
}

/** Hashes 32-bit words to one; every input bit affects every output bit (as in MurmurHash3). */
function mix(words: readonly number[], salt: number): number {
  let hash = salt;
  for (const word of words) {
    let scrambled = Math.imul(word, 0xcc9e2d51);
    scrambled = Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
    hash ^= scrambled;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

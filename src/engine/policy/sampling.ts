import type { TokenId } from '../decoding/policy.ts';
import type { RandomStream } from '../decoding/random.ts';

/** Draws a token from softmax(logits / temperature), temperature > 0, by inverting the cumulative sum. */
export function sampleToken(
  logits: Float32Array,
  temperature: number,
  random: RandomStream,
): TokenId {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  const masses = new Float64Array(logits.length);
  let total = 0;
  for (let token = 0; token < logits.length; token++) {
    const mass = Math.exp((logits[token]! - largest) / temperature);
    masses[token] = mass;
    total += mass;
  }
  let left = random.uniform() * total;
  let last = 0;
  for (let token = 0; token < masses.length; token++) {
    if (masses[token] === 0) continue;
    last = token;
    left -= masses[token]!;
    if (left < 0) return token;
  }
  return last;
}

import { type GraphSession, SlotPool, TokenTree } from '../engine/exports/bench.ts';
import type { TokenId } from '../decoding/policy.ts';
import { divergenceOfLogits } from './logits-divergence.ts';

/** Distance of the quantised model's next-token distributions from the fp32 ones. */
export interface Accuracy {
  /** Positions compared. */
  readonly tokens: number;
  /** Mean KL(fp32 || quantised) in nats per position. */
  readonly meanKl: number;
  /** Share of positions with the same most likely token. */
  readonly topAgreement: number;
}

/** Limits for a quantised format on prose. */
export const accuracyLimits = { meanKl: 0.008, topAgreement: 0.94 } as const;

/** Tokens per window; each window starts without context. */
export const windowLength = 256;

/**
 * Compares two formats of one model after every token of a text, in windows of `windowLength`;
 * ignores tokens after the last full window.
 * @throws RangeError if the text is shorter than one window
 */
export async function measureAccuracy(
  reference: GraphSession,
  quantised: GraphSession,
  tokens: readonly TokenId[],
  onWindow: (done: number, total: number) => void = () => undefined,
): Promise<Accuracy> {
  const windows = Math.floor(tokens.length / windowLength);
  if (windows === 0) {
    throw new RangeError(`The text has ${tokens.length} tokens; a window needs ${windowLength}.`);
  }
  const { vocabulary } = reference.shape;
  let kl = 0;
  let agreed = 0;
  for (let index = 0; index < windows; index++) {
    const window = tokens.slice(index * windowLength, (index + 1) * windowLength);
    const expected = await logitsOf(reference, window);
    const found = await logitsOf(quantised, window);
    for (let from = 0; from < expected.length; from += vocabulary) {
      const row = [from, from + vocabulary] as const;
      const divergence = divergenceOfLogits(expected.subarray(...row), found.subarray(...row));
      kl += divergence.kl;
      if (divergence.sameTop) agreed += 1;
    }
    onWindow(index + 1, windows);
  }
  const count = windows * windowLength;
  return { tokens: count, meanKl: kl / count, topAgreement: agreed / count };
}

export function isAccurate({ meanKl, topAgreement }: Accuracy): boolean {
  return meanKl <= accuracyLimits.meanKl && topAgreement >= accuracyLimits.topAgreement;
}

/** Logits [window, vocabulary] after each token of a window. */
async function logitsOf(session: GraphSession, window: readonly TokenId[]): Promise<Float32Array> {
  const tree = new TokenTree(window, new SlotPool(session.shape, 0), 0);
  const nodes = tree.pending(window.length);
  const rows = nodes.map((_, row) => row);
  const result = await session.run({ ...tree.plan(nodes), rows, topCount: 1, wantLogits: true });
  return result.logits!;
}

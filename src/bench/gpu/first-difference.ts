import type { TokenEvent } from '../../decoding/result.ts';

/** Where two texts part. */
export interface Difference {
  /** The first position, from 0, at which their tokens differ. */
  readonly first: number;
  /**
   * How much better the first text's token was scored than the second's, in the first text's own numbers
   * (nats); undefined where one of the two has no score there.
   */
  readonly gap?: number | undefined;
}

/** Tokens of a text with what was known of the candidates beside them. */
export type WrittenToken = Pick<TokenEvent, 'id'> & {
  readonly candidates: readonly Pick<TokenEvent['candidates'][number], 'id' | 'score'>[];
};

/** Where two texts part; undefined where they are equal. One that ends early parts at its end. */
export function firstDifference(
  own: readonly WrittenToken[],
  other: readonly WrittenToken[],
): Difference | undefined {
  const length = Math.max(own.length, other.length);
  for (let first = 0; first < length; first++) {
    if (own[first]?.id !== other[first]?.id) return { first, gap: gapAt(own[first], other[first]) };
  }
  return undefined;
}

function gapAt(own: WrittenToken | undefined, other: WrittenToken | undefined): number | undefined {
  const scoreOf = (token: WrittenToken | undefined): number | null | undefined =>
    own?.candidates.find(({ id }) => id === token?.id)?.score;
  const [better, worse] = [scoreOf(own), scoreOf(other)];
  return typeof better === 'number' && typeof worse === 'number' ? better - worse : undefined;
}

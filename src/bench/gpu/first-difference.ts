import type { TokenEvent } from '../../decoding/result.ts';

/** Where two texts begin to differ. */
export interface Difference {
  /** The first position, from 0, at which their tokens differ. */
  readonly first: number;
  /**
   * How much higher the first text scores its own token than the second text's, in nats; undefined
   * if one of the two tokens has no score there.
   */
  readonly gap?: number | undefined;
}

/** A token of a text, with the scores of its candidates. */
export type WrittenToken = Pick<TokenEvent, 'id'> & {
  readonly candidates: readonly Pick<TokenEvent['candidates'][number], 'id' | 'score'>[];
};

/**
 * Where two texts begin to differ; undefined if they are equal. A shorter text differs at its end.
 */
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

import { maskWindows, type DecoderShape } from '../models/architecture/architecture.ts';

/** Added to the attention score of a position that must not be seen; exp of it is exactly 0. */
export const hidden = -1e30;

/** What one new token of a run sees of the text that it ends. */
export interface AttentionSpan {
  readonly position: number;
  /** How many slots of the prefix pool it sees: they hold the text's first positions in order. */
  readonly prefix: number;
  /**
   * Where the positions outside the prefix lie, the token's own first and then backwards: slots of
   * the branch pool, or its capacity plus the row of the run.
   */
  readonly near: readonly number[];
}

/** Which columns of a mask each token's `near` are. */
type NearColumns = readonly (readonly number[])[];

/**
 * Masks [S * copies, width], one a window of the model: 0 where a token sees a column within the
 * window, else `hidden`. The prefix is in the first columns.
 */
function masksOf(
  shape: DecoderShape,
  spans: readonly AttentionSpan[],
  columns: NearColumns,
  { width, copies }: { readonly width: number; readonly copies: number },
): Float32Array[] {
  return maskWindows(shape).map((window = Infinity) => {
    const mask = new Float32Array(spans.length * copies * width).fill(hidden);
    spans.forEach(({ position, prefix }, row) => {
      const start = row * copies * width;
      const first = Math.max(0, position - window + 1);
      if (first < prefix) mask.fill(0, start + first, start + prefix);
      const seen = columns[row]!;
      for (let i = 0; i < seen.length && i < window; i++) mask[start + seen[i]!] = 0;
      for (let copy = 1; copy < copies; copy++) {
        mask.copyWithin(start + copy * width, start, start + width);
      }
    });
    return mask;
  });
}

/** Masks [S, P + B + S] over all slots and new tokens, one a window of the model. */
export function masksOverAll(
  shape: DecoderShape,
  spans: readonly AttentionSpan[],
  prefixSlots: number,
  branchSlots: number,
): Float32Array[] {
  const columns = spans.map(({ near }) => near.map((place) => prefixSlots + place));
  const width = prefixSlots + branchSlots + spans.length;
  return masksOf(shape, spans, columns, { width, copies: 1 });
}

/** What groups of new tokens look at outside the prefix, and what of it each token sees. */
export interface NearView {
  readonly groups: number;
  /** A, how many places a group looks at. */
  readonly width: number;
  /** [groups, width], branch slots or the branch pool's capacity plus a row. */
  readonly ancestors: Int32Array;
  /** [S * heads/kvHeads, P + width], one a window of the model. */
  readonly masks: readonly Float32Array[];
}

/**
 * How many times more a place costs that a token looks at in a group of its own: its keys and
 * values are copied for it.
 */
const priceOfOwnGroup = 3;

/** Each token a group of its own where that is less work, else all of them one. */
export function viewNear(
  shape: DecoderShape,
  spans: readonly AttentionSpan[],
  prefixSlots: number,
): NearView {
  const longest = Math.max(...spans.map(({ near }) => near.length));
  const all = [...new Set(spans.flatMap(({ near }) => near))];
  const apart = priceOfOwnGroup * longest < all.length;
  const groups = apart ? spans.map(({ near }) => padded(near, longest)) : [all];
  const width = apart ? longest : all.length;
  const columnOf = new Map(all.map((place, column) => [place, column]));
  const columns = spans.map(({ near }) =>
    near.map((place, index) => prefixSlots + (apart ? index : columnOf.get(place)!)),
  );
  return {
    groups: groups.length,
    width,
    ancestors: Int32Array.from(groups.flat()),
    masks: masksOf(shape, spans, columns, {
      width: prefixSlots + width,
      copies: shape.heads / shape.kvHeads,
    }),
  };
}

/** The token's own place fills up what it does not look at. */
function padded(near: readonly number[], length: number): number[] {
  return [...near, ...new Array<number>(length - near.length).fill(near[0]!)];
}

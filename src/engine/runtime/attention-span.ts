import { maskWindows, type DecoderShape } from '../models/architecture/architecture.ts';

/** Added to the attention score of a hidden position; its exponential is exactly 0. */
export const maskedScore = -1e30;

/** Which earlier positions one new token of a run attends to. */
export interface AttentionSpan {
  readonly position: number;
  /**
   * How many slots of the prefix pool it attends to; they hold the text's first positions in order.
   */
  readonly prefix: number;
  /**
   * The positions outside the prefix, starting with the token's own and going backwards: a slot of
   * the branch pool, or the branch pool's capacity plus the token's row in the run.
   */
  readonly ancestors: readonly number[];
}

/** The mask columns of each token's ancestors. */
type AncestorColumns = readonly (readonly number[])[];

/**
 * Tree attention masks [S * copies, width], one for each sliding window of the model: 0 where a
 * token attends to a column, else `maskedScore`. The first columns are the prefix.
 */
function masksOf(
  shape: DecoderShape,
  spans: readonly AttentionSpan[],
  columns: AncestorColumns,
  { width, copies }: { readonly width: number; readonly copies: number },
): Float32Array[] {
  return maskWindows(shape).map((window = Infinity) => {
    const mask = new Float32Array(spans.length * copies * width).fill(maskedScore);
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

/** Tree attention masks [S, P + B + S] over all slots and new tokens, one for each window. */
export function treeAttentionMasks(
  shape: DecoderShape,
  spans: readonly AttentionSpan[],
  prefixSlots: number,
  branchSlots: number,
): Float32Array[] {
  const columns = spans.map(({ ancestors }) => ancestors.map((place) => prefixSlots + place));
  const width = prefixSlots + branchSlots + spans.length;
  return masksOf(shape, spans, columns, { width, copies: 1 });
}

/** The ancestors outside the prefix that each group of new tokens gathers, and their masks. */
export interface AncestorGroups {
  readonly groups: number;
  /** A, how many ancestors a group gathers. */
  readonly width: number;
  /** [groups, width], as in AttentionSpan. */
  readonly ancestors: Int32Array;
  /** [S * heads/kvHeads, P + width], one for each window of the model. */
  readonly masks: readonly Float32Array[];
}

/**
 * How many times more an ancestor costs when each token is a separate group: its keys and values
 * are copied for every token.
 */
const separateGroupCost = 3;

/** Makes each token a separate group if that costs less, else all tokens one group. */
export function groupAncestors(
  shape: DecoderShape,
  spans: readonly AttentionSpan[],
  prefixSlots: number,
): AncestorGroups {
  const longest = Math.max(...spans.map(({ ancestors }) => ancestors.length));
  const all = [...new Set(spans.flatMap(({ ancestors }) => ancestors))];
  const separate = separateGroupCost * longest < all.length;
  const groups = separate ? spans.map(({ ancestors }) => padded(ancestors, longest)) : [all];
  const width = separate ? longest : all.length;
  const columnOf = new Map(all.map((place, column) => [place, column]));
  const columns = spans.map(({ ancestors }) =>
    ancestors.map((place, index) => prefixSlots + (separate ? index : columnOf.get(place)!)),
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

/** Repeats the token's own place up to `length`; the mask hides the repetitions. */
function padded(ancestors: readonly number[], length: number): number[] {
  return [...ancestors, ...new Array<number>(length - ancestors.length).fill(ancestors[0]!)];
}

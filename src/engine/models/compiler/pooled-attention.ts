import type { DecoderShape } from '../architecture/architecture.ts';
import { maskInputs, type Attention, type Heads } from './attention.ts';
import { inputNames, outputNames } from './graph-names.ts';
import type { GraphBuilder } from './graph.ts';

/**
 * Attention on the CPU: S new tokens, in any tree, attend to P positions of the committed prefix, to B
 * positions of branches, and to each other, as `mask` [S, P + B + S] allows (0 or a large negative
 * number, added to the scores). Keys and values stay with the caller, who gets those of the new tokens.
 *
 * Attention weights are summed in double precision: a token's result then does not depend on where
 * its ancestors lie in the caches or on what else is in the batch, so that a branch computed alone,
 * beside others or carried over from an earlier step gives the same bits.
 */
export class PooledAttention implements Attention {
  /** By the window of a layer. */
  readonly #masks: ReadonlyMap<number | undefined, string>;
  readonly #split: string;
  readonly #caches: string[] = [];

  constructor(
    private readonly g: GraphBuilder,
    private readonly shape: DecoderShape,
  ) {
    this.#masks = maskInputs(g, shape, 'P+B+S');
    this.#split = g.input(inputNames.split, 'int64', [2]);
  }

  attend(layer: number, { query: query4, key: key4, value: value4 }: Heads): string {
    const { g, shape } = this;
    const { heads, kvHeads, headDim } = shape;
    const cacheShape = (length: string): (number | string)[] => [kvHeads, length, headDim];
    const prefixKey = g.input(inputNames.prefixKey(layer), 'float32', cacheShape('P'));
    const prefixValue = g.input(inputNames.prefixValue(layer), 'float32', cacheShape('P'));
    const branchKey = g.input(inputNames.branchKey(layer), 'float32', cacheShape('B'));
    const branchValue = g.input(inputNames.branchValue(layer), 'float32', cacheShape('B'));

    const query = g.op('Reshape', [query4, g.ints([kvHeads, -1, headDim])]);
    const key = g.op('Squeeze', [key4, g.ints([0])]);
    const value = g.op('Squeeze', [value4, g.ints([0])]);
    const cache = g.op('Concat', [key4, value4], { axis: { int: 0 } });
    this.#caches.push(g.op('Reshape', [cache, g.ints([2, kvHeads, -1, headDim])]));

    const scale = { alpha: { float: shape.scoreScale }, transB: { int: 1 } };
    const keys = g.op('Concat', [branchKey, key], { axis: { int: 1 } });
    const values = g.op('Concat', [branchValue, value], { axis: { int: 1 } });
    const prefixScores = g.microsoft('FusedMatMul', [query, prefixKey], scale)[0]!;
    const branchScores = g.microsoft('FusedMatMul', [query, keys], scale)[0]!;
    const scores = g.op('Concat', [prefixScores, branchScores], { axis: { int: 2 } });
    const perHeadScores = g.op('Reshape', [scores, g.ints([heads, -1, 0])]);
    const mask = this.#masks.get(shape.layerKinds[layer]!.window)!;
    const masked = g.op('Add', [perHeadScores, mask]);
    const top = g.op('ReduceMax', [masked, g.ints([2])], { keepdims: { int: 1 } });
    const shares = g.op('Cast', [g.op('Exp', [g.op('Sub', [masked, top])])], { to: { int: 11 } });
    const total = g.op('ReduceSum', [shares, g.ints([2])], { keepdims: { int: 1 } });
    const grouped = g.op('Reshape', [shares, g.ints([kvHeads, -1, 0])]);
    const [onPrefix, onBranch] = g.ops('Split', [grouped, this.#split], 2, { axis: { int: 2 } });
    const double = (x: string): string => g.op('Cast', [x], { to: { int: 11 } });
    const sum = g.op('Add', [
      g.op('MatMul', [onPrefix!, double(prefixValue)]),
      g.op('MatMul', [onBranch!, double(values)]),
    ]);
    const mean = g.op('Div', [g.op('Reshape', [sum, g.ints([heads, -1, headDim])]), total]);
    const single = g.op('Cast', [mean], { to: { int: 1 } });
    const byToken = g.op('Transpose', [single], { perm: { ints: [1, 0, 2] } });
    return g.op('Reshape', [byToken, g.ints([1, -1, heads * headDim])]);
  }

  finish(): void {
    const { layers, kvHeads, headDim } = this.shape;
    const cache = this.g.op('Concat', this.#caches, { axis: { int: 0 } });
    this.g.output(outputNames.cache, cache, 'float32', [2 * layers, kvHeads, 'S', headDim]);
  }
}

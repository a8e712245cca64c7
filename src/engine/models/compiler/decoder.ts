import type { DecoderShape, HeadKind, LayerWeights, LinearWeight } from '../architecture/architecture.ts';
import type { WeightFormat } from './format.ts';
import { GraphBuilder } from './graph.ts';
import type { GraphSpec } from './onnx.ts';

/** Names of the graph's inputs and outputs; see docs/engine.md for shapes. */
export const inputNames = {
  ids: 'input_ids',
  positions: 'position_ids',
  mask: 'mask',
  rows: 'logit_rows',
  targets: 'target_ids',
  topCount: 'top_count',
  split: 'column_split',
  prefixKey: (layer: number) => `prefix.${layer}.key`,
  prefixValue: (layer: number) => `prefix.${layer}.value`,
  branchKey: (layer: number) => `branch.${layer}.key`,
  branchValue: (layer: number) => `branch.${layer}.value`,
} as const;

export const outputNames = {
  logits: 'logits',
  topValues: 'top_values',
  topIndices: 'top_indices',
  targetLogits: 'target_logits',
  logSumExp: 'log_sum_exp',
  scores: 'scores',
  cache: 'new_cache',
} as const;

interface Inputs {
  readonly positions: string;
  readonly mask: string;
  readonly split: string;
}

/**
 * Builds the shared-prefix graph of a decoder: S new tokens, in any tree, attend to P positions of
 * the committed prefix, to B positions of branches, and to each other, as `mask` [S, P + B + S]
 * allows (0 or a large negative number, added to the scores).
 *
 * Attention weights are summed in double precision: a token's result then does not depend on where
 * its ancestors lie in the caches or on what else is in the batch, so that a branch computed alone,
 * beside others or carried over from an earlier step gives the same bits.
 */
export function buildDecoder(
  shape: DecoderShape,
  layers: readonly LayerWeights[],
  head: LinearWeight,
  headKind: HeadKind,
  format: WeightFormat,
): GraphSpec {
  const g = new GraphBuilder();
  const ids = g.input(inputNames.ids, 'int64', [1, 'S']);
  const inputs: Inputs = {
    positions: g.input(inputNames.positions, 'int64', [1, 'S']),
    mask: g.input(inputNames.mask, 'float32', ['S', 'P+B+S']),
    split: g.input(inputNames.split, 'int64', [2]),
  };
  const rows = g.input(inputNames.rows, 'int64', ['R']);
  const rope = ropeTables(g, shape);

  let residual = format.embed(g, ids);
  let pending: string | undefined;
  const caches: string[] = [];
  const norm = (): string => {
    const gain = g.floats(new Array<number>(shape.hidden).fill(1), [shape.hidden]);
    if (pending === undefined) {
      return g.op('SimplifiedLayerNormalization', [residual, gain], {
        axis: { int: -1 },
        epsilon: { float: shape.normEpsilon },
        stash_type: { int: 1 },
      });
    }
    const [normed, , , sum] = g.microsoft(
      'SkipSimplifiedLayerNormalization',
      [residual, pending, gain],
      { epsilon: { float: shape.normEpsilon } },
      4,
    );
    residual = sum!;
    pending = undefined;
    return normed!;
  };

  layers.forEach((layer, index) => {
    const qkv = format.linear(g, norm(), layer.qkv);
    const { context, cache } = attention(g, shape, index, qkv, inputs, rope);
    caches.push(cache);
    pending = format.linear(g, context, layer.output);
    const [gate, up] = g.ops('Split', [format.linear(g, norm(), layer.gateUp)], 2, {
      axis: { int: 2 },
      num_outputs: { int: 2 },
    });
    const silu = g.microsoft('QuickGelu', [gate!], { alpha: { float: 1 } })[0]!;
    const gated = g.op('Mul', [silu, up!]);
    const mixed = layer.downMixing ? format.mixInput(g, gated, layer.downMixing) : gated;
    pending = format.linear(g, mixed, layer.down);
  });

  residual = g.op('Gather', [g.op('Add', [residual, pending!]), rows], { axis: { int: 1 } });
  pending = undefined;
  const out = format.linear(g, norm(), head);
  if (headKind === 'score') g.output(outputNames.scores, out, 'float32', [1, 'R', head.outFeatures]);
  else languageModelOutputs(g, out, head.outFeatures);
  const cache = g.op('Concat', caches, { axis: { int: 0 } });
  g.output(outputNames.cache, cache, 'float32', [2 * shape.layers, shape.kvHeads, 'S', shape.headDim]);
  return g.build(shape.family);
}

/** What decoding reads from the logits [1, R, vocabulary], so that they need not leave the graph. */
function languageModelOutputs(g: GraphBuilder, logits: string, vocabulary: number): void {
  const topCount = g.input(inputNames.topCount, 'int64', [1]);
  const targets = g.input(inputNames.targets, 'int64', [1, 'R', 1]);
  const [values, indices] = g.ops('TopK', [logits, topCount], 2, { axis: { int: 2 } });
  const largest = g.op('Slice', [values!, g.ints([0]), g.ints([1]), g.ints([2])]);
  const sum = g.op('ReduceSum', [g.op('Exp', [g.op('Sub', [logits, largest])]), g.ints([2])]);
  const logSumExp = g.op('Add', [g.op('Log', [sum]), largest]);
  const target = g.op('GatherElements', [logits, targets], { axis: { int: 2 } });
  g.output(outputNames.logits, logits, 'float32', [1, 'R', vocabulary]);
  g.output(outputNames.topValues, values!, 'float32', [1, 'R', 'K']);
  g.output(outputNames.topIndices, indices!, 'int64', [1, 'R', 'K']);
  g.output(outputNames.logSumExp, logSumExp, 'float32', [1, 'R', 1]);
  g.output(outputNames.targetLogits, target, 'float32', [1, 'R', 1]);
}

interface RopeTables {
  readonly cos: string;
  readonly sin: string;
}

/** cos and sin [contextLength, headDim / 2] of position times inverse frequency. */
function ropeTables(g: GraphBuilder, shape: DecoderShape): RopeTables {
  const half = shape.rope.inverseFrequencies.length;
  const cos = new Float32Array(shape.contextLength * half);
  const sin = new Float32Array(shape.contextLength * half);
  for (let position = 0; position < shape.contextLength; position++) {
    for (let i = 0; i < half; i++) {
      // transformers multiplies in float32; so do we, or positions of a few thousand would differ.
      const angle = Math.fround(position * Math.fround(shape.rope.inverseFrequencies[i]!));
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  const dims = [shape.contextLength, half];
  const table = (name: string, data: Float32Array): string =>
    g.initializer({ name, type: 'float32', dims, data: new Uint8Array(data.buffer) });
  return { cos: table('rope.cos', cos), sin: table('rope.sin', sin) };
}

/** Attention of one layer over prefix, branches and the new tokens. */
function attention(
  g: GraphBuilder,
  shape: DecoderShape,
  layer: number,
  qkv: string,
  inputs: Inputs,
  rope: RopeTables,
): { context: string; cache: string } {
  const { heads, kvHeads, headDim } = shape;
  const cacheShape = (length: string): (number | string)[] => [kvHeads, length, headDim];
  const prefixKey = g.input(inputNames.prefixKey(layer), 'float32', cacheShape('P'));
  const prefixValue = g.input(inputNames.prefixValue(layer), 'float32', cacheShape('P'));
  const branchKey = g.input(inputNames.branchKey(layer), 'float32', cacheShape('B'));
  const branchValue = g.input(inputNames.branchValue(layer), 'float32', cacheShape('B'));

  const perHead = g.op('Reshape', [qkv, g.ints([1, -1, heads + 2 * kvHeads, headDim])]);
  const byHead = g.op('Transpose', [perHead], { perm: { ints: [0, 2, 1, 3] } });
  const [qk, value4] = g.ops('Split', [byHead, g.ints([heads + kvHeads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  const rotated = g.microsoft('RotaryEmbedding', [qk!, inputs.positions, rope.cos, rope.sin])[0]!;
  const [query4, key4] = g.ops('Split', [rotated, g.ints([heads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  const query = g.op('Reshape', [query4!, g.ints([kvHeads, -1, headDim])]);
  const key = g.op('Squeeze', [key4!, g.ints([0])]);
  const value = g.op('Squeeze', [value4!, g.ints([0])]);
  const cache = g.op('Concat', [key4!, value4!], { axis: { int: 0 } });

  const scale = { alpha: { float: 1 / Math.sqrt(headDim) }, transB: { int: 1 } };
  const keys = g.op('Concat', [branchKey, key], { axis: { int: 1 } });
  const values = g.op('Concat', [branchValue, value], { axis: { int: 1 } });
  const prefixScores = g.microsoft('FusedMatMul', [query, prefixKey], scale)[0]!;
  const branchScores = g.microsoft('FusedMatMul', [query, keys], scale)[0]!;
  const scores = g.op('Concat', [prefixScores, branchScores], { axis: { int: 2 } });
  const perHeadScores = g.op('Reshape', [scores, g.ints([heads, -1, 0])]);
  const masked = g.op('Add', [perHeadScores, inputs.mask]);
  const top = g.op('ReduceMax', [masked, g.ints([2])], { keepdims: { int: 1 } });
  const weights = g.op('Cast', [g.op('Exp', [g.op('Sub', [masked, top])])], { to: { int: 11 } });
  const total = g.op('ReduceSum', [weights, g.ints([2])], { keepdims: { int: 1 } });
  const grouped = g.op('Reshape', [weights, g.ints([kvHeads, -1, 0])]);
  const [onPrefix, onBranch] = g.ops('Split', [grouped, inputs.split], 2, { axis: { int: 2 } });
  const double = (x: string): string => g.op('Cast', [x], { to: { int: 11 } });
  const sum = g.op('Add', [
    g.op('MatMul', [onPrefix!, double(prefixValue)]),
    g.op('MatMul', [onBranch!, double(values)]),
  ]);
  const mean = g.op('Div', [g.op('Reshape', [sum, g.ints([heads, -1, headDim])]), total]);
  const single = g.op('Cast', [mean], { to: { int: 1 } });
  const byToken = g.op('Transpose', [single], { perm: { ints: [1, 0, 2] } });
  const context = g.op('Reshape', [byToken, g.ints([1, -1, heads * headDim])]);
  return { context, cache: g.op('Reshape', [cache, g.ints([2, kvHeads, -1, headDim])]) };
}

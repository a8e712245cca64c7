import type { DecoderShape, LayerWeights, Rope } from '../architecture/architecture.ts';
import { inputNames } from './graph-names.ts';
import type { GraphBuilder } from './graph.ts';

/** Graph inputs that all layers read. */
export interface AttentionInputs {
  readonly positions: string;
  /** By the window of a layer. */
  readonly masks: ReadonlyMap<number | undefined, string>;
  readonly split: string;
}

interface RopeTables {
  readonly cos: string;
  readonly sin: string;
}

/** cos and sin [contextLength, rotated / 2] of position times inverse frequency, one pair a rope. */
export function ropeTables(
  g: GraphBuilder,
  { layerKinds, contextLength }: DecoderShape,
): ReadonlyMap<Rope, RopeTables> {
  const ropes = new Set(layerKinds.map(({ rope }) => rope));
  return new Map([...ropes].map((rope, i) => [rope, tablesOf(g, rope, contextLength, i)]));
}

function tablesOf(g: GraphBuilder, rope: Rope, contextLength: number, index: number): RopeTables {
  const { inverseFrequencies, amplitude } = rope;
  const half = inverseFrequencies.length;
  const cos = new Float32Array(contextLength * half);
  const sin = new Float32Array(contextLength * half);
  for (let position = 0; position < contextLength; position++) {
    for (let i = 0; i < half; i++) {
      // transformers multiplies in float32; so do we, or positions of a few thousand would differ.
      const angle = Math.fround(position * Math.fround(inverseFrequencies[i]!));
      cos[position * half + i] = amplitude * Math.cos(angle);
      sin[position * half + i] = amplitude * Math.sin(angle);
    }
  }
  const name = index === 0 ? 'rope' : `rope.${index}`;
  const dims = [contextLength, half];
  return { cos: g.table(`${name}.cos`, cos, dims), sin: g.table(`${name}.sin`, sin, dims) };
}

/** x / rms(x) * gain over the last dimension. */
export function rmsNorm(g: GraphBuilder, x: string, gain: string, epsilon: number): string {
  return g.op('SimplifiedLayerNormalization', [x, gain], {
    axis: { int: -1 },
    epsilon: { float: epsilon },
    stash_type: { int: 1 },
  });
}

/** Norms queries and keys [1, heads + kvHeads, S, headDim], each head with its gain. */
function headNorm(
  g: GraphBuilder,
  { heads, kvHeads, headDim, normEpsilon }: DecoderShape,
  name: string,
  qk: string,
  gains: Float32Array,
): string {
  const ones = g.floats(new Array<number>(headDim).fill(1), [headDim]);
  const normed = rmsNorm(g, qk, ones, normEpsilon);
  return g.op('Mul', [normed, g.table(name, gains, [heads + kvHeads, 1, headDim])]);
}

/** Rotary embedding of queries and keys [1, heads + kvHeads, S, headDim], all or their first part. */
function rotate(
  g: GraphBuilder,
  { heads, kvHeads, headDim, layerKinds }: DecoderShape,
  qk: string,
  positions: string,
  { cos, sin }: RopeTables,
): string {
  const rotated = 2 * layerKinds[0]!.rope.inverseFrequencies.length;
  const attributes =
    rotated === headDim
      ? {}
      : { num_heads: { int: heads + kvHeads }, rotary_embedding_dim: { int: rotated } };
  return g.microsoft('RotaryEmbedding', [qk, positions, cos, sin], attributes)[0]!;
}

/** Attention of one layer over prefix, branches and the new tokens. */
export function attention(
  g: GraphBuilder,
  shape: DecoderShape,
  layer: number,
  weights: Pick<LayerWeights, 'headGains'>,
  qkv: string,
  inputs: AttentionInputs,
  ropes: ReadonlyMap<Rope, RopeTables>,
): { context: string; cache: string } {
  const { heads, kvHeads, headDim } = shape;
  const kind = shape.layerKinds[layer]!;
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
  const normed = weights.headGains
    ? headNorm(g, shape, `layer.${layer}.head_gains`, qk!, weights.headGains)
    : qk!;
  const rotated = rotate(g, shape, normed, inputs.positions, ropes.get(kind.rope)!);
  const [query4, key4] = g.ops('Split', [rotated, g.ints([heads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  const query = g.op('Reshape', [query4!, g.ints([kvHeads, -1, headDim])]);
  const key = g.op('Squeeze', [key4!, g.ints([0])]);
  const value = g.op('Squeeze', [value4!, g.ints([0])]);
  const cache = g.op('Concat', [key4!, value4!], { axis: { int: 0 } });

  const scale = { alpha: { float: shape.scoreScale }, transB: { int: 1 } };
  const keys = g.op('Concat', [branchKey, key], { axis: { int: 1 } });
  const values = g.op('Concat', [branchValue, value], { axis: { int: 1 } });
  const prefixScores = g.microsoft('FusedMatMul', [query, prefixKey], scale)[0]!;
  const branchScores = g.microsoft('FusedMatMul', [query, keys], scale)[0]!;
  const scores = g.op('Concat', [prefixScores, branchScores], { axis: { int: 2 } });
  const perHeadScores = g.op('Reshape', [scores, g.ints([heads, -1, 0])]);
  const masked = g.op('Add', [perHeadScores, inputs.masks.get(kind.window)!]);
  const top = g.op('ReduceMax', [masked, g.ints([2])], { keepdims: { int: 1 } });
  const shares = g.op('Cast', [g.op('Exp', [g.op('Sub', [masked, top])])], { to: { int: 11 } });
  const total = g.op('ReduceSum', [shares, g.ints([2])], { keepdims: { int: 1 } });
  const grouped = g.op('Reshape', [shares, g.ints([kvHeads, -1, 0])]);
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

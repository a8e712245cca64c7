import {
  maskWindows,
  type DecoderShape,
  type LayerWeights,
  type Rope,
} from '../architecture/architecture.ts';
import { inputNames } from './graph-names.ts';
import type { GraphBuilder } from './graph.ts';

/** Queries, keys and values of the new tokens in one layer. */
export interface Heads {
  /** [1, heads, S, headDim], rotated */
  readonly query: string;
  /** [1, kvHeads, S, headDim], rotated */
  readonly key: string;
  /** [1, kvHeads, S, headDim] */
  readonly value: string;
}

/** How the new tokens attend to what came before, and where keys and values are kept. */
export interface Attention {
  /** What the new tokens read in one layer, [1, S, heads * headDim]. */
  attend(layer: number, heads: Heads): string;
  /** Declares the outputs of keys and values, once all layers are written. */
  finish(): void;
}

/** The masks [rows, seen] of the new tokens, by the window of the layers that read them. */
export function maskInputs(
  g: GraphBuilder,
  shape: DecoderShape,
  rows: string,
  seen: string,
): ReadonlyMap<number | undefined, string> {
  return new Map(
    maskWindows(shape).map((window, index) => [
      window,
      g.input(inputNames.mask(index), 'float32', [rows, seen]),
    ]),
  );
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

/** Queries, keys and values of one layer from their product [1, S, (heads + 2 kvHeads) headDim]. */
export function attentionHeads(
  g: GraphBuilder,
  shape: DecoderShape,
  layer: number,
  weights: Pick<LayerWeights, 'headGains'>,
  qkv: string,
  positions: string,
  ropes: ReadonlyMap<Rope, RopeTables>,
): Heads {
  const { heads, kvHeads, headDim } = shape;
  const perHead = g.op('Reshape', [qkv, g.ints([1, -1, heads + 2 * kvHeads, headDim])]);
  const byHead = g.op('Transpose', [perHead], { perm: { ints: [0, 2, 1, 3] } });
  const [qk, value] = g.ops('Split', [byHead, g.ints([heads + kvHeads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  const normed = weights.headGains
    ? headNorm(g, shape, `layer.${layer}.head_gains`, qk!, weights.headGains)
    : qk!;
  const rotated = rotate(g, shape, normed, positions, ropes.get(shape.layerKinds[layer]!.rope)!);
  const [query, key] = g.ops('Split', [rotated, g.ints([heads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  return { query: query!, key: key!, value: value! };
}

import { maskWindows, type DecoderShape, type Rope } from '../architecture/architecture.ts';
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

/** The input of one layer's attention. */
export interface Projected {
  /** Queries, keys and values of the new tokens, [1, S, (heads + 2 kvHeads) headDim]. */
  readonly qkv: string;
  /** Gains of the norms of each head's queries and keys, if the model has them. */
  readonly headGains: Float32Array | undefined;
}

/** How new tokens attend to earlier ones, and where the KV cache is. */
export interface Attention {
  /** The attention output of one layer, [1, S, heads * headDim]. */
  attend(layer: number, projected: Projected): string;
  /** Declares the KV cache outputs after the last layer. */
  finish(): void;
}

/** The mask inputs [rows, seen], by the window of the layers that use them. */
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

/** Positions of the new tokens [1, S], and the tables of each rotary embedding. */
export interface Rotation {
  readonly positions: string;
  readonly tables: ReadonlyMap<Rope, RopeTables>;
}

export interface RopeTables {
  readonly cos: string;
  readonly sin: string;
}

/**
 * cos and sin [contextLength, rotated / 2] of position times inverse frequency, for each rope.
 */
export function ropeTables(
  g: GraphBuilder,
  { layerKinds, contextLength }: DecoderShape,
): ReadonlyMap<Rope, RopeTables> {
  const ropes = new Set(layerKinds.flatMap(({ rope }) => (rope ? [rope] : [])));
  return new Map([...ropes].map((rope, i) => [rope, tablesOf(g, rope, contextLength, i)]));
}

function tablesOf(g: GraphBuilder, rope: Rope, contextLength: number, index: number): RopeTables {
  const { inverseFrequencies, amplitude } = rope;
  const half = inverseFrequencies.length;
  const cos = new Float32Array(contextLength * half);
  const sin = new Float32Array(contextLength * half);
  for (let position = 0; position < contextLength; position++) {
    for (let i = 0; i < half; i++) {
      // float32, as in transformers: in double precision, positions above some thousand would
      // differ.
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

/** x / rms(x) over the last dimension, of `size` numbers. */
export function unitNorm(g: GraphBuilder, x: string, size: number, epsilon: number): string {
  return rmsNorm(g, x, g.floats(new Array<number>(size).fill(1), [size]), epsilon);
}

/** cap * tanh(x / cap), of an x that is divided by the cap already; x itself without a cap. */
export function capped(g: GraphBuilder, x: string, cap: number | undefined): string {
  return cap === undefined ? x : g.op('Mul', [g.op('Tanh', [x]), g.floats([cap])]);
}

/** The factor of attention scores before `capped`. */
export function scoreFactor({ scoreScale, scoreCap = 1 }: DecoderShape): number {
  return scoreScale / scoreCap;
}

/**
 * Norms all queries and all keys of a token together: [1, S, (heads + 2 kvHeads) headDim], with
 * gains [heads + kvHeads, headDim].
 */
export function projectionNorms(
  g: GraphBuilder,
  { heads, kvHeads, headDim, normEpsilon }: DecoderShape,
  layer: number,
  qkv: string,
  gains: Float32Array,
): string {
  const [queries, keys] = [heads * headDim, kvHeads * headDim];
  const parts = g.ops('Split', [qkv, g.ints([queries, keys, keys])], 3, { axis: { int: 2 } });
  const table = (part: string, from: number, size: number): string =>
    g.table(`layer.${layer}.${part}_gain`, gains.slice(from, from + size), [size]);
  const query = rmsNorm(g, parts[0]!, table('query', 0, queries), normEpsilon);
  const key = rmsNorm(g, parts[1]!, table('key', queries, keys), normEpsilon);
  return g.op('Concat', [query, key, parts[2]!], { axis: { int: 2 } });
}

/** Norms queries and keys, with a gain for each head: [1, heads + kvHeads, S, headDim]. */
function headNorm(
  g: GraphBuilder,
  { heads, kvHeads, headDim, normEpsilon }: DecoderShape,
  layer: number,
  qk: string,
  gains: Float32Array,
): string {
  const normed = unitNorm(g, qk, headDim, normEpsilon);
  const table = g.table(headGainName(layer), gains, [heads + kvHeads, 1, headDim]);
  return g.op('Mul', [normed, table]);
}

export function headGainName(layer: number): string {
  return `layer.${layer}.head_gains`;
}

/**
 * Rotary embedding of queries and keys, of each head or its first dimensions, if the layer has one:
 * [1, heads + kvHeads, S, headDim] or [1, S, (heads + kvHeads) headDim].
 */
export function rotate(
  g: GraphBuilder,
  { heads, kvHeads, headDim, layerKinds }: DecoderShape,
  layer: number,
  qk: string,
  { positions, tables }: Rotation,
): string {
  const { rope } = layerKinds[layer]!;
  if (!rope) return qk;
  const { cos, sin } = tables.get(rope)!;
  const rotated = 2 * rope.inverseFrequencies.length;
  const attributes =
    rotated === headDim
      ? {}
      : { num_heads: { int: heads + kvHeads }, rotary_embedding_dim: { int: rotated } };
  return g.microsoft('RotaryEmbedding', [qk, positions, cos, sin], attributes)[0]!;
}

/** Queries, keys and values of one layer by head, from the joint projection. */
export function attentionHeads(
  g: GraphBuilder,
  shape: DecoderShape,
  layer: number,
  { qkv, headGains }: Projected,
  rotation: Rotation,
): Heads {
  const { heads, kvHeads, headDim } = shape;
  const perHead = g.op('Reshape', [qkv, g.ints([1, -1, heads + 2 * kvHeads, headDim])]);
  const byHead = g.op('Transpose', [perHead], { perm: { ints: [0, 2, 1, 3] } });
  const [qk, value] = g.ops('Split', [byHead, g.ints([heads + kvHeads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  const norm = (x: string): string => (headGains ? headNorm(g, shape, layer, x, headGains) : x);
  const turned = (x: string): string => rotate(g, shape, layer, x, rotation);
  const ready = shape.queryKeyNorms === 'rotated-heads' ? norm(turned(qk!)) : turned(norm(qk!));
  const [query, key] = g.ops('Split', [ready, g.ints([heads, kvHeads])], 2, {
    axis: { int: 1 },
  });
  return { query: query!, key: key!, value: value! };
}

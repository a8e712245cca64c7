import type { DeviceName } from '../../../protocol/options.ts';
import type {
  DecoderShape,
  HeadKind,
  LayerWeights,
  LinearWeight,
  PostNorm,
} from '../architecture/architecture.ts';
import {
  capped,
  projectionNorms,
  rmsNorm,
  ropeTables,
  type Attention,
  type Projected,
  type Rotation,
} from './attention.ts';
import { DeviceAttention } from './device-attention.ts';
import { deviceLanguageModelOutputs } from './device-outputs.ts';
import type { WeightFormat } from './weight-format.ts';
import { inputNames, massBlock, outputNames } from './graph-names.ts';
import { GraphBuilder } from './graph.ts';
import type { GraphSpec } from './onnx.ts';
import { GroupedAttention } from './grouped-attention.ts';
import { PooledAttention } from './pooled-attention.ts';

/**
 * Where a graph runs: on the CPU; on WebGPU, with GroupQueryAttention; on another GPU, with plain
 * operators. The KV cache of the last two stays on the device.
 */
export type GraphTarget = 'cpu' | 'webgpu' | 'gpu';

/** The target of graphs that run on `device`. */
export function graphTarget(device: DeviceName): GraphTarget {
  return device === 'cpu' || device === 'webgpu' ? device : 'gpu';
}

const attentionOn = { cpu: PooledAttention, webgpu: GroupedAttention, gpu: DeviceAttention };

/** A graph's input and output. */
export interface GraphEnds {
  /** Token ids, or the hidden states of the layers below. */
  readonly reads: 'tokens' | 'states';
  readonly gives: HeadKind;
  /** Undefined if it outputs hidden states. */
  readonly head: LinearWeight | undefined;
}

/**
 * Builds the graph of a decoder, or of a range of its layers: S new tokens, in any tree, attend to
 * earlier positions and to each other; the outputs are predictions after R of them. Attention and
 * the place of the KV cache depend on the target.
 */
export function buildDecoder(
  shape: DecoderShape,
  layers: readonly LayerWeights[],
  { reads, gives, head }: GraphEnds,
  format: WeightFormat,
  target: GraphTarget,
): GraphSpec {
  const g = new GraphBuilder();
  const start =
    reads === 'tokens'
      ? g.input(inputNames.ids, 'int64', [1, 'S'])
      : g.input(inputNames.states, 'float32', [1, 'S', shape.hidden]);
  const positions = g.input(inputNames.positions, 'int64', [1, 'S']);
  const rotation: Rotation = { positions, tables: ropeTables(g, shape) };
  const attention: Attention = new attentionOn[target](g, shape, rotation);

  let residual = reads === 'tokens' ? format.embed(g, start) : start;
  // The norm of a sum and the norm of a tensor use different kernels, whose last bits differ.
  // Layers
  // that read hidden states add zeros to them, which gives the same bits as in one graph.
  let pending = reads === 'tokens' ? undefined : g.op('Sub', [start, start]);
  const norm = (): string => {
    const gain = g.floats(new Array<number>(shape.hidden).fill(1), [shape.hidden]);
    if (pending === undefined) return rmsNorm(g, residual, gain, shape.normEpsilon);
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
  /** The residual stream itself, where a layer has no norm before attention or MLP. */
  const plain = (): string => {
    if (pending !== undefined) residual = g.op('Add', [residual, pending]);
    pending = undefined;
    return residual;
  };
  const input = shape.preNorms ? norm : plain;
  const linear = (x: string, weight: LinearWeight): string => {
    const product = format.linear(g, x, weight);
    if (!weight.bias) return product;
    return g.op('Add', [
      product,
      g.table(`${weight.name}.bias`, weight.bias, [weight.outFeatures]),
    ]);
  };
  const added = (name: string, x: string, post: PostNorm | undefined): string => {
    if (!post) return x;
    const normed = rmsNorm(g, x, g.table(name, post.gain, [shape.hidden]), shape.normEpsilon);
    return post.mixing ? format.mix(g, normed, post.mixing) : normed;
  };

  layers.forEach((layer, index) => {
    const read = input();
    const context = attention.attend(
      index,
      projected(g, shape, index, layer, linear(read, layer.qkv)),
    );
    const attended = added(
      `layer.${index}.post_attention`,
      linear(context, layer.output),
      layer.postAttention,
    );
    if (!shape.parallel) pending = attended;
    const inner = activated(g, shape, linear(shape.parallel ? read : input(), layer.up));
    const mixed = layer.downMixing ? format.mix(g, inner, layer.downMixing) : inner;
    const written = added(`layer.${index}.post_mlp`, linear(mixed, layer.down), layer.postMlp);
    pending = shape.parallel ? g.op('Add', [attended, written]) : written;
  });

  const last = g.op('Add', [residual, pending!]);
  if (head) {
    const rows = g.input(inputNames.rows, 'int64', ['R']);
    residual = g.op('Gather', [last, rows], { axis: { int: 1 } });
    pending = undefined;
    const out =
      gives === 'logits' ? cappedLogits(g, shape, linear(norm(), head)) : linear(norm(), head);
    if (gives === 'score') g.output(outputNames.scores, out, 'float32', [1, 'R', head.outFeatures]);
    else if (target === 'cpu') languageModelOutputs(g, out, head.outFeatures);
    else deviceLanguageModelOutputs(g, out, head.outFeatures);
  } else {
    g.output(outputNames.states, last, 'float32', [1, 'S', shape.hidden]);
  }
  attention.finish();
  return g.build(shape.family);
}

/** The input of a layer's attention; norms that take all heads together are done. */
function projected(
  g: GraphBuilder,
  shape: DecoderShape,
  index: number,
  { queryKeyGains: gains }: LayerWeights,
  qkv: string,
): Projected {
  if (!gains || shape.queryKeyNorms !== 'projections') return { qkv, headGains: gains };
  return { qkv: projectionNorms(g, shape, index, qkv, gains), headGains: undefined };
}

function cappedLogits(g: GraphBuilder, { logitCap }: DecoderShape, logits: string): string {
  if (logitCap === undefined) return logits;
  return capped(g, g.op('Div', [logits, g.floats([logitCap])]), logitCap);
}

const activationOps = { silu: 'QuickGelu', gelu: 'Gelu', 'gelu-tanh': 'FastGelu' } as const;

/** The activation of the MLP; x contains the gate first, if there is one. */
function activated(g: GraphBuilder, { activation, gated }: DecoderShape, x: string): string {
  const attributes = activation === 'silu' ? { alpha: { float: 1 } } : {};
  const act = (y: string): string => g.microsoft(activationOps[activation], [y], attributes)[0]!;
  if (!gated) return act(x);
  const [gate, up] = g.ops('Split', [x], 2, { axis: { int: 2 }, num_outputs: { int: 2 } });
  return g.op('Mul', [act(gate!), up!]);
}

/**
 * The outputs that decoding needs of the logits [1, R, vocabulary]; most runs need not return the
 * logits themselves.
 */
function languageModelOutputs(g: GraphBuilder, logits: string, vocabulary: number): void {
  const topCount = g.input(inputNames.topCount, 'int64', [1]);
  const targets = g.input(inputNames.targets, 'int64', [1, 'R', 'T']);
  const temperature = g.input(inputNames.temperature, 'float32', [1]);
  const massRows = g.input(inputNames.massRows, 'int64', ['M']);
  const [values, indices] = g.ops('TopK', [logits, topCount], 2, { axis: { int: 2 } });
  const largest = g.op('Slice', [values!, g.ints([0]), g.ints([1]), g.ints([2])]);
  const block = massBlock(vocabulary);
  const blocks = Math.ceil(vocabulary / block);
  const shifted = g.op('Sub', [paddedTo(g, logits, vocabulary, blocks * block), largest]);
  const mass = g.op('ReduceSum', [g.op('Exp', [shifted]), g.ints([2])]);
  // ONNX Runtime computes every output, fetched or not: an output that only sampling needs has its
  // own list of rows.
  const sampled = g.op('Gather', [shifted, massRows], { axis: { int: 1 } });
  const masses = g.op('Exp', [g.op('Div', [sampled, temperature])]);
  const blockMasses = g.op(
    'ReduceSum',
    [g.op('Reshape', [masses, g.ints([0, 0, blocks, block])]), g.ints([3])],
    { keepdims: { int: 0 } },
  );
  const target = g.op('GatherElements', [logits, targets], { axis: { int: 2 } });
  g.output(outputNames.logits, logits, 'float32', [1, 'R', vocabulary]);
  g.output(outputNames.topValues, values!, 'float32', [1, 'R', 'K']);
  g.output(outputNames.topIndices, indices!, 'int64', [1, 'R', 'K']);
  g.output(outputNames.mass, mass, 'float32', [1, 'R', 1]);
  g.output(outputNames.targetLogits, target, 'float32', [1, 'R', 'T']);
  g.output(outputNames.blockMasses, blockMasses, 'float32', [1, 'M', blocks]);
}

/** Pads logits to `width` with values that have no probability. */
function paddedTo(g: GraphBuilder, logits: string, vocabulary: number, width: number): string {
  if (width === vocabulary) return logits;
  const pads = g.ints([0, 0, 0, 0, 0, width - vocabulary]);
  return g.op('Pad', [logits, pads, g.floats([-1e30])]);
}

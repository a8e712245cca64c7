import type { DecoderShape } from '../architecture/architecture.ts';
import {
  attentionHeads,
  capped,
  maskInputs,
  scoreFactor,
  type Attention,
  type Projected,
  type Rotation,
} from './attention.ts';
import { inputNames, outputNames } from './graph-names.ts';
import type { GraphBuilder } from './graph.ts';

/** What the new tokens of a layer attend to. */
interface Attended {
  /** [1, heads, S, headDim] */
  readonly query: string;
  /** [kvHeads, C + S, headDim] */
  readonly keys: string;
  readonly values: string;
  /** [S, C + S] */
  readonly mask: string;
}

/** Attention with plain operators: [1, S, heads * headDim]. */
export function plainAttention(
  g: GraphBuilder,
  shape: DecoderShape,
  { query, keys, values, mask }: Attended,
): string {
  const { heads, kvHeads, headDim, scoreCap } = shape;
  const scaled = g.op('Mul', [query, g.floats([scoreFactor(shape)])]);
  const grouped = g.op('Reshape', [scaled, g.ints([kvHeads, -1, headDim])]);
  const turned = g.op('Transpose', [keys], { perm: { ints: [0, 2, 1] } });
  const scores = g.op('Reshape', [g.op('MatMul', [grouped, turned]), g.ints([heads, -1, 0])]);
  const masked = g.op('Add', [capped(g, scores, scoreCap), mask]);
  const shares = g.op('Softmax', [masked], { axis: { int: 2 } });
  const read = g.op('MatMul', [g.op('Reshape', [shares, g.ints([kvHeads, -1, 0])]), values]);
  const byHead = g.op('Reshape', [read, g.ints([heads, -1, headDim])]);
  const byToken = g.op('Transpose', [byHead], { perm: { ints: [1, 0, 2] } });
  return g.op('Reshape', [byToken, g.ints([1, -1, heads * headDim])]);
}

/**
 * Attention with operators that every GPU supports and a KV cache that stays on the device. For
 * each layer the graph gathers the C positions in `slots` from the past [2 kvHeads, L, headDim]
 * (keys, then values), appends the S new tokens, attends as `mask` [S, C + S] allows, and outputs
 * all C + S positions. So the list of slots is enough to commit, free, share and reorder positions.
 *
 * Sums are float32, in the order of the kernel: GPUs lack fast double precision.
 */
export class DeviceAttention implements Attention {
  /** By the window of a layer. */
  readonly #masks: ReadonlyMap<number | undefined, string>;
  readonly #slots: string;

  constructor(
    private readonly g: GraphBuilder,
    private readonly shape: DecoderShape,
    private readonly rotation: Rotation,
  ) {
    this.#masks = maskInputs(g, shape, 'S', 'C+S');
    this.#slots = g.input(inputNames.slots, 'int32', ['C']);
  }

  attend(layer: number, projected: Projected): string {
    const { g, shape, rotation } = this;
    const { kvHeads, headDim } = shape;
    const { query, key, value } = attentionHeads(g, shape, layer, projected, rotation);
    const cacheShape = (length: string): (number | string)[] => [2 * kvHeads, length, headDim];
    const past = g.input(inputNames.past(layer), 'float32', cacheShape('L'));
    const kept = g.op('Gather', [past, this.#slots], { axis: { int: 1 } });
    const both = g.op('Concat', [key, value], { axis: { int: 1 } });
    const added = g.op('Reshape', [both, g.ints([2 * kvHeads, -1, headDim])]);
    const present = g.op('Concat', [kept, added], { axis: { int: 1 } });
    g.output(outputNames.present(layer), present, 'float32', cacheShape('C+S'));

    const [keys, values] = g.ops('Split', [present, g.ints([kvHeads, kvHeads])], 2, {
      axis: { int: 0 },
    });
    return plainAttention(g, shape, {
      query,
      keys: keys!,
      values: values!,
      mask: this.#masks.get(shape.layerKinds[layer]!.window)!,
    });
  }

  finish(): void {
    // `attend` declares the output of each layer.
  }
}

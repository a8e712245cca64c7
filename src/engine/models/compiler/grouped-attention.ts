import type { DecoderShape } from '../architecture/architecture.ts';
import {
  headGainName,
  maskInputs,
  rmsNorm,
  rotate,
  type Attention,
  type Projected,
  type Rotation,
} from './attention.ts';
import { inputNames, outputNames } from './graph-names.ts';
import type { GraphBuilder } from './graph.ts';

/**
 * Attention with GroupQueryAttention, which WebGPU runs as flash attention. The KV cache stays on
 * the device: for each layer the graph gathers the C positions in `slots` from past keys and values
 * [1, kvHeads, L, headDim]; the operator appends the S new tokens and outputs all C + S positions.
 *
 * The operator is causal in the order of rows; `mask` [S, C + S] is added to the scores and hides
 * other branches. Rotary embedding is a separate operator: the fused one needs consecutive
 * positions, but branches share positions.
 */
export class GroupedAttention implements Attention {
  /** [1, 1, S, C + S] by the window of a layer. */
  readonly #biases: ReadonlyMap<number | undefined, string>;
  readonly #slots: string;
  /** [1], C + S - 1 */
  readonly #lastPosition: string;
  /** [1], C + S */
  readonly #positionCount: string;

  constructor(
    private readonly g: GraphBuilder,
    private readonly shape: DecoderShape,
    private readonly rotation: Rotation,
  ) {
    const masks = maskInputs(g, shape, 'S', 'C+S');
    const axes = g.ints([0, 1]);
    this.#biases = new Map(
      [...masks].map(([window, mask]) => [window, g.op('Unsqueeze', [mask, axes])]),
    );
    this.#slots = g.input(inputNames.slots, 'int32', ['C']);
    this.#lastPosition = g.input(inputNames.lastPosition, 'int32', [1]);
    this.#positionCount = g.input(inputNames.positionCount, 'int32', [1]);
  }

  attend(layer: number, { qkv, headGains }: Projected): string {
    const { g, shape } = this;
    const { heads, kvHeads, headDim } = shape;
    const [qk, value] = this.#split(qkv, (heads + kvHeads) * headDim, kvHeads * headDim);
    const normed = headGains ? this.#headNorm(layer, qk, headGains) : qk;
    const rotated = rotate(g, shape, layer, normed, this.rotation);
    const [query, key] = this.#split(rotated, heads * headDim, kvHeads * headDim);
    const [context, presentKey, presentValue] = g.microsoft(
      'GroupQueryAttention',
      [
        query,
        key,
        value,
        this.#kept(inputNames.pastKey(layer)),
        this.#kept(inputNames.pastValue(layer)),
        this.#lastPosition,
        this.#positionCount,
        ...['', '', ''],
        this.#biases.get(shape.layerKinds[layer]!.window)!,
      ],
      {
        num_heads: { int: heads },
        kv_num_heads: { int: kvHeads },
        scale: { float: shape.scoreScale },
      },
      3,
    );
    const present = [1, kvHeads, 'C+S', headDim];
    g.output(outputNames.presentKey(layer), presentKey!, 'float32', present);
    g.output(outputNames.presentValue(layer), presentValue!, 'float32', present);
    return context!;
  }

  finish(): void {
    // `attend` declares the outputs of each layer.
  }

  #kept(name: string): string {
    const { kvHeads, headDim } = this.shape;
    const past = this.g.input(name, 'float32', [1, kvHeads, 'L', headDim]);
    return this.g.op('Gather', [past, this.#slots], { axis: { int: 2 } });
  }

  #split(x: string, first: number, second: number): [string, string] {
    const parts = this.g.ops('Split', [x, this.g.ints([first, second])], 2, { axis: { int: 2 } });
    return [parts[0]!, parts[1]!];
  }

  /** Norms queries and keys [1, S, (heads + kvHeads) headDim], with a gain for each head. */
  #headNorm(layer: number, qk: string, gains: Float32Array): string {
    const { g } = this;
    const { heads, kvHeads, headDim, normEpsilon } = this.shape;
    const perHead = g.op('Reshape', [qk, g.ints([1, -1, heads + kvHeads, headDim])]);
    const ones = g.floats(new Array<number>(headDim).fill(1), [headDim]);
    const normed = rmsNorm(g, perHead, ones, normEpsilon);
    const scaled = g.op('Mul', [
      normed,
      g.table(headGainName(layer), gains, [heads + kvHeads, headDim]),
    ]);
    return g.op('Reshape', [scaled, g.ints([1, -1, (heads + kvHeads) * headDim])]);
  }
}

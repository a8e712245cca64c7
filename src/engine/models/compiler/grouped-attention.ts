import type { DecoderShape } from '../architecture/architecture.ts';
import {
  headGainName,
  maskInputs,
  rotate,
  unitNorm,
  type Attention,
  type Projected,
  type Rotation,
} from './attention.ts';
import { plainAttention } from './device-attention.ts';
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
 *
 * Where attention scores are capped, plain operators replace GroupQueryAttention: not every version
 * of it caps on WebGPU.
 */
export class GroupedAttention implements Attention {
  /** [S, C + S] by the window of a layer. */
  readonly #masks: ReadonlyMap<number | undefined, string>;
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
    this.#masks = maskInputs(g, shape, 'S', 'C+S');
    const axes = g.ints([0, 1]);
    this.#biases = new Map(
      [...this.#masks].map(([window, mask]) => [window, g.op('Unsqueeze', [mask, axes])]),
    );
    this.#slots = g.input(inputNames.slots, 'int32', ['C']);
    this.#lastPosition = g.input(inputNames.lastPosition, 'int32', [1]);
    this.#positionCount = g.input(inputNames.positionCount, 'int32', [1]);
  }

  attend(layer: number, { qkv, headGains }: Projected): string {
    const { g, shape } = this;
    const { heads, kvHeads, headDim } = shape;
    const [qk, value] = this.#split(qkv, (heads + kvHeads) * headDim, kvHeads * headDim);
    const norm = (x: string): string => (headGains ? this.#headNorm(layer, x, headGains) : x);
    const turned = (x: string): string => rotate(g, shape, layer, x, this.rotation);
    const ready = shape.queryKeyNorms === 'rotated-heads' ? norm(turned(qk)) : turned(norm(qk));
    const [query, key] = this.#split(ready, heads * headDim, kvHeads * headDim);
    if (shape.scoreCap !== undefined) return this.#attendPlainly(layer, [query, key, value]);
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
    this.#output(layer, presentKey!, presentValue!);
    return context!;
  }

  #output(layer: number, key: string, value: string): void {
    const present = [1, this.shape.kvHeads, 'C+S', this.shape.headDim];
    this.g.output(outputNames.presentKey(layer), key, 'float32', present);
    this.g.output(outputNames.presentValue(layer), value, 'float32', present);
  }

  /** @param projected queries, keys and values of the new tokens, [1, S, heads * headDim] each */
  #attendPlainly(layer: number, [query, key, value]: readonly [string, string, string]): string {
    const { g, shape } = this;
    const { heads, kvHeads, headDim } = shape;
    const byHead = (x: string, count: number): string =>
      g.op('Transpose', [g.op('Reshape', [x, g.ints([1, -1, count, headDim])])], {
        perm: { ints: [0, 2, 1, 3] },
      });
    const withNew = (past: string, x: string): string =>
      g.op('Concat', [this.#kept(past), byHead(x, kvHeads)], { axis: { int: 2 } });
    const keys = withNew(inputNames.pastKey(layer), key);
    const values = withNew(inputNames.pastValue(layer), value);
    this.#output(layer, keys, values);
    const flat = (x: string): string => g.op('Reshape', [x, g.ints([kvHeads, -1, headDim])]);
    return plainAttention(g, shape, {
      query: byHead(query, heads),
      keys: flat(keys),
      values: flat(values),
      mask: this.#masks.get(shape.layerKinds[layer]!.window)!,
    });
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
    const normed = unitNorm(g, perHead, headDim, normEpsilon);
    const scaled = g.op('Mul', [
      normed,
      g.table(headGainName(layer), gains, [heads + kvHeads, headDim]),
    ]);
    return g.op('Reshape', [scaled, g.ints([1, -1, (heads + kvHeads) * headDim])]);
  }
}

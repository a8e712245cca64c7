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

/** Shapes of a run as int64 lists, computed once for all layers. */
interface RunShapes {
  /** [1, kvHeads, G, S/G * heads/kvHeads, headDim] */
  readonly ancestorQueries: string;
  /** [1, kvHeads, G, S/G * heads/kvHeads, A] */
  readonly ancestorScores: string;
  /** [1, kvHeads, S * heads/kvHeads, A] */
  readonly flatScores: string;
  /** P and A */
  readonly split: string;
}

/**
 * Attention on the CPU. S new tokens, in any tree, attend to P positions of the committed prefix
 * and to ancestors outside it: each of G groups of S/G tokens gathers the A positions that
 * `ancestors` [G, A] lists, out of the B branch slots and the S new tokens. `mask`
 * [S * heads/kvHeads, P + A] is added to the scores: 0 or a large negative number, with a row for
 * each token and each query head that shares a key. The KV cache is an input; the graph returns the
 * keys and values of the new tokens.
 *
 * Each short branch is a group, so that none gathers another's slots; a prefill is one group, whose
 * tokens attend to each other.
 *
 * Attention weights are summed in double precision. So a token's result does not depend on the
 * order of its ancestors in the cache or on the rest of the batch: a branch has the same bits
 * whether it is computed alone, with others, or reused from an earlier step.
 */
export class PooledAttention implements Attention {
  /** By the window of a layer. */
  readonly #masks: ReadonlyMap<number | undefined, string>;
  readonly #ancestors: string;
  readonly #caches: string[] = [];
  #shapes: RunShapes | undefined;

  constructor(
    private readonly g: GraphBuilder,
    private readonly shape: DecoderShape,
    private readonly rotation: Rotation,
  ) {
    this.#masks = maskInputs(g, shape, 'S*heads/kvHeads', 'P+A');
    this.#ancestors = g.input(inputNames.ancestors, 'int32', ['G', 'A']);
  }

  attend(layer: number, projected: Projected): string {
    const { g, shape, rotation } = this;
    const { heads, kvHeads, headDim } = shape;
    const { query: queryByHead, key, value } = attentionHeads(g, shape, layer, projected, rotation);
    const cacheShape = (length: string): (number | string)[] => [1, kvHeads, length, headDim];
    const prefixKey = g.input(inputNames.prefixKey(layer), 'float32', cacheShape('P'));
    const prefixValue = g.input(inputNames.prefixValue(layer), 'float32', cacheShape('P'));
    const branchKey = g.input(inputNames.branchKey(layer), 'float32', cacheShape('B'));
    const branchValue = g.input(inputNames.branchValue(layer), 'float32', cacheShape('B'));
    this.#shapes ??= this.#shapesFrom(prefixKey);
    const {
      ancestorQueries: nearQueries,
      ancestorScores: nearScores,
      flatScores,
      split,
    } = this.#shapes;

    this.#caches.push(key, value);
    const query = this.#byGroup(queryByHead);

    const gatherAncestors = (earlier: string, added: string): string =>
      g.op('Gather', [g.op('Concat', [earlier, added], { axis: { int: 2 } }), this.#ancestors], {
        axis: { int: 2 },
      });
    const scale = { alpha: { float: scoreFactor(shape) }, transB: { int: 1 } };
    const score = (q: string, k: string): string => g.microsoft('FusedMatMul', [q, k], scale)[0]!;
    const scoresOnAncestors = score(
      g.op('Reshape', [query, nearQueries]),
      gatherAncestors(branchKey, key),
    );
    const scores = g.op(
      'Concat',
      [score(query, prefixKey), g.op('Reshape', [scoresOnAncestors, flatScores])],
      { axis: { int: 3 } },
    );
    const finite = capped(g, scores, shape.scoreCap);
    const masked = g.op('Add', [finite, this.#masks.get(shape.layerKinds[layer]!.window)!]);
    const top = g.op('ReduceMax', [masked, g.ints([3])], { keepdims: { int: 1 } });
    const double = (x: string): string => g.op('Cast', [x], { to: { int: 11 } });
    const shares = double(g.op('Exp', [g.op('Sub', [masked, top])]));
    const total = g.op('ReduceSum', [shares, g.ints([3])], { keepdims: { int: 1 } });
    const [onPrefix, onAncestors] = g.ops('Split', [shares, split], 2, { axis: { int: 3 } });
    const sumOfAncestors = g.op('MatMul', [
      g.op('Reshape', [onAncestors!, nearScores]),
      double(gatherAncestors(branchValue, value)),
    ]);
    const sum = g.op('Add', [
      g.op('MatMul', [onPrefix!, double(prefixValue)]),
      g.op('Reshape', [sumOfAncestors, g.ints([1, kvHeads, -1, headDim])]),
    ]);
    const single = g.op('Cast', [g.op('Div', [sum, total])], { to: { int: 1 } });
    const perHead = g.op('Reshape', [single, g.ints([kvHeads, -1, heads / kvHeads, headDim])]);
    const byToken = g.op('Transpose', [perHead], { perm: { ints: [1, 0, 2, 3] } });
    return g.op('Reshape', [byToken, g.ints([1, -1, heads * headDim])]);
  }

  finish(): void {
    const { layers, kvHeads, headDim } = this.shape;
    const cache = this.g.op('Concat', this.#caches, { axis: { int: 0 } });
    this.g.output(outputNames.cache, cache, 'float32', [2 * layers, kvHeads, 'S', headDim]);
  }

  /**
   * [1, heads, S, headDim] -> [1, kvHeads, S * heads/kvHeads, headDim], with the heads of a token
   * next to each other.
   */
  #byGroup(query: string): string {
    const { g } = this;
    const { heads, kvHeads, headDim } = this.shape;
    if (heads === kvHeads) return query;
    const grouped = g.op('Reshape', [query, g.ints([kvHeads, heads / kvHeads, -1, headDim])]);
    const byToken = g.op('Transpose', [grouped], { perm: { ints: [0, 2, 1, 3] } });
    return g.op('Reshape', [byToken, g.ints([1, kvHeads, -1, headDim])]);
  }

  #shapesFrom(prefixKey: string): RunShapes {
    const { g } = this;
    const { kvHeads, headDim } = this.shape;
    const [groups, width] = g.ops('Split', [g.op('Shape', [this.#ancestors])], 2, {
      axis: { int: 0 },
      num_outputs: { int: 2 },
    });
    const prefix = g.op('Shape', [prefixKey], { start: { int: 2 }, end: { int: 3 } });
    const list = (...parts: readonly string[]): string =>
      g.op('Concat', parts, { axis: { int: 0 } });
    return {
      ancestorQueries: list(g.ints([1, kvHeads]), groups!, g.ints([-1, headDim])),
      ancestorScores: list(g.ints([1, kvHeads]), groups!, g.ints([-1]), width!),
      flatScores: list(g.ints([1, kvHeads, -1]), width!),
      split: list(prefix, width!),
    };
  }
}

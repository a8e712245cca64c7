import type { Adapter } from './adapter.ts';
import { changedWeights } from './adapter/changes.ts';
import {
  allLayers,
  biasName,
  type HeadKind,
  type LayerRange,
} from './architecture/architecture.ts';
import type { CompileSource } from './compiler/compile-source.ts';
import type { OpenModel } from './open-model.ts';

/** Change it whenever the same adapter changes a model in another way; part of the cache key. */
export const adapterVersion = '2';

/**
 * A model with an adapter's changes. Its tokens are the adapter's where the adapter has a tokenizer
 * or a chat template of its own. Closing it closes neither.
 * @throws TqError badModel if the adapter does not fit
 */
export function adaptedModel(model: OpenModel, adapter: Adapter): OpenModel {
  const weights = changedWeights(model.weights, adapter.changes(model));
  // An adapter of a model with added tokens brings an embedding with their rows.
  const [vocabulary = 0] = weights.shape(model.architecture.embedding);
  return {
    ...model,
    name: `${model.name} + ${adapter.name}`,
    shape: { ...model.shape, vocabulary },
    weights,
    files: [...model.files, ...adapter.files],
    tokenizer: () => model.tokenizer({ folder: adapter.tokenizerFolder, vocabulary }),
    close: async () => undefined,
  };
}

/** The compiler's input for a model, with the adapter's weights applied. */
export function compileSource(
  model: OpenModel,
  adapter: Adapter | undefined,
  head: HeadKind,
  range: LayerRange = allLayers(model.shape),
): CompileSource {
  const source = adapter ? adaptedModel(model, adapter) : model;
  const { name, architecture, shape, weights } = source;
  return {
    name,
    architecture,
    shape,
    weights: architecture.split?.(weights, shape) ?? weights,
    range,
    head,
  };
}

/**
 * The lowest layer that an adapter changes; layers below it are the base's. It is 0 if the adapter
 * changes the embedding, and the last layer if it only adds a head.
 */
export function lowestChangedLayer(adapter: Adapter, model: OpenModel): number {
  const { languageHead, scoreHead, finalNorm } = model.architecture;
  const above = [languageHead, scoreHead, finalNorm].flatMap((name) => [name, biasName(name)]);
  const layers = [...adapter.changes(model).keys()]
    .filter((name) => !above.includes(name))
    .map((name) => Number(/\blayers\.(\d+)\./.exec(name)?.[1] ?? 0));
  return Math.min(model.shape.layers - 1, ...layers);
}

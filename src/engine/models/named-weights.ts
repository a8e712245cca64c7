import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Architecture, DecoderShape, NamedWeights } from './architecture/architecture.ts';
import { reordered } from './architecture/weight-rows.ts';
import type { TensorFile } from './tensor-file.ts';

function missing(model: string, name: string): never {
  throw new TqError(
    ErrorCode.badModel,
    `${model} has no weight ${name}; the file is incomplete or of another kind of model.`,
  );
}

/** What transformers puts before the names of a model that has a head. */
const bodyPrefix = /^(?:model|gpt_neox)\./u;

/**
 * Weights of a Hugging Face folder, under their names or the family's aliases. Where a model was
 * saved without its head, its weights lack the prefix of the body, as transformers takes them.
 */
export function safetensorsWeights(
  file: TensorFile,
  { aliases, languageHead }: Architecture,
  { tiedHead }: DecoderShape,
  model: string,
): NamedWeights {
  // A tied model's folder may contain a head, which transformers ignores.
  const find = (name: string): string | undefined =>
    tiedHead && name === languageHead
      ? undefined
      : [name, ...(aliases?.(name) ?? []), name.replace(bodyPrefix, '')].find((each) =>
          file.tensors.has(each),
        );
  const stored = (name: string): string => find(name) ?? missing(model, name);
  return {
    has: (name) => find(name) !== undefined,
    shape: (name) => file.tensors.get(stored(name))!.shape,
    read: async (name, start, count) => file.read(stored(name), start, count),
  };
}

/** Weights of a GGUF file with the names, row order and values that transformers uses. */
export function ggufWeights(
  file: TensorFile,
  { gguf }: Architecture,
  shape: DecoderShape,
  model: string,
): NamedWeights {
  const stored = (name: string): string => {
    const own = gguf.name(name);
    return own !== undefined && file.tensors.has(own) ? own : missing(model, name);
  };
  return {
    has: (name) => file.tensors.has(gguf.name(name) ?? ''),
    shape: (name) => file.tensors.get(stored(name))!.shape,
    async read(name, start = 0, count) {
      const own = stored(name);
      const order = gguf.rowOrder?.(name, shape);
      const values = order
        ? reordered(await file.read(own), file.tensors.get(own)!.shape, order, start, count)
        : await file.read(own, start, count);
      const offset = gguf.offset?.(name) ?? 0;
      return offset === 0 ? values : values.map((value) => value - offset);
    },
  };
}

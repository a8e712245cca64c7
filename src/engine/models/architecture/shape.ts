import { badModel } from '../malformed.ts';
import type { DecoderShape, LayerKind, Rope } from './architecture.ts';

/** The rotary tables grow with the context; longer contexts than this are not offered. */
const longestContext = 32_768;

/** Published models have heads of 32 to 256. */
const largestHead = 1024;

/** Published models have up to 126. */
const maxLayers = 1024;

/** @throws TqError badModel: one sentence, which names the model */
export function refuse(model: string, what: string): never {
  throw badModel(`${model} cannot be used: ${what}.`);
}

/** The parts of a shape that every family reads; what they leave out is as in Llama. */
export type ShapeParts = Pick<
  DecoderShape,
  | 'family'
  | 'layers'
  | 'hidden'
  | 'heads'
  | 'kvHeads'
  | 'headDim'
  | 'intermediate'
  | 'vocabulary'
  | 'contextLength'
  | 'normEpsilon'
  | 'layerKinds'
> &
  Partial<DecoderShape>;

/**
 * A shape whose sizes fit together.
 * @throws TqError badModel naming the size that does not
 */
export function checkedShape(parts: ShapeParts, model: string): DecoderShape {
  requireHeadSize(parts.headDim, model);
  const contextLength = Math.min(parts.contextLength, longestContext);
  const shape: DecoderShape = {
    norm: 'rms',
    normOffset: 0,
    postNorms: false,
    headNorms: false,
    scoreScale: 1 / Math.sqrt(parts.headDim),
    activation: 'silu',
    gated: true,
    parallel: false,
    biases: { qkv: false, output: false, mlp: false },
    embeddingScale: 1,
    tiedHead: undefined,
    ...parts,
    contextLength,
    layerKinds: withoutWideWindows(parts.layerKinds, contextLength),
  };
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary } = shape;
  const sizes = {
    layers,
    hidden,
    heads,
    kvHeads,
    headDim,
    intermediate,
    vocabulary,
    contextLength,
  };
  for (const [name, value] of Object.entries(sizes)) {
    if (Number.isSafeInteger(value)) continue;
    refuse(model, `its ${name} is ${value}, a whole number is needed`);
  }
  for (const rope of new Set(shape.layerKinds.map((kind) => kind.rope))) {
    requireFiniteRope(rope, model);
  }
  if (heads % kvHeads !== 0) {
    refuse(model, `${heads} attention heads cannot share ${kvHeads} key/value heads`);
  }
  return shape;
}

/** A window that no text outgrows needs no mask. */
function withoutWideWindows(kinds: readonly LayerKind[], contextLength: number): LayerKind[] {
  return kinds.map((kind) =>
    kind.window !== undefined && kind.window >= contextLength
      ? { ...kind, window: undefined }
      : kind,
  );
}

/** Frequencies that are no numbers would make of every text the same nonsense. */
export function requireFiniteRope({ inverseFrequencies, amplitude }: Rope, model: string): void {
  if ([amplitude, ...inverseFrequencies].every(Number.isFinite)) return;
  refuse(
    model,
    'the settings of its rotary embedding give frequencies that are not finite numbers',
  );
}

/** Looked at before tables of this size are made. */
export function requireHeadSize(headDim: number, model: string): void {
  if (Number.isInteger(headDim) && headDim % 2 === 0 && headDim <= largestHead) return;
  refuse(model, `head size ${headDim} is not an even number of at most ${largestHead}`);
}

/** One kind a layer: `full` where `isFull` says so, else `windowed`. */
export function layerKinds(
  layers: number,
  { full, windowed }: { full: LayerKind; windowed: LayerKind },
  isFull: (layer: number) => boolean,
  model: string,
): LayerKind[] {
  if (!Number.isInteger(layers) || layers > maxLayers) {
    refuse(model, `it has ${layers} layers; a whole number of at most ${maxLayers} is needed`);
  }
  return Array.from({ length: layers }, (_, layer) => (isFull(layer) ? full : windowed));
}

/** Layers that are all alike. */
export function uniformLayers(
  layers: number,
  rope: Rope,
  window: number | undefined,
  model: string,
): LayerKind[] {
  const kind: LayerKind = { rope, window };
  return layerKinds(layers, { full: kind, windowed: kind }, () => true, model);
}

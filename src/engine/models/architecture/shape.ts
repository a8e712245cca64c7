import { badModel } from '../malformed.ts';
import type { DecoderShape, LayerKind, Rope } from './architecture.ts';

/** Longer contexts are cut to this: the rotary tables grow with the context. */
const maxContext = 32_768;

/** Published models have head sizes of 32 to 256. */
const maxHeadDim = 1024;

/** Published models have up to 126 layers. */
const maxLayers = 1024;

/** @throws TqError badModel naming the model */
export function refuse(model: string, what: string): never {
  throw badModel(`${model} cannot be used: ${what}.`);
}

/** The parts of a shape that every family sets; the defaults of the others are Llama's. */
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
 * Completes a shape and checks that its sizes fit together.
 * @throws TqError badModel naming the wrong size
 */
export function checkedShape(parts: ShapeParts, model: string): DecoderShape {
  requireHeadSize(parts.headDim, model);
  const ropes = [...new Set(parts.layerKinds.flatMap(({ rope }) => (rope ? [rope] : [])))];
  const longest = ropes.map((rope) => rope.longest ?? maxContext);
  const contextLength = Math.min(parts.contextLength, maxContext, ...longest);
  const shape: DecoderShape = {
    norm: 'rms',
    normOffset: 0,
    normBias: true,
    preNorms: true,
    postNorms: false,
    queryKeyNorms: undefined,
    scoreScale: 1 / Math.sqrt(parts.headDim),
    scoreCap: undefined,
    activation: 'silu',
    gated: true,
    parallel: false,
    biases: { qkv: false, output: false, mlp: false },
    embeddingScale: 1,
    residualScale: 1,
    logitScale: 1,
    logitCap: undefined,
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
    refuse(model, `its ${name} is ${value}; it must be a whole number`);
  }
  for (const rope of ropes) requireFiniteRope(rope, model);
  if (heads % kvHeads !== 0) {
    refuse(model, `${heads} attention heads cannot share ${kvHeads} key/value heads`);
  }
  return shape;
}

/** Removes windows that are at least as long as the context: they hide nothing. */
function withoutWideWindows(kinds: readonly LayerKind[], contextLength: number): LayerKind[] {
  return kinds.map((kind) =>
    kind.window !== undefined && kind.window >= contextLength
      ? { ...kind, window: undefined }
      : kind,
  );
}

/** Refuses frequencies that are not finite: every text would be nonsense. */
export function requireFiniteRope({ inverseFrequencies, amplitude }: Rope, model: string): void {
  if ([amplitude, ...inverseFrequencies].every(Number.isFinite)) return;
  refuse(
    model,
    'the settings of its rotary embedding give frequencies that are not finite numbers',
  );
}

/** Checks the head size before tables of this size are created. */
export function requireHeadSize(headDim: number, model: string): void {
  if (Number.isInteger(headDim) && headDim % 2 === 0 && headDim <= maxHeadDim) return;
  refuse(model, `its head size is ${headDim}; it must be an even number of at most ${maxHeadDim}`);
}

/** The kind of each layer: `full` if `isFull`, else `windowed`. */
export function layerKinds(
  layers: number,
  { full, windowed }: { full: LayerKind; windowed: LayerKind },
  isFull: (layer: number) => boolean,
  model: string,
): LayerKind[] {
  if (!Number.isInteger(layers) || layers > maxLayers) {
    refuse(model, `it has ${layers} layers; it must be a whole number of at most ${maxLayers}`);
  }
  return Array.from({ length: layers }, (_, layer) => (isFull(layer) ? full : windowed));
}

/** Layers that are all the same. */
export function uniformLayers(
  layers: number,
  rope: Rope,
  window: number | undefined,
  model: string,
): LayerKind[] {
  const kind: LayerKind = { rope, window };
  return layerKinds(layers, { full: kind, windowed: kind }, () => true, model);
}

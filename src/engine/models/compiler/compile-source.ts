import type {
  Architecture,
  DecoderShape,
  HeadKind,
  LayerRange,
  NamedWeights,
} from '../architecture/architecture.ts';

/** What is compiled: weights by name, and how to read them. */
export interface CompileSource {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
  /** Layers below the last give `states`. */
  readonly range: LayerRange;
  readonly head: HeadKind;
}

import type {
  Architecture,
  DecoderShape,
  HeadKind,
  LayerRange,
  NamedWeights,
} from '../architecture/architecture.ts';

/** The compiler's input: weights by name, and how to read them. */
export interface CompileSource {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
  /** A range that ends below the last layer has the head `states`. */
  readonly range: LayerRange;
  readonly head: HeadKind;
}

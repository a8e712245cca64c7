/** Rotary position embedding: angle = position * inverseFrequencies[i]. */
export interface Rope {
  readonly inverseFrequencies: readonly number[];
}

/** Sizes of a decoder-only transformer. */
export interface DecoderShape {
  readonly family: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly rope: Rope;
}

/** What a model predicts: next-token logits, or scores of a whole text, one a label. */
export type HeadKind = 'logits' | 'score';

/** Hadamard blocks of size `block` on the diagonal of a [features, features] matrix. */
export interface Mixing {
  readonly features: number;
  readonly block: number;
}

/** A prepared linear layer of the graph: y = W x, W [outFeatures, inFeatures]. */
export interface LinearWeight {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export interface LayerWeights {
  readonly qkv: LinearWeight;
  readonly output: LinearWeight;
  readonly gateUp: LinearWeight;
  readonly down: LinearWeight;
  /** Set when the inputs of `down` are mixed at run time. */
  readonly downMixing?: Mixing | undefined;
}

/** Weights by the names Hugging Face transformers gives them, as float32 rows. */
export interface NamedWeights {
  has(name: string): boolean;
  /** Row-major shape, outermost first; throws when there is no such weight. */
  shape(name: string): readonly number[];
  /** Rows [start, start + count), all when left out. */
  read(name: string, start?: number, count?: number): Promise<Float32Array>;
}

/** Names of the weights one layer is prepared from. */
export interface LayerNames {
  readonly attentionNorm: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly mlpNorm: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

/** A family of models: how its configuration reads and what its weights are called. */
export interface Architecture {
  readonly family: string;
  /** `model_type` values of config.json. */
  readonly modelTypes: readonly string[];
  /** `general.architecture` values of GGUF files. */
  readonly ggufArchitectures: readonly string[];
  shapeFromConfig(config: unknown, model: string): DecoderShape;
  shapeFromGguf(metadata: ReadonlyMap<string, unknown>, model: string): DecoderShape;
  /** Tensor name in a GGUF file, or undefined when GGUF has no such tensor. */
  ggufName(name: string): string | undefined;
  /** GGUF stores these rows permuted for interleaved rotary embedding: heads to undo it by. */
  ggufPermutedHeads(name: string, shape: DecoderShape): number | undefined;
  layer(index: number): LayerNames;
  readonly embedding: string;
  readonly finalNorm: string;
  /** Absent from the files of models whose head is tied to the embedding. */
  readonly languageHead: string;
  readonly scoreHead: string;
}

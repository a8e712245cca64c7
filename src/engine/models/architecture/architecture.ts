/**
 * Rotary position embedding of the first `2 * inverseFrequencies.length` dimensions of each head:
 * angle = position * inverseFrequencies[i], cosine and sine times `amplitude`.
 */
export interface Rope {
  readonly inverseFrequencies: readonly number[];
  readonly amplitude: number;
  /** The longest text, in tokens, that these frequencies are right for; undefined: any. */
  readonly longest?: number | undefined;
}

/** Properties in which the layers of one model may differ. */
export interface LayerKind {
  /** Undefined: queries and keys are not rotated. */
  readonly rope: Rope | undefined;
  /** A token attends to itself and `window - 1` tokens before it; undefined: to all before it. */
  readonly window: number | undefined;
}

/**
 * Norms of queries and keys: of each head before rotation, of each head after it, or of all heads
 * of a token together, before rotation.
 */
export type QueryKeyNorms = 'heads' | 'rotated-heads' | 'projections';

/** `gelu` is x * Phi(x), `gelu-tanh` its approximation by a hyperbolic tangent. */
export type Activation = 'silu' | 'gelu' | 'gelu-tanh';

/** Which linear layers add a bias. */
export interface Biases {
  readonly qkv: boolean;
  readonly output: boolean;
  readonly mlp: boolean;
}

/** A decoder-only transformer for the graph builder: its sizes, and what its layers compute. */
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
  /** One for each layer; layers with the same rotary embedding share the object. */
  readonly layerKinds: readonly LayerKind[];
  /** `rms`: x / rms(x) * gain; `layer`: (x - mean) / deviation * gain + bias. */
  readonly norm: 'rms' | 'layer';
  readonly normEpsilon: number;
  /** A norm's gain is its weight plus this. */
  readonly normOffset: number;
  /** Whether a LayerNorm adds a bias. */
  readonly normBias: boolean;
  /** Whether the inputs of attention and MLP are normed. */
  readonly preNorms: boolean;
  /** Whether the outputs of attention and MLP are normed before they are added to the residual. */
  readonly postNorms: boolean;
  /** Undefined: queries and keys are not normed. */
  readonly queryKeyNorms: QueryKeyNorms | undefined;
  /** Factor of the attention scores. */
  readonly scoreScale: number;
  /** Attention scores x become cap * tanh(x / cap). */
  readonly scoreCap: number | undefined;
  readonly activation: Activation;
  /** True: down(activation(gate(x)) * up(x)). False: down(activation(up(x))). */
  readonly gated: boolean;
  /** Whether the MLP has the same input as attention, and both are added together. */
  readonly parallel: boolean;
  readonly biases: Biases;
  readonly embeddingScale: number;
  /** Factor of the outputs of attention and MLP, before they are added to the residual stream. */
  readonly residualScale: number;
  /** Factor of the logits. */
  readonly logitScale: number;
  /** Logits x, after their factor, become cap * tanh(x / cap). */
  readonly logitCap: number | undefined;
  /** Whether the embedding is the language head; undefined: if the files contain no head. */
  readonly tiedHead: boolean | undefined;
}

/** The distinct windows of a model's layers, in order; each has its own mask. */
export function maskWindows({ layerKinds }: DecoderShape): (number | undefined)[] {
  return [...new Set(layerKinds.map(({ window }) => window))];
}

/**
 * The output of a graph for a token: next-token logits, scores of the text up to it (one for each
 * label), or the hidden state for the layers above.
 */
export type HeadKind = 'logits' | 'score' | 'states';

/** Layers [from, to), compiled and run as one graph. */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

export function allLayers({ layers }: DecoderShape): LayerRange {
  return { from: 0, to: layers };
}

/** The shape of a range of a decoder's layers. */
export function shapeOf(shape: DecoderShape, { from, to }: LayerRange): DecoderShape {
  return { ...shape, layers: to - from, layerKinds: shape.layerKinds.slice(from, to) };
}

/**
 * A [features, features] matrix with Hadamard blocks of size `block` on the diagonal, then, if
 * given, `across` [features / block, features / block] across the blocks.
 */
export interface Mixing {
  readonly features: number;
  readonly block: number;
  readonly across?: readonly number[] | undefined;
}

/** A prepared linear layer of the graph: y = W x + bias, W [outFeatures, inFeatures]. */
export interface LinearWeight {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias?: Float32Array | undefined;
}

/** A norm of a layer's output, before it is added to the residual stream. */
export interface PostNorm {
  /** [hidden] */
  readonly gain: Float32Array;
  /** Set if the residual stream is rotated. */
  readonly mixing: Mixing | undefined;
}

export interface LayerWeights {
  readonly qkv: LinearWeight;
  readonly output: LinearWeight;
  /** Gate and up projection together if the MLP is gated. */
  readonly up: LinearWeight;
  readonly down: LinearWeight;
  /** Set if the inputs of `down` are mixed at run time. */
  readonly downMixing?: Mixing | undefined;
  /** Gains of queries and keys, [heads + kvHeads, headDim]. */
  readonly queryKeyGains?: Float32Array | undefined;
  readonly postAttention?: PostNorm | undefined;
  readonly postMlp?: PostNorm | undefined;
}

/** Weights by the names Hugging Face transformers gives them, as float32 rows. */
export interface NamedWeights {
  has(name: string): boolean;
  /** Row-major shape, outermost first; throws if there is no such weight. */
  shape(name: string): readonly number[];
  /** Rows [start, start + count); default all. */
  read(name: string, start?: number, count?: number): Promise<Float32Array>;
}

/**
 * Names of one layer's weights; a bias ends in `.bias` instead of `.weight`.
 */
export interface LayerNames {
  /** Used if there are norms before attention and MLP. */
  readonly attentionNorm?: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly mlpNorm?: string;
  readonly up: string;
  readonly down: string;
  /** Used if the MLP is gated. */
  readonly gate?: string;
  /** Used if queries and keys are normed. */
  readonly queryNorm?: string;
  readonly keyNorm?: string;
  /** Used if there are post-norms. */
  readonly postAttentionNorm?: string;
  readonly postMlpNorm?: string;
}

/** How GGUF files store a family's weights. */
export interface GgufLayout {
  /** @param has whether the file has a tensor of that name */
  shape(
    metadata: ReadonlyMap<string, unknown>,
    has: (tensor: string) => boolean,
    model: string,
  ): DecoderShape;
  /** Tensor name in a GGUF file, or undefined if GGUF has no such tensor. */
  name(name: string): string | undefined;
  /** For a weight with another row order: maps a row of transformers to the file's row. */
  rowOrder?(name: string, shape: DecoderShape): ((row: number) => number) | undefined;
  /** The file's values are transformers' plus this. */
  offset?(name: string): number;
}

/** A model family: how to read its configuration, and the names of its weights. */
export interface Architecture {
  readonly family: string;
  /** `model_type` values of config.json. */
  readonly modelTypes: readonly string[];
  /** `general.architecture` values of GGUF files. */
  readonly ggufArchitectures: readonly string[];
  shapeFromConfig(config: unknown, model: string): DecoderShape;
  readonly gguf: GgufLayout;
  /** Other names of a weight in folders. */
  aliases?(name: string): readonly string[];
  /** Adds weights that `layer` names and the files store as parts of other weights. */
  split?(weights: NamedWeights, shape: DecoderShape): NamedWeights;
  /** Names of a layer's weights that `split` takes apart; adapters change them as stored. */
  joined?(index: number): readonly string[];
  layer(index: number): LayerNames;
  readonly embedding: string;
  readonly finalNorm: string;
  readonly languageHead: string;
  readonly scoreHead: string;
}

/** The name of the bias that belongs to a weight. */
export function biasName(weight: string): string {
  return weight.replace(/weight$/, 'bias');
}

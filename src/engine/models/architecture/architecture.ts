/**
 * Rotary position embedding of the first `2 * inverseFrequencies.length` dimensions of each head:
 * angle = position * inverseFrequencies[i], cosine and sine times `amplitude`.
 */
export interface Rope {
  readonly inverseFrequencies: readonly number[];
  readonly amplitude: number;
}

/** What the layers of one model may differ in. */
export interface LayerKind {
  readonly rope: Rope;
  /** A token sees itself and the window - 1 tokens before it; undefined: all before it. */
  readonly window: number | undefined;
}

/** `gelu` is x * Phi(x), `gelu-tanh` its approximation by a hyperbolic tangent. */
export type Activation = 'silu' | 'gelu' | 'gelu-tanh';

/** Which linear layers add a bias. */
export interface Biases {
  readonly qkv: boolean;
  readonly output: boolean;
  readonly mlp: boolean;
}

/** A decoder-only transformer as the graph builder sees it: sizes, and what its layers compute. */
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
  /** One a layer; layers with the same rotary embedding share the object. */
  readonly layerKinds: readonly LayerKind[];
  /** `rms`: x / rms(x) * gain; `layer`: (x - mean) / deviation * gain + bias. */
  readonly norm: 'rms' | 'layer';
  readonly normEpsilon: number;
  /** A norm's gain is this plus its weight. */
  readonly normOffset: number;
  /** What attention and MLP give is normed before it is added to the residual stream. */
  readonly postNorms: boolean;
  /** Queries and keys are normed a head before they are rotated. */
  readonly headNorms: boolean;
  /** Attention scores are queries times keys times this. */
  readonly scoreScale: number;
  readonly activation: Activation;
  /** down(activation(gate(x)) * up(x)); without a gate down(activation(up(x))). */
  readonly gated: boolean;
  /** The MLP reads what attention reads, and both are added at once. */
  readonly parallel: boolean;
  readonly biases: Biases;
  readonly embeddingScale: number;
  /** True: the embedding is the language head; undefined: where the files hold no head. */
  readonly tiedHead: boolean | undefined;
}

/** The distinct windows of a model's layers, in order: each has a mask of its own. */
export function maskWindows({ layerKinds }: DecoderShape): (number | undefined)[] {
  return [...new Set(layerKinds.map(({ window }) => window))];
}

/**
 * What a graph gives for a token: next-token logits, scores of a whole text, one a label, or the
 * hidden state that the layers above go on from.
 */
export type HeadKind = 'logits' | 'score' | 'states';

/** A stretch of layers [from, to) that is compiled and run by itself. */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

export function allLayers({ layers }: DecoderShape): LayerRange {
  return { from: 0, to: layers };
}

/** The shape of a stretch of a decoder's layers. */
export function shapeOf(shape: DecoderShape, { from, to }: LayerRange): DecoderShape {
  return { ...shape, layers: to - from, layerKinds: shape.layerKinds.slice(from, to) };
}

/**
 * A [features, features] matrix with Hadamard blocks of size `block` on the diagonal; then, where
 * `across` [features / block, features / block] is there, that across the blocks.
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

/** A norm of what a layer gives, before it is added to the residual stream. */
export interface PostNorm {
  /** [hidden] */
  readonly gain: Float32Array;
  /** Set where the residual stream is rotated. */
  readonly mixing: Mixing | undefined;
}

export interface LayerWeights {
  readonly qkv: LinearWeight;
  readonly output: LinearWeight;
  /** Gate and up projection in one where the MLP is gated. */
  readonly up: LinearWeight;
  readonly down: LinearWeight;
  /** Set when the inputs of `down` are mixed at run time. */
  readonly downMixing?: Mixing | undefined;
  /** Gains of queries and keys, [heads + kvHeads, headDim]. */
  readonly headGains?: Float32Array | undefined;
  readonly postAttention?: PostNorm | undefined;
  readonly postMlp?: PostNorm | undefined;
}

/** Weights by the names Hugging Face transformers gives them, as float32 rows. */
export interface NamedWeights {
  has(name: string): boolean;
  /** Row-major shape, outermost first; throws when there is no such weight. */
  shape(name: string): readonly number[];
  /** Rows [start, start + count), all when left out. */
  read(name: string, start?: number, count?: number): Promise<Float32Array>;
}

/**
 * Names of the weights one layer is prepared from; a bias ends in `.bias` in place of `.weight`.
 */
export interface LayerNames {
  readonly attentionNorm: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly mlpNorm: string;
  readonly up: string;
  readonly down: string;
  /** Read where the MLP is gated. */
  readonly gate?: string;
  /** Read where queries and keys are normed. */
  readonly queryNorm?: string;
  readonly keyNorm?: string;
  /** Read where there are post-norms. */
  readonly postAttentionNorm?: string;
  readonly postMlpNorm?: string;
}

/** How GGUF files hold a family's weights. */
export interface GgufLayout {
  /** @param has whether the file holds a tensor of that name */
  shape(
    metadata: ReadonlyMap<string, unknown>,
    has: (tensor: string) => boolean,
    model: string,
  ): DecoderShape;
  /** Tensor name in a GGUF file, or undefined when GGUF has no such tensor. */
  name(name: string): string | undefined;
  /** For a weight whose rows lie in another order: the file's row of each row of transformers. */
  rowOrder?(name: string, shape: DecoderShape): ((row: number) => number) | undefined;
  /** The file's values are transformers' plus this. */
  offset?(name: string): number;
}

/** A family of models: how its configuration reads and what its weights are called. */
export interface Architecture {
  readonly family: string;
  /** `model_type` values of config.json. */
  readonly modelTypes: readonly string[];
  /** `general.architecture` values of GGUF files. */
  readonly ggufArchitectures: readonly string[];
  shapeFromConfig(config: unknown, model: string): DecoderShape;
  readonly gguf: GgufLayout;
  /** Other names under which folders hold a weight. */
  aliases?(name: string): readonly string[];
  /** Adds the weights that `layer` names and the files hold as parts of others. */
  split?(weights: NamedWeights, shape: DecoderShape): NamedWeights;
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

import type { LayerKind, Rope } from './architecture.ts';
import { rotaryEmbedding, type RopeScaling } from './rope.ts';
import { refuse, requireHeadSize, uniformLayers, type ShapeParts } from './shape.ts';

/** Reads `<architecture>.<key>` of a GGUF file's metadata. */
export class GgufConfig {
  constructor(
    private readonly metadata: ReadonlyMap<string, unknown>,
    private readonly architecture: string,
    readonly model: string,
  ) {}

  /**
   * @throws TqError badModel for a value that is not a positive number, or missing without a
   *   fallback
   */
  number(key: string, fallback?: number): number {
    const value = this.metadata.get(`${this.architecture}.${key}`) ?? fallback;
    if (typeof value === 'number' && value > 0) return value;
    return refuse(
      this.model,
      `GGUF metadata ${this.architecture}.${key} is ${String(value)}; it must be a positive number`,
    );
  }

  /** Undefined if missing or 0, which converters write for "none". */
  optional(key: string): number | undefined {
    const value = this.metadata.get(`${this.architecture}.${key}`) ?? 0;
    return value === 0 ? undefined : this.number(key);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.metadata.get(`${this.architecture}.${key}`) ?? fallback;
    if (typeof value === 'boolean') return value;
    return refuse(
      this.model,
      `GGUF metadata ${this.architecture}.${key} is ${String(value)}; it must be true or false`,
    );
  }

  get headDim(): number {
    const heads = this.number('attention.head_count');
    const headDim = this.number('attention.key_length', this.number('embedding_length') / heads);
    requireHeadSize(headDim, this.model);
    const values = this.number('attention.value_length', headDim);
    if (values !== headDim) {
      refuse(
        this.model,
        `its values have ${values} dimensions and its keys have ${headDim}; they must be equal`,
      );
    }
    return headDim;
  }

  /** The rotary embedding of `rope.*`; GGUF stores Llama 3's scaling in a separate tensor. */
  rope(defaultTheta = 10_000): Rope {
    return this.#rope(this.number('rope.freq_base', defaultTheta), this.#scaling());
  }

  /** A rotary embedding with another base, to which `rope.scaling.*` does not apply. */
  unscaledRope(theta: number): Rope {
    return this.#rope(theta, undefined);
  }

  #rope(theta: number, scaling: RopeScaling | undefined): Rope {
    const dimensions = this.number('rope.dimension_count', this.headDim);
    if (dimensions % 2 !== 0 || dimensions > this.headDim) {
      refuse(
        this.model,
        `${dimensions} of each head's ${this.headDim} dimensions are rotated; it must be an even number of at most ${this.headDim}`,
      );
    }
    const positions = this.number('context_length');
    return rotaryEmbedding({ theta, dimensions, scaling, positions }, this.model);
  }

  #scaling(): RopeScaling | undefined {
    const kind = this.metadata.get(`${this.architecture}.rope.scaling.type`);
    if (typeof kind !== 'string' || kind === 'none') return undefined;
    return {
      rope_type: kind,
      factor: this.number('rope.scaling.factor', 1),
      original_max_position_embeddings: this.optional('rope.scaling.original_context_length'),
      attention_factor: this.optional('rope.scaling.attn_factor'),
      beta_fast: this.optional('rope.scaling.yarn_beta_fast'),
      beta_slow: this.optional('rope.scaling.yarn_beta_slow'),
    };
  }

  /** The shape of a Llama model with these sizes; other families override parts of it. */
  shape(family: string): Omit<ShapeParts, 'layerKinds' | 'normEpsilon'> {
    const heads = this.number('attention.head_count');
    const tokens = this.metadata.get('tokenizer.ggml.tokens');
    return {
      family,
      layers: this.number('block_count'),
      hidden: this.number('embedding_length'),
      heads,
      kvHeads: this.number('attention.head_count_kv', heads),
      headDim: this.headDim,
      intermediate: this.number('feed_forward_length'),
      vocabulary: this.number('vocab_size', Array.isArray(tokens) ? tokens.length : undefined),
      contextLength: this.number('context_length'),
    };
  }

  /** Whether a layer attends to the whole text, where others have a window. */
  isFullLayer(defaultPeriod: number): (layer: number) => boolean {
    const key = 'attention.sliding_window_pattern';
    const pattern = this.metadata.get(`${this.architecture}.${key}`);
    if (Array.isArray(pattern)) return (layer) => !pattern[layer];
    const period = this.number(key, defaultPeriod);
    return (layer) => (layer + 1) % period === 0;
  }

  get rmsEpsilon(): number {
    return this.number('attention.layer_norm_rms_epsilon');
  }

  /** Layers that are all the same. */
  layers(): LayerKind[] {
    const window = this.optional('attention.sliding_window');
    return uniformLayers(this.number('block_count'), this.rope(), window, this.model);
  }
}

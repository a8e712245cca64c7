import type { LayerKind, Rope } from './architecture.ts';
import { rotaryEmbedding, yarnAmplitude, type RopeScaling } from './rope.ts';
import { quoted } from '../malformed.ts';
import { refuse, requireHeadSize, uniformLayers, type ShapeParts } from './shape.ts';

/** The key of a factor of cosine and sine. */
const attentionFactor = 'rope.scaling.attn_factor';

/** Reads `<architecture>.<key>` of a GGUF file's metadata. */
export class GgufConfig {
  constructor(
    private readonly metadata: ReadonlyMap<string, unknown>,
    private readonly architecture: string,
    readonly model: string,
  ) {}

  /**
   * A number, or the one number of a list with an entry for each layer.
   * @throws TqError badModel for a value that is not a positive number, or missing without a
   *   fallback
   */
  number(key: string, fallback?: number): number {
    const stored = this.metadata.get(`${this.architecture}.${key}`) ?? fallback;
    const list: readonly unknown[] = Array.isArray(stored) ? stored : [stored];
    const value = list.every((each) => each === list[0]) ? list[0] : list;
    if (typeof value === 'number' && value > 0) return value;
    return refuse(
      this.model,
      `GGUF metadata ${this.architecture}.${key} is ${shown(value)}; it must be a positive number`,
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
      `GGUF metadata ${this.architecture}.${key} is ${shown(value)}; it must be true or false`,
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
    if (this.scalingType === 'longrope') return this.#longRope(defaultTheta);
    const scaling = this.#scaling();
    const rope = this.#rope(this.number('rope.freq_base', defaultTheta), scaling);
    if (scaling && scaling.rope_type !== 'linear') return rope;
    return { ...rope, amplitude: this.optional(attentionFactor) ?? 1 };
  }

  /**
   * LongRoPE, whose factors for short texts are in a tensor that `open-model.ts` applies. llama.cpp
   * divides by `rope.scaling.factor` as well. Texts end where it would use the other factors.
   */
  #longRope(defaultTheta: number): Rope {
    const scaling = { rope_type: 'linear', factor: this.#scalingFactor() };
    return {
      ...this.#rope(this.number('rope.freq_base', defaultTheta), scaling),
      amplitude: this.optional(attentionFactor) ?? 1,
      longest: this.optional('rope.scaling.original_context_length'),
    };
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

  get scalingType(): unknown {
    return this.metadata.get(`${this.architecture}.rope.scaling.type`);
  }

  #scaling(): RopeScaling | undefined {
    // llama.cpp takes a factor without a type as linear.
    const kind = String(this.scalingType ?? 'linear');
    if (kind === 'none') return undefined;
    const factor = this.#scalingFactor();
    return {
      rope_type: kind,
      factor,
      original_max_position_embeddings: this.optional('rope.scaling.original_context_length'),
      attention_factor: this.#attentionFactor(kind, factor),
      beta_fast: this.optional('rope.scaling.yarn_beta_fast'),
      beta_slow: this.optional('rope.scaling.yarn_beta_slow'),
    };
  }

  /** Files of before October 2023 have only the older key. */
  #scalingFactor(): number {
    const isNew = this.metadata.has(`${this.architecture}.rope.scaling.factor`);
    return this.optional(isNew ? 'rope.scaling.factor' : 'rope.scale_linear') ?? 1;
  }

  /** llama.cpp multiplies YaRN's own amplitude by the factor of the file. */
  #attentionFactor(kind: string, factor: number): number | undefined {
    const given = this.optional(attentionFactor);
    return given !== undefined && kind === 'yarn' ? given * yarnAmplitude(factor, {}) : given;
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

/** Text of a file is quoted, and a list only counted. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? 'a list' : String(value);
}

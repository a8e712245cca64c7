import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import {
  loadFrom,
  localFiles,
  localModelFolder,
  localTransformers,
  runWithin,
  tokenizeWithin,
  weightOptions,
  type LocalModelFolder,
} from './local-transformers.ts';
import { RecentTexts } from '../text/recent-texts.ts';
import { maxMeasuredLength } from '../text/text-reward.ts';

/** A text's sentence embedding. */
export interface Embedding {
  /** Unit length; [hidden size], which is 384 for all-MiniLM-L6-v2. */
  readonly vector: Float32Array;
  /** Positions computed for it; 0 if it was cached. */
  readonly positions: number;
}

/** The most tokens per text that all-MiniLM-L6-v2 was trained on. */
const maxTokens = 256;

type MeanPooling = (hidden: Tensor, mask: Tensor) => Tensor;

/**
 * Sentence embeddings by a local Sentence-BERT model (Reimers and Gurevych, 2019): the mean of the
 * last hidden states of the first 256 tokens, scaled to unit length.
 */
export class SentenceEmbedder {
  readonly #recent = new RecentTexts<Float32Array>(64);

  private constructor(
    private readonly folder: LocalModelFolder,
    private readonly tokenizer: PreTrainedTokenizer,
    private readonly model: PreTrainedModel,
    private readonly meanPooling: MeanPooling,
  ) {}

  static readonly #loaded = new Map<string, Promise<SentenceEmbedder>>();

  /**
   * The embedder of a model folder. Each folder is loaded once, because loading takes time and
   * memory.
   *
   * @throws TqError badModel if a file is missing or is not a readable model.
   */
  static async load(folder: string): Promise<SentenceEmbedder> {
    const model = await localModelFolder(folder);
    const known = SentenceEmbedder.#loaded.get(model.path);
    if (known !== undefined) return known;
    const loading = loadFrom(model, async () => {
      const { AutoModel, AutoTokenizer, mean_pooling } = await localTransformers();
      return new SentenceEmbedder(
        model,
        await AutoTokenizer.from_pretrained(model.path, localFiles),
        await AutoModel.from_pretrained(model.path, await weightOptions(model)),
        mean_pooling,
      );
    });
    SentenceEmbedder.#loaded.set(model.path, loading);
    loading.catch(() => SentenceEmbedder.#loaded.delete(model.path));
    return loading;
  }

  /**
   * Runs one text at a time. Activations are quantised to int8 over the whole input, so in a batch
   * the other texts would change a text's vector, and with it a decision between two candidates.
   */
  async embed(text: string): Promise<Embedding> {
    const measured = text.slice(0, maxMeasuredLength);
    const known = this.#recent.get(measured);
    if (known !== undefined) return { vector: known, positions: 0 };
    const options = { truncation: true, max_length: maxTokens };
    const input = tokenizeWithin(this.folder, () => this.tokenizer(measured, options));
    const output = await runWithin(
      this.folder,
      () => this.model(input) as Promise<{ readonly last_hidden_state: Tensor }>,
    );
    const pooled = this.meanPooling(output.last_hidden_state, input.attention_mask);
    const vector = Float32Array.from(pooled.normalize(2, -1).data as Float32Array);
    this.#recent.set(measured, vector);
    return { vector, positions: input.input_ids.dims[1]! };
  }
}

/** Cosine similarity of two vectors of unit length, in [-1, 1]. */
export function cosine(first: Float32Array, second: Float32Array): number {
  const sum = first.reduce((total, value, index) => total + value * second[index]!, 0);
  return Math.min(1, Math.max(-1, sum));
}

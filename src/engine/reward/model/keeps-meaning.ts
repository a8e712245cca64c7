import { z } from 'zod';
import type {
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../../decoding/reward.ts';
import { catalogueEntry, type CatalogueContext } from '../catalogue-entry.ts';
import { requireFiniteScores } from '../finite-scores.ts';
import { toUnitInterval, unitRange } from '../unit-range.ts';
import { cosine, SentenceEmbedder } from './sentence-embedder.ts';

/** The model that embeds the texts; it ships. */
const embeddingModel = 'all-minilm-l6-v2';

export const keepsMeaningEntry = catalogueEntry(
  {
    id: 'keeps-meaning',
    title: 'Keeps the meaning',
    favours: 'saying what the draft says (the prompt, where there is no draft)',
    description: 'Cosine of the MiniLM sentence embeddings of response and draft, at least 0.',
    range: unitRange,
    licence: 'Apache-2.0 (all-MiniLM-L6-v2 weights)',
    needsDraft: true,
  },
  {},
  (_, context) => KeepsMeaning.shipped(context, context.id),
);

/** Parameter of rewards with a part for meaning, for those who weigh meaning themselves. */
export const meaningParameter = z
  .enum(['on', 'off'])
  .default('on')
  .describe('on, or off to leave out the meaning kept (on when left out)');

/**
 * Similarity of meaning: the cosine of the sentence embeddings of the response and the draft being
 * rewritten (the prompt, without a draft). Negative cosines count as 0. An empty response scores 0.
 */
export class KeepsMeaning implements Reward {
  readonly range = unitRange;
  readonly textOnly = true;

  private constructor(
    readonly id: string,
    private readonly embedder: SentenceEmbedder,
  ) {}

  /** @throws TqError badModel if the folder is not an embedding model. */
  static async load(
    folder: string,
    id: string = keepsMeaningEntry.description.id,
  ): Promise<KeepsMeaning> {
    return new KeepsMeaning(id, await SentenceEmbedder.load(folder));
  }

  /** The reward that embeds texts with the shipped model. */
  static async shipped(
    { modelFolder }: Pick<CatalogueContext, 'modelFolder'>,
    id?: string,
  ): Promise<KeepsMeaning> {
    return KeepsMeaning.load(await modelFolder(embeddingModel), id);
  }

  async open(prompt: RewardPrompt, { signal }: RewardOpenOptions = {}): Promise<RewardSession> {
    signal?.throwIfAborted();
    const reference = await this.embedder.embed(prompt.draft?.trim() ? prompt.draft : prompt.text);
    return new KeepsMeaningSession(this.id, this.embedder, reference.vector, reference.positions);
  }
}

class KeepsMeaningSession implements RewardSession {
  constructor(
    private readonly rewardId: string,
    private readonly embedder: SentenceEmbedder,
    private readonly reference: Float32Array,
    public positions: number,
  ) {}

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const scores: number[] = [];
    for (const { text } of responses) {
      signal?.throwIfAborted();
      scores.push(text.trim() === '' ? 0 : await this.#similarity(text));
    }
    return requireFiniteScores(this.rewardId, scores, responses.length);
  }

  close(): void {
    // Later sessions share the embedder.
  }

  async #similarity(text: string): Promise<number> {
    const { vector, positions } = await this.embedder.embed(text);
    this.positions += positions;
    return toUnitInterval(cosine(this.reference, vector));
  }
}

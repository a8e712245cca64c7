import type {
  Range,
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../../decoding/reward.ts';
import { requireFiniteScores } from '../finite-scores.ts';
import { cosine, SentenceEmbedder } from './sentence-embedder.ts';
import { toUnitInterval } from '../text/text-reward.ts';

/**
 * Likeness of meaning: cosine of the sentence embeddings of the response and of the draft being
 * rewritten, or of the prompt where there is no draft; negative cosines count as 0. An empty
 * response scores 0.
 */
export class KeepsMeaning implements Reward {
  readonly range: Range = [0, 1];
  readonly textOnly = true;

  private constructor(
    readonly id: string,
    private readonly embedder: SentenceEmbedder,
  ) {}

  /** @throws TqError badModel when the folder holds no embedding model. */
  static async load(folder: string, id = 'keeps-meaning'): Promise<KeepsMeaning> {
    return new KeepsMeaning(id, await SentenceEmbedder.load(folder));
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
      scores.push(text.trim() === '' ? 0 : await this.#likeness(text));
    }
    return requireFiniteScores(this.rewardId, scores, responses.length);
  }

  close(): void {
    // The embedder is shared with later sessions.
  }

  async #likeness(text: string): Promise<number> {
    const { vector, positions } = await this.embedder.embed(text);
    this.positions += positions;
    return toUnitInterval(cosine(this.reference, vector));
  }
}

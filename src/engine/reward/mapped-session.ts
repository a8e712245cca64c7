import { checkedScore } from '../../decoding/checked-score.ts';
import type { Response, Reward, RewardSession } from '../../decoding/reward.ts';
import { requireFiniteScores } from './finite-scores.ts';

/** A session of a reward whose scores are mapped one by one; all else is the session's own. */
export class MappedSession implements RewardSession {
  constructor(
    /** The reward of the session. */
    protected readonly reward: Pick<Reward, 'id' | 'range'>,
    private readonly session: RewardSession,
    private readonly map: (score: number) => number,
  ) {}

  get positions(): number {
    return this.session.positions;
  }

  get trunkPositions(): number | undefined {
    return this.session.trunkPositions;
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    return (await this.rawScores(responses, signal)).map(this.map);
  }

  async parts(response: Response): Promise<Readonly<Record<string, number>>> {
    return (await this.session.parts?.(response)) ?? {};
  }

  async commit(token: number): Promise<void> {
    await this.session.commit?.(token);
  }

  close(): void {
    this.session.close();
  }

  /** Checks before mapping, which may hide a score that is infinite or out of range. */
  protected async rawScores(
    responses: readonly Response[],
    signal?: AbortSignal,
  ): Promise<number[]> {
    const raw = await this.session.score(responses, signal);
    return requireFiniteScores(this.reward.id, raw, responses.length).map((score) =>
      checkedScore(this.reward, score),
    );
  }
}

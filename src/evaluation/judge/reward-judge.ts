import type { GenerationOptionsInput } from '../../protocol/options.ts';
import type { ScoredText, Scores } from '../run/score-texts.ts';
import { noUsage, outcomeOf, type Contest, type Judge, type Verdict } from './judge.ts';

/**
 * Another reward as judge: the response with the larger score wins. A reward scores each response
 * alone, so there is no order to swap.
 */
export class RewardJudge implements Judge {
  readonly name: string;

  constructor(
    private readonly reward: string,
    private readonly format: GenerationOptionsInput['format'],
    private readonly scores: Scores,
  ) {
    this.name = `the reward ${reward}`;
  }

  async prepare(contests: readonly Contest[]): Promise<void> {
    await this.scores.add(
      `Judging by the reward ${this.reward}`,
      contests.flatMap((contest) => [this.#text(contest, 'first'), this.#text(contest, 'second')]),
    );
  }

  async decide(contest: Contest): Promise<Verdict> {
    const first = this.scores.of(this.#text(contest, 'first'));
    const second = this.scores.of(this.#text(contest, 'second'));
    return {
      outcome: outcomeOf(first, second),
      unreadable: 0,
      asked: 0,
      remembered: 0,
      usage: noUsage,
    };
  }

  #text(contest: Contest, side: 'first' | 'second'): ScoredText {
    const { prompt, policy, ended } = contest;
    const { reward, format } = this;
    return { prompt, text: contest[side], ended: ended[side], reward, policy, format };
  }
}

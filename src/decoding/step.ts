import type { Candidate, Rollout, TokenId } from './policy.ts';
import { keyOf, wins, type DrawnCandidate, type Estimate } from './ranking.ts';

/** A continuation [z, tau] with what an estimate takes from it. */
export interface ScoredRollout extends Rollout {
  /** r(x, [y_<t, z, tau]). */
  readonly reward: number;
  /**
   * r_BL of the same response, or the implicit one of [z, tau], without that of the text before,
   * which is equal for all candidates; null if the method does not use r_BL.
   */
  readonly baselineReward: number | null;
  /** Its share in the value, (16); null if the method does not use r_BL. */
  readonly weight: number | null;
}

/** The estimate for one candidate and the rollouts it was made from. */
export interface Valuation extends Estimate {
  /** One without tau if the candidate ends or the method has no rollouts. */
  readonly rollouts: readonly ScoredRollout[];
}

/**
 * Values candidates of the current state, in the given order.
 * @param leader the best one valued before, if any was
 */
export type ValueCandidates = (
  candidates: readonly DrawnCandidate[],
  leader: Valuation | undefined,
) => Promise<Valuation[]>;

/** The outcome of one decoding step. */
export interface StepOutcome {
  readonly chosen: DrawnCandidate;
  /** 'skipped': log pi and the bounds decided, without a reward. */
  readonly decision: 'skipped' | 'evaluated';
  /** The values by token; candidates missing here could not win. */
  readonly valuations: ReadonlyMap<TokenId, Valuation>;
}

/** The token of one step, and the candidates it was chosen from. */
export interface Choice {
  readonly chosen: Candidate;
  /** Most likely first; with their noise if `outcome` says how they were ranked. */
  readonly candidates: readonly (Candidate | DrawnCandidate)[];
  /** Undefined if the method chooses without rewards. */
  readonly outcome: StepOutcome | undefined;
}

/** The best candidate so far, and all valuations. */
export class Contest {
  readonly valuations = new Map<TokenId, Valuation>();
  #best: DrawnCandidate | undefined;
  #bestKey = -Infinity;

  constructor(
    private readonly alpha: number,
    private readonly valueCandidates: ValueCandidates,
  ) {}

  /** True when `candidate` with the key `key` would take the lead. */
  isBeatenBy(candidate: DrawnCandidate, key: number): boolean {
    return this.#best === undefined || wins(candidate, key, this.#best, this.#bestKey);
  }

  async enter(candidates: readonly DrawnCandidate[]): Promise<void> {
    const valuations = await this.valueCandidates(
      candidates,
      this.#best && this.valuations.get(this.#best.token),
    );
    candidates.forEach((candidate, index) => {
      const valuation = valuations[index]!;
      this.valuations.set(candidate.token, valuation);
      const key = keyOf(candidate, valuation, this.alpha);
      if (this.isBeatenBy(candidate, key)) {
        this.#best = candidate;
        this.#bestKey = key;
      }
    });
  }

  /** The winner of all candidates so far; at least one is required. */
  outcome(): StepOutcome {
    return { chosen: this.#best!, decision: 'evaluated', valuations: this.valuations };
  }
}

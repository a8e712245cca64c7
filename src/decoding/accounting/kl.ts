import { divergenceOfScores, divergenceWithRest } from './divergence.ts';
import type { DecodingPlan } from '../plan.ts';
import type { Candidate } from '../policy.ts';
import { scoreOf, type Estimate, type EstimateBounds } from '../ranking.ts';
import type { DecodingSession } from '../session.ts';
import type { Choice, StepOutcome } from '../step.ts';

/** Sums KL(pi_alg(.|s_t) || pi_ref(.|s_t)) over the steps of a response. */
export class KlMeter {
  #total = 0;
  /** False after the first step whose KL needed a guessed value. */
  exact = true;
  #last: Estimate | undefined;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
  ) {}

  /** Nats, or null without a reference policy of the same vocabulary. */
  get kl(): number | null {
    return this.plan.reference === undefined ? null : this.#total;
  }

  /** Adds one step, before its token is committed. */
  async add({ candidates, outcome }: Choice): Promise<void> {
    if (outcome === undefined) await this.#addPlain(candidates);
    else await this.#addValued(candidates, outcome);
  }

  /** Adds a step of a plain policy. */
  async #addPlain(candidates: readonly Candidate[]): Promise<void> {
    const { reference } = this.session;
    if (reference === undefined || reference === this.session.sequence) return;
    this.#total += divergenceWithRest(
      logProbsOf(candidates),
      await this.#underReference(candidates),
    );
  }

  /**
   * Adds a step of (12). A candidate without an estimate gets the step's first one. If the step has
   * none, it gets the last known one, and before any the middle of the bounds.
   */
  async #addValued(candidates: readonly Candidate[], outcome: StepOutcome): Promise<void> {
    const [first] = outcome.valuations.values();
    const guess = first ?? this.#last ?? middle(this.plan.bounds);
    this.#last = outcome.valuations.get(outcome.chosen.token) ?? this.#last;
    if (this.plan.reference === undefined) return;
    if (candidates.length > 1 && outcome.valuations.size < candidates.length) this.exact = false;
    const scores = candidates.map((candidate) => {
      const estimate = outcome.valuations.get(candidate.token) ?? guess;
      return scoreOf(candidate, estimate, this.plan.options.alpha);
    });
    this.#total += divergenceOfScores(scores, await this.#underReference(candidates));
  }

  async #underReference(candidates: readonly Candidate[]): Promise<number[]> {
    const { reference, sequence } = this.session;
    if (reference === undefined || reference === sequence) return logProbsOf(candidates);
    return reference.logProbs(candidates.map(({ token }) => token));
  }
}

function logProbsOf(candidates: readonly Candidate[]): number[] {
  return candidates.map(({ logProb }) => logProb);
}

function middle(bounds: EstimateBounds | undefined): Estimate {
  if (bounds === undefined) return { value: 0, logMeanWeight: 0 };
  const { low, high } = bounds;
  return {
    value: (low.value + high.value) / 2,
    logMeanWeight: (low.logMeanWeight + high.logMeanWeight) / 2,
  };
}

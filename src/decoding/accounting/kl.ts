import { divergenceBounds, divergenceOf, type Span } from './divergence.ts';
import type { DecodingPlan } from '../plan.ts';
import type { Candidate, PolicySequence } from '../policy.ts';
import { scoreOf, type EstimateBounds } from '../ranking.ts';
import type { Divergence } from '../result.ts';
import type { DecodingSession } from '../session.ts';
import type { Choice, StepOutcome } from '../step.ts';

/**
 * Sums KL(pi_alg(.|s_t) || pi_ref(.|s_t)) over the steps of a response, and log pi_ref of its
 * tokens. The reference policy reads every token for the KL, so log pi_ref costs nothing more.
 */
export class KlMeter {
  #low = 0;
  /** Infinity if a step has no upper bound. */
  #high = 0;
  #logProb = 0;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
  ) {}

  /** Null without a reference policy of the same vocabulary. */
  get kl(): Divergence | null {
    const { reference, method, options } = this.plan;
    if (reference === undefined) return null;
    const [low, high] = [this.#low, this.#high];
    return {
      kind: low === high ? 'exact' : high === Infinity ? 'lower-bound' : 'interval',
      low,
      high: high === Infinity ? null : high,
      of: method.estimate === undefined ? 'policy' : 'softmax-policy',
      path: options.temperature === 0 ? 'greedy' : 'sampled',
    };
  }

  /** log pi_ref(y|x) of the tokens so far; null without a reference policy. */
  get referenceLogProb(): number | null {
    return this.plan.reference === undefined ? null : this.#logProb;
  }

  /** Adds one step, before its token is committed. */
  async add(choice: Choice): Promise<void> {
    const { reference } = this.session;
    if (reference === undefined) return;
    if (choice.outcome !== undefined) await this.#addValued(choice, choice.outcome, reference);
    else if (reference === this.session.sequence) this.#logProb += choice.chosen.logProb;
    else if (this.plan.policy.partial || this.plan.reference!.partial) {
      await this.#addPartial(choice, reference);
    } else await this.#addPlain(choice.chosen, reference);
  }

  /** Adds a step of a plain policy, over the whole vocabulary. */
  async #addPlain({ token }: Candidate, reference: PolicySequence): Promise<void> {
    const own = this.plan.policy.vocabularySize;
    const shared = Math.min(own, this.plan.reference!.vocabularySize);
    const tokens = Array.from({ length: shared }, (_, id) => id);
    const logQ = await reference.logProbs(tokens);
    const step = divergenceOf(await this.session.sequence.logProbs(tokens), logQ);
    // A token that the reference policy does not have adds what cannot be bounded.
    this.#addSpan({ low: step, high: shared < own ? Infinity : step });
    this.#logProb += logQ[token] ?? -Infinity;
  }

  /**
   * Adds a step of a plain policy of which only the candidates are known. All other tokens count as
   * one: the KL of what two policies say of a partition is at most their KL.
   */
  async #addPartial({ chosen, candidates }: Choice, reference: PolicySequence): Promise<void> {
    const all = candidates.some(({ token }) => token === chosen.token)
      ? candidates
      : [...candidates, chosen];
    const logQ = await this.#referenceLogProbs(all, reference);
    const withRest = (logProbs: readonly number[]): number[] => {
      const rest = 1 - logProbs.reduce((sum, each) => sum + Math.exp(each), 0);
      return [...logProbs, Math.log(Math.max(rest, 0))];
    };
    const low = divergenceOf(withRest(all.map(({ logProb }) => logProb)), withRest(logQ));
    this.#addSpan({ low, high: Infinity });
    this.#logProb += logQ[all.findIndex(({ token }) => token === chosen.token)]!;
  }

  /** Adds a step of (12). A value that was not computed lies within the bounds of the reward. */
  async #addValued(
    { chosen, candidates }: Choice,
    outcome: StepOutcome,
    reference: PolicySequence,
  ): Promise<void> {
    const logQ =
      reference === this.session.sequence
        ? candidates.map(({ logProb }) => logProb)
        : await this.#referenceLogProbs(candidates, reference);
    this.#addSpan(
      divergenceBounds(
        candidates.map((candidate) => this.#scoreOf(candidate, outcome)),
        logQ,
      ),
    );
    this.#logProb += logQ[candidates.findIndex(({ token }) => token === chosen.token)]!;
  }

  /** log pi_ref of candidates: -Infinity for a token that the reference policy does not have. */
  async #referenceLogProbs(
    candidates: readonly Candidate[],
    reference: PolicySequence,
  ): Promise<number[]> {
    const { vocabularySize } = this.plan.reference!;
    const known = candidates.map(({ token }) => token).filter((token) => token < vocabularySize);
    const logProbs = await reference.logProbs(known);
    return candidates.map(({ token }) => logProbs[known.indexOf(token)] ?? -Infinity);
  }

  #scoreOf(candidate: Candidate, { valuations }: StepOutcome): Span {
    const { alpha } = this.plan.options;
    const known = valuations.get(candidate.token);
    const { low, high } = known === undefined ? this.#bounds : { low: known, high: known };
    return { low: scoreOf(candidate, low, alpha), high: scoreOf(candidate, high, alpha) };
  }

  /** Without bounds every value is computed, unless there is a single candidate. */
  get #bounds(): EstimateBounds {
    const any = { value: 0, logMeanWeight: 0 };
    return this.plan.bounds ?? { low: any, high: any };
  }

  #addSpan({ low, high }: Span): void {
    if (low < Infinity) this.#low += low;
    this.#high += high;
  }
}

import { rolloutRoom } from '../options.ts';
import type { DecodingPlan } from '../plan.ts';
import type { Candidate, Rollout } from '../policy.ts';
import type { DecodingStats } from '../result.ts';
import type { RewardScorer } from '../scorer.ts';
import type { DecodingSession } from '../session.ts';
import type { Choice, StepOutcome } from '../step.ts';
import { leadOf } from './margin.ts';

/** Counts what a response costs while it is written. */
export class Ledger {
  readonly #start: number;
  #asideMs = 0;
  #firstEvent: number | undefined;
  #steps = 0;
  #skippedSteps = 0;
  #candidatesEvaluated = 0;
  #rolloutTokens = 0;
  #exhaustiveCandidates = 0;
  #exhaustiveRolloutTokens = 0;
  #exhaustiveBranchPositions = 0;
  #exhaustiveResponses = 0;
  /**
   * Positions one reward model reads for all decisions: each reads the prompt and the text again.
   */
  #exhaustiveReadings = 0;
  #finalReadings = 0;
  #smallestLead = Infinity;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
    private readonly now: () => number,
  ) {
    this.#start = now();
  }

  /** Milliseconds spent on the response so far. */
  get wallMs(): number {
    return this.now() - this.#start - this.#asideMs;
  }

  /** Counts one committed token, before its event. */
  token(): void {
    this.#steps += 1;
    this.#firstEvent ??= this.wallMs;
  }

  /** Runs work that is not part of decoding, and excludes its time. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    const start = this.now();
    try {
      return await work();
    } finally {
      this.#asideMs += this.now() - start;
    }
  }

  /** Counts one decision among candidates, after `committed` tokens of response. */
  decision(candidates: readonly Candidate[], outcome: StepOutcome, committed: number): void {
    if (outcome.decision === 'skipped') this.#skippedSteps += 1;
    this.#candidatesEvaluated += outcome.valuations.size;
    this.#exhaustiveCandidates += candidates.length;
    this.#exhaustiveReadings += this.plan.prompt.tokens.length + committed;
    for (const { token } of candidates) {
      const rollouts = outcome.valuations.get(token)?.rollouts;
      for (const { tokens } of rollouts ?? []) this.#rolloutTokens += tokens.length - 1;
      this.#addExhaustive(token, committed, rollouts);
    }
  }

  /** Keeps the smallest lead of a chosen token, for texts at servers. */
  lead(choice: Choice): void {
    const lead = leadOf(choice, this.plan);
    if (lead !== undefined && lead < this.#smallestLead) this.#smallestLead = lead;
  }

  /** Counts the target reward's scoring of the finished text of `length` tokens. */
  finalReward(length: number): void {
    this.#finalReadings += this.plan.prompt.tokens.length + length;
  }

  /** Counts the responses of best-of-N. */
  responses(responses: readonly Rollout[]): void {
    this.#candidatesEvaluated += responses.length;
    for (const { tokens } of responses) this.#rolloutTokens += tokens.length;
  }

  stats(): DecodingStats {
    const { plan, session, wallMs } = this;
    const policyPositions = session.policyPositions;
    const rewardPositions = session.rewards.reduce((sum, { positions }) => sum + positions, 0);
    const counted = plan.options.exhaustive || plan.method.estimate === undefined;
    return {
      steps: this.#steps,
      skippedSteps: this.#skippedSteps,
      candidatesEvaluated: this.#candidatesEvaluated,
      rolloutTokens: this.#rolloutTokens,
      policyPositions,
      takenOverPositions: session.takenOverPositions,
      responsesScored: session.target?.responsesScored ?? 0,
      rewardPositions,
      trunkPositions: session.trunkPositions ?? null,
      serverRequests: session.requests,
      ...this.#server(),
      exhaustiveCandidates: counted ? this.#candidatesEvaluated : this.#exhaustiveCandidates,
      exhaustiveRolloutTokens: counted ? this.#rolloutTokens : this.#exhaustiveRolloutTokens,
      exhaustivePositions: counted ? policyPositions : this.#exhaustivePositions(),
      exhaustiveRewardPositions: counted ? rewardPositions : this.#exhaustiveRewardPositions(),
      boundsUsed:
        plan.method.estimate !== undefined &&
        plan.options.shortcuts.bounds &&
        plan.bounds !== undefined,
      firstTokenMs: this.#firstEvent ?? null,
      wallMs,
      tokensPerSecond: wallMs > 0 ? (1000 * this.#steps) / wallMs : 0,
    };
  }

  #server(): Pick<DecodingStats, 'server'> {
    const { served } = this.session;
    if (served === undefined) return {};
    const { rolloutMargin: rollouts, ...said } = served;
    const candidates = Number.isFinite(this.#smallestLead) ? this.#smallestLead : null;
    return { server: { ...said, margin: { candidates, rollouts } } };
  }

  /**
   * Adds the cost of one candidate in Algorithm 1: exact if it was valued, an upper bound if not.
   */
  #addExhaustive(token: number, committed: number, rollouts: readonly Rollout[] | undefined): void {
    const { method, options, policy } = this.plan;
    const rollsOut = method.estimate?.rollsOut === true && !policy.endTokens.has(token);
    const count = rollsOut ? options.rollouts : 1;
    const length = rollsOut ? rolloutRoom(options, committed) : 0;
    for (let index = 0; index < count; index += 1) {
      const rollout = rollouts?.[index];
      const tokens = rollout === undefined ? length : rollout.tokens.length - 1;
      this.#exhaustiveRolloutTokens += tokens;
      this.#exhaustiveBranchPositions += tokens * this.#readings;
    }
    this.#exhaustiveResponses += count;
    this.#exhaustiveReadings += rollouts ? sharedPositions(rollouts) : 1 + count * length;
  }

  /** How often a policy reads a rollout: once more for the implicit baseline reward. */
  get #readings(): number {
    const { method, rewardBaseline, policy, reference } = this.plan;
    const implicit = method.estimate?.usesRewardBaseline === true && rewardBaseline === undefined;
    return implicit && reference !== policy ? 2 : 1;
  }

  #exhaustivePositions(): number {
    const text = this.plan.prompt.tokens.length + Math.max(0, this.#steps - 1);
    return text * this.session.sequenceCount + this.#exhaustiveBranchPositions;
  }

  #exhaustiveRewardPositions(): number {
    return this.session.rewards.reduce((total, reward) => total + this.#readBy(reward), 0);
  }

  /** Positions one reward model reads; for a model that reads text, its mean so far. */
  #readBy(reward: RewardScorer): number {
    const { positions, responsesScored, textOnly } = reward;
    const final = reward === this.session.target ? this.#finalReadings : 0;
    if (positions === 0) return 0;
    if (!textOnly) return this.#exhaustiveReadings + final;
    const responses = this.#exhaustiveResponses + (final > 0 ? 1 : 0);
    return Math.round((positions * responses) / Math.max(1, responsesScored));
  }
}

/** Tokens of the tree of some rollouts: a common beginning is read once. */
function sharedPositions(rollouts: readonly Rollout[]): number {
  const beginnings = rollouts.flatMap(({ tokens }) =>
    tokens.map((_, index) => tokens.slice(0, index + 1).join(' ')),
  );
  return new Set(beginnings).size;
}

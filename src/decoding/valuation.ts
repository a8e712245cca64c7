import { ErrorCode, TqError } from '../protocol/errors.ts';
import { rolloutRoom } from './options.ts';
import type { DecodingPlan } from './plan.ts';
import type { PolicySequence, Rollout, RolloutOptions, TokenId } from './policy.ts';
import type { DrawnCandidate, Estimate } from './ranking.ts';
import type { RolloutSamplers } from './rollout-samplers.ts';
import type { DecodingSession } from './session.ts';
import { strengthsOf } from './shortcuts/bounds.ts';
import type { ScoredRollout, Valuation } from './step.ts';
import type { ResponseText } from './text.ts';
import { weightsOf } from './value.ts';

/** Values candidates of one growing response: computes rollouts, scores them and averages. */
export class CandidateValuer {
  /** By sampler that steps share: the rollout from the current state, z first, if known to end. */
  #ended: readonly (Rollout | undefined)[] = [];

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
    private readonly text: ResponseText,
    private readonly samplers: RolloutSamplers,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * TQ*(s, z) of each candidate at the state after `committed` (response tokens so far).
   * @param prefetch returns what to compute in the same runs for later steps
   * @returns one valuation per candidate, in order
   */
  async value(
    candidates: readonly DrawnCandidate[],
    committed: readonly TokenId[],
    prefetch?: RolloutOptions['prefetch'],
  ): Promise<Valuation[]> {
    const rollouts = await this.#rollOut(candidates, committed.length, prefetch);
    const flat = rollouts.flat();
    const responses = flat.map(({ tokens, ended }) =>
      this.text.response([...committed, ...tokens], ended),
    );
    const rewards = await this.session.target!.score(responses, this.signal);
    const baselineRewards = this.plan.method.estimate!.usesRewardBaseline
      ? ((await this.session.rewardBaseline?.score(responses, this.signal)) ??
        (await this.#implicitRewards(candidates, rollouts)))
      : undefined;
    let from = 0;
    return rollouts.map((own) => {
      const to = from + own.length;
      const valuation = this.#estimate(
        own,
        rewards.slice(from, to),
        baselineRewards?.slice(from, to),
      );
      from = to;
      return valuation;
    });
  }

  /** The estimate from the rollouts of one candidate and their rewards. */
  #estimate(
    rollouts: readonly Rollout[],
    rewards: readonly number[],
    baselineRewards: readonly number[] | undefined,
  ): Valuation {
    const { method, options } = this.plan;
    const estimate = method.estimate!.of(rewards, baselineRewards, options);
    requireFinite(estimate, this.plan);
    const weights = baselineRewards && weightsOf(rewards, baselineRewards, options.beta);
    const scored = rollouts.map((rollout, index): ScoredRollout => ({
      ...rollout,
      reward: rewards[index]!,
      baselineReward: baselineRewards?.[index] ?? null,
      weight: weights?.[index] ?? null,
    }));
    return { ...estimate, rollouts: scored };
  }

  /** Records the token of step `step`; the next step reuses its rollouts that ended. */
  committed(token: TokenId, valuation: Valuation | undefined, step: number): void {
    this.samplers.forget(step);
    if (!this.plan.options.shortcuts.dedupe || !this.samplers.carryOver) return;
    this.#ended = this.samplers.at(step, token).map((_, index) => {
      const rollout = valuation?.rollouts[index] ?? this.#ended[index];
      return rollout?.tokens[0] === token ? withoutFirst(rollout) : undefined;
    });
  }

  /** The n rollouts of each candidate. */
  async #rollOut(
    candidates: readonly DrawnCandidate[],
    committed: number,
    prefetch: RolloutOptions['prefetch'],
  ): Promise<Rollout[][]> {
    const room = rolloutRoom(this.plan.options, committed);
    const known = candidates.map(({ token }) => this.#knownRollouts(token, room, committed));
    const starts = known.flatMap((rollouts, index) => {
      const { token } = candidates[index]!;
      const samplers = this.samplers.at(committed, token);
      return rollouts.flatMap((rollout, i) =>
        rollout === undefined ? { tokens: [token], length: room, sampler: samplers[i] } : [],
      );
    });
    const computed =
      starts.length === 0
        ? []
        : await this.session.sequence.rollOut(starts, {
            reuse: this.plan.options.shortcuts.carryOver,
            prefetch,
            signal: this.signal,
          });
    let next = 0;
    return known.map((rollouts) => rollouts.map((rollout) => rollout ?? computed[next++]!));
  }

  /**
   * Rollouts that need no computing: empty ones (after the last token, in ARGS) and carried ones.
   */
  #knownRollouts(token: TokenId, room: number, step: number): (Rollout | undefined)[] {
    const ended = this.plan.policy.endTokens.has(token);
    if (ended || room === 0 || !this.plan.method.estimate!.rollsOut)
      return [{ tokens: [token], ended, logProbs: [] }];
    return this.samplers.at(step, token).map((_, index) => {
      const rollout = this.#ended[index];
      return rollout?.tokens[0] === token ? rollout : undefined;
    });
  }

  /**
   * DPO's implicit reward beta (log rho_BL(y|x) - log rho_SFT(y|x)) of each continuation, without
   * the committed text, which adds the same to all and cancels in (16).
   */
  async #implicitRewards(
    candidates: readonly DrawnCandidate[],
    rollouts: readonly (readonly Rollout[])[],
  ): Promise<number[]> {
    const baseline = rollouts.flatMap((own, index) =>
      own.map(({ logProbs }) => logProbs.reduce((a, b) => a + b, candidates[index]!.logProb)),
    );
    const { sequence, reference } = this.session;
    if (reference === sequence) return baseline.map(() => 0);
    const tokens = rollouts.flat().map((rollout) => rollout.tokens);
    const underReference = await this.#logProbs(reference!, tokens);
    return baseline.map((logProb, i) => this.plan.options.beta * (logProb - underReference[i]!));
  }

  /** Log-probability of each continuation; with dedupe, equal ones are computed once. */
  async #logProbs(
    sequence: PolicySequence,
    continuations: readonly (readonly TokenId[])[],
  ): Promise<number[]> {
    const { dedupe, carryOver } = this.plan.options.shortcuts;
    const options = { reuse: carryOver, signal: this.signal };
    if (!dedupe) return sequence.score(continuations, options);
    const distinct = new Map(continuations.map((tokens) => [tokens.join(' '), tokens]));
    const logProbs = await sequence.score([...distinct.values()], options);
    const keys = [...distinct.keys()];
    const byKey = new Map(keys.map((key, index) => [key, logProbs[index]!]));
    return continuations.map((tokens) => byKey.get(tokens.join(' '))!);
  }
}

/** @throws TqError invalidInput if an estimate overflows, so that it could not be compared */
function requireFinite({ value, logMeanWeight }: Estimate, plan: DecodingPlan): void {
  const { alpha } = plan.options;
  if (Number.isFinite(value / alpha + logMeanWeight)) return;
  throw new TqError(
    ErrorCode.invalidInput,
    `The option ${strengthsOf(plan)} is too small to divide scores of the reward "${plan.target!.id}" by; take a larger one.`,
  );
}

/**
 * Turns a rollout that ended into the rollout of its second token, after the first was committed.
 */
function withoutFirst({ tokens, ended, logProbs }: Rollout): Rollout | undefined {
  return ended && tokens.length > 1
    ? { tokens: tokens.slice(1), ended, logProbs: logProbs.slice(1) }
    : undefined;
}

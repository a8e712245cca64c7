import type { DecodingPlan } from './plan.ts';
import type { PolicySequence, Rollout, RolloutStart, TokenId } from './policy.ts';
import { stream } from './random.ts';
import type { DrawnCandidate } from './ranking.ts';
import type { DecodingSession } from './session.ts';
import type { Valuation } from './step.ts';
import type { ResponseText } from './text.ts';
import { meanValue, selfNormalisedValue } from './value.ts';

/** Values candidates of one growing response: rolls out, scores, averages. */
export class CandidateValuer {
  /** The greedy rollout from the current state, z first, where it is known to end. */
  private ended: Rollout | undefined;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
    private readonly text: ResponseText,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * TQ*(s, z) of each candidate at the state after `committed` (response tokens so far).
   * @param beside rollouts to compute in the same runs, for steps to come
   * @returns one valuation per candidate, in order
   */
  async value(
    candidates: readonly DrawnCandidate[],
    committed: readonly TokenId[],
    beside: readonly RolloutStart[] = [],
  ): Promise<Valuation[]> {
    const rollouts = await this.rollOut(candidates, committed.length, beside);
    const flat = rollouts.flat();
    const responses = flat.map(({ tokens, ended }) =>
      this.text.response([...committed, ...tokens], ended),
    );
    const rewards = await this.session.target!.score(responses, this.signal);
    const baselineRewards =
      this.plan.method.estimate === 'mean'
        ? undefined
        : ((await this.session.baselineReward?.score(responses, this.signal)) ??
          (await this.implicitRewards(flat)));
    let from = 0;
    return rollouts.map((own) => {
      const to = from + own.length;
      const value =
        baselineRewards === undefined
          ? meanValue(rewards.slice(from, to))
          : selfNormalisedValue(
              rewards.slice(from, to),
              baselineRewards.slice(from, to),
              this.plan.options.beta,
            );
      from = to;
      return { value, rollouts: own };
    });
  }

  /** Tells which token was chosen; its greedy rollout, if it ended, serves the next step. */
  committed(token: TokenId, valuation: Valuation | undefined): void {
    const { rolloutsPerCandidate, shortcuts } = this.plan.options;
    const rollout = valuation?.rollouts[0] ?? this.ended;
    const follows = rollout?.ended === true && rollout.tokens[0] === token;
    this.ended =
      shortcuts.dedupe && rolloutsPerCandidate === 1 && follows && rollout.tokens.length > 1
        ? { tokens: rollout.tokens.slice(1), ended: true }
        : undefined;
  }

  /** The n rollouts of each candidate. */
  private async rollOut(
    candidates: readonly DrawnCandidate[],
    step: number,
    beside: readonly RolloutStart[],
  ): Promise<Rollout[][]> {
    const known = candidates.map(({ token }) => this.knownRollout(token));
    const starts = candidates.flatMap(({ token }, index) =>
      known[index] === undefined ? this.startsOf(token, step) : [],
    );
    const computed =
      starts.length === 0
        ? []
        : await this.session.sequence.rollOut([...starts, ...beside], {
            reuse: this.plan.options.shortcuts.carryOver,
            signal: this.signal,
          });
    const { rolloutsPerCandidate } = this.plan.options;
    let from = 0;
    return known.map((rollout) => {
      if (rollout !== undefined) return [rollout];
      const own = computed.slice(from, from + rolloutsPerCandidate);
      from += rolloutsPerCandidate;
      return own;
    });
  }

  /** The rollout that needs no computing: none after an end token, none in ARGS, or a carried one. */
  private knownRollout(token: TokenId): Rollout | undefined {
    if (this.plan.policy.endTokens.has(token)) return { tokens: [token], ended: true };
    if (!this.plan.method.rollouts) return { tokens: [token], ended: false };
    return this.ended?.tokens[0] === token ? this.ended : undefined;
  }

  private startsOf(token: TokenId, step: number): RolloutStart[] {
    const { rolloutsPerCandidate, rolloutLength, seed } = this.plan.options;
    if (rolloutsPerCandidate === 1) return [{ tokens: [token], length: rolloutLength }];
    return Array.from({ length: rolloutsPerCandidate }, (_, index) => ({
      tokens: [token],
      length: rolloutLength,
      random: stream(seed, 'rollout', step, token, index),
    }));
  }

  /**
   * DPO's implicit reward beta (log rho_BL(y|x) - log rho_SFT(y|x)) of each continuation, short of
   * the part of the committed text, which is the same for all and cancels in (16).
   */
  private async implicitRewards(continuations: readonly Rollout[]): Promise<number[]> {
    const tokens = continuations.map((rollout) => rollout.tokens);
    const baseline = await this.logProbs(this.session.sequence, tokens);
    const reference = await this.logProbs(this.session.reference!, tokens);
    return baseline.map((logProb, index) => this.plan.options.beta * (logProb - reference[index]!));
  }

  /** Log-probability of each continuation; with dedupe, equal ones are computed once. */
  private async logProbs(
    sequence: PolicySequence,
    continuations: readonly (readonly TokenId[])[],
  ): Promise<number[]> {
    if (!this.plan.options.shortcuts.dedupe) return sequence.score(continuations, this.signal);
    const distinct = new Map(continuations.map((tokens) => [tokens.join(' '), tokens]));
    const logProbs = await sequence.score([...distinct.values()], this.signal);
    const keys = [...distinct.keys()];
    const byKey = new Map(keys.map((key, index) => [key, logProbs[index]!]));
    return continuations.map((tokens) => byKey.get(tokens.join(' '))!);
  }
}

import { isDecided } from './lazy.ts';
import { LookAhead, leastReach } from './look-ahead.ts';
import { rolloutRoom } from './options.ts';
import type { DecodingPlan } from './plan.ts';
import type { Candidate, RolloutStart, Sampler, TokenId } from './policy.ts';
import type { DecodingSession } from './session.ts';
import type { StepOutcome, Valuation } from './step.ts';

/** Most rollouts computed beside those of the step itself; they are short and n to a candidate. */
const mostRollouts = 40;

/**
 * Looks ahead where rollouts are sampled. The coming text is then none of the rollouts: it is the path
 * of favourites, each known once what follows the one before it is, for noise and random numbers are
 * drawn up front. So the path goes on by one token in every run, and the rollouts of its favourites,
 * and of the alternatives that will probably survive them, follow it a token a run: a step that needs
 * H runs by itself mostly finds all of them done but one.
 */
export class SampledLookAhead extends LookAhead {
  /** What the last favourite was worth: the guess for the next. */
  private lastValue: number | undefined;

  constructor(
    plan: DecodingPlan,
    session: DecodingSession,
    private readonly samplers: readonly Sampler[],
  ) {
    super(plan, session);
  }

  override observe(outcome: StepOutcome): void {
    super.observe(outcome);
    const [favourite] = outcome.valuations.values();
    this.lastValue = favourite?.value ?? this.lastValue;
  }

  async beside(
    _candidates: readonly Candidate[],
    leader: Valuation | undefined,
    committed: readonly TokenId[],
  ): Promise<() => readonly RolloutStart[]> {
    return () => this.starts(leader, committed);
  }

  /** What is still to compute for this step and those to come, nearest first. */
  private starts(leader: Valuation | undefined, committed: readonly TokenId[]): RolloutStart[] {
    const { alpha, maxTokens } = this.plan.options;
    const value = leader?.value ?? this.lastValue;
    const starts: RolloutStart[] = [];
    const path: TokenId[] = [];
    let reach = 1;
    while (committed.length + path.length < maxTokens && !this.ends(path)) {
      const ordered = this.orderedAfter(path, committed.length + path.length);
      if (ordered === undefined) {
        starts.push({ tokens: path, length: 1 });
        break;
      }
      if (ordered.length === 0) break;
      const favourite = ordered[0]!.candidate;
      if (!isDecided(ordered, this.session.target!.range!, alpha)) {
        const alternatives = value === undefined ? [] : this.survivors(ordered, value);
        const length = rolloutRoom(this.plan.options, committed.length + path.length);
        starts.push(...this.rolloutsOf([favourite, ...alternatives], path, length));
        reach *= this.staying(alternatives.length);
      }
      if (reach < leastReach || starts.length >= mostRollouts) break;
      const leading = path.length === 0 ? leader?.rollouts[0]!.tokens[0] : undefined;
      path.push(leading ?? favourite.token);
    }
    return starts.slice(0, mostRollouts);
  }

  /** The rollouts of candidates after `path` that are not known yet. */
  private rolloutsOf(
    candidates: readonly Candidate[],
    path: readonly TokenId[],
    length: number,
  ): RolloutStart[] {
    return candidates
      .filter(({ token }) => !this.plan.policy.endTokens.has(token))
      .flatMap(({ token }) =>
        this.samplers.map((sampler) => ({
          tokens: [...path, token],
          length,
          sampler,
        })),
      )
      .filter((start) => !this.isKnown(start));
  }
}

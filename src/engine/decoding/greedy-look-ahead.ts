import { isDecided } from './lazy.ts';
import { LookAhead, leastReach } from './look-ahead.ts';
import { rolloutRoom } from './options.ts';
import type { DecodingPlan } from './plan.ts';
import type { Candidate, RolloutStart, TokenId } from './policy.ts';
import type { DecodingSession } from './session.ts';
import type { Valuation } from './step.ts';
import type { ResponseText } from './text.ts';

/**
 * Most rollouts computed beside those of the step itself. Later steps are guessed worse: with 40 the shipped
 * model made 3.2 runs a token of 52 positions towards hh-harmless, with 8 it made 4.9 of 38, which took a
 * tenth less time and 250 MB less memory.
 */
const mostRollouts = 8;

/**
 * Looks ahead along the leader's greedy rollout: it is the text that is written if the favourite wins
 * the next steps, and what follows each of its tokens is known. When a step must roll out
 * alternatives, those of coming steps on this path go along, and the path itself goes on.
 */
export class GreedyLookAhead extends LookAhead {
  constructor(
    plan: DecodingPlan,
    session: DecodingSession,
    private readonly text: ResponseText,
    private readonly signal: AbortSignal | undefined,
  ) {
    super(plan, session);
  }

  async beside(
    candidates: readonly Candidate[],
    leader: Valuation | undefined,
    committed: readonly TokenId[],
  ): Promise<(() => readonly RolloutStart[]) | undefined> {
    const length = rolloutRoom(this.plan.options, committed.length);
    const isKnown = ({ token }: Candidate): boolean => this.isKnown({ tokens: [token], length });
    if (leader === undefined || candidates.every(isKnown)) return undefined;
    const starts = await this.starts(leader, committed);
    return () => starts;
  }

  private async starts(leader: Valuation, committed: readonly TokenId[]): Promise<RolloutStart[]> {
    const { rolloutLength, maxTokens } = this.plan.options;
    const path = this.session.sequence.known({
      tokens: leader.rollouts[0]!.tokens,
      length: Infinity,
    }).tokens;
    const starts: RolloutStart[] = [];
    let { value } = leader;
    let reach = 1;
    const steps = Math.min(path.length, maxTokens - committed.length);
    for (let step = 1; step < steps && starts.length < mostRollouts; step += 1) {
      const ordered = this.orderedAfter(path.slice(0, step), committed.length + step);
      if (ordered === undefined) break;
      value = (await this.valueOn(path, step, committed)) ?? value;
      // The path is left where its token is not the favourite.
      if (ordered[0]!.candidate.token !== path[step]) break;
      const decided = isDecided(ordered, this.session.target!.range!, this.plan.options.alpha);
      const alternatives = decided ? [] : this.survivors(ordered, value);
      for (const { token } of alternatives) {
        if (this.plan.policy.endTokens.has(token)) continue;
        const length = rolloutRoom(this.plan.options, committed.length + step);
        starts.push({ tokens: [...path.slice(0, step), token], length });
      }
      reach *= this.staying(alternatives.length);
      if (reach < leastReach) break;
    }
    const room = maxTokens - committed.length - path.length;
    const length = Math.min(rolloutLength, room, 2 * rolloutLength + 1 - path.length);
    if (length > 0 && !this.ends(path)) starts.push({ tokens: path, length });
    return starts;
  }

  /** The value of the path's own token at a coming step; undefined where its rollout is not known. */
  private async valueOn(
    path: readonly TokenId[],
    step: number,
    committed: readonly TokenId[],
  ): Promise<number | undefined> {
    const end = step + 1 + rolloutRoom(this.plan.options, committed.length + step);
    const rollout = path.slice(0, end);
    const ended = this.ends(rollout);
    if (!ended && rollout.length < end) return undefined;
    const response = this.text.response([...committed, ...rollout], ended);
    try {
      return (await this.session.target!.score([response], this.signal))[0];
    } catch {
      // A text that may never be asked for; if it is, the step itself reports what is wrong.
      return undefined;
    }
  }
}

import { bestBoundFirst, isDecided } from './lazy.ts';
import type { DecodingPlan } from './plan.ts';
import type { Candidate, RolloutStart, TokenId } from './policy.ts';
import { drawNoise, keyOf, wins } from './ranking.ts';
import type { DrawnCandidate } from './ranking.ts';
import type { DecodingSession } from './session.ts';
import type { StepOutcome, Valuation } from './step.ts';
import type { ResponseText } from './text.ts';

/** A step is looked at while the text comes there unchanged with at least this probability. */
const leastReach = 0.25;

/** Most rollouts computed beside those of the step itself. */
const mostRollouts = 40;

/**
 * Looks ahead in one batch (shortcut 5). The leader's rollout is the text that is written if the
 * favourite wins the next steps, and what follows each of its tokens is known. A run of the model
 * costs little more for many branches than for one; so when a step must roll out alternatives, those
 * that coming steps on this path will most likely ask for are rolled out in the same runs, and the
 * path itself goes on. The policy keeps what it computed, so a later step finds it; what was wrongly
 * guessed is never looked at. The tokens chosen are the same.
 */
export class LookAhead {
  /** Alternatives valued so far and how many of them won, with a first guess of one in ten. */
  private valued = 10;
  private won = 1;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
    private readonly text: ResponseText,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Greedy rollouts that are kept, and bounds that tell which of them will be needed. */
  static applies({ method, options, target }: DecodingPlan): boolean {
    const { shortcuts, rolloutsPerCandidate } = options;
    return (
      shortcuts.lookAhead &&
      shortcuts.carryOver &&
      shortcuts.bounds &&
      target?.range !== undefined &&
      method.rollouts &&
      rolloutsPerCandidate === 1
    );
  }

  /** Learns how often an alternative wins: what lies behind it was computed for nothing. */
  observe({ valuations, chosen }: StepOutcome): void {
    if (valuations.size < 2) return;
    const [favourite] = valuations.keys();
    this.valued += valuations.size - 1;
    if (chosen.token !== favourite) this.won += 1;
  }

  /**
   * Rollouts worth computing beside those of `candidates` at the step after `committed`, whose best
   * candidate so far is `leader`; none where those were computed before.
   */
  async starts(
    candidates: readonly Candidate[],
    leader: Valuation,
    committed: readonly TokenId[],
  ): Promise<RolloutStart[]> {
    const { rolloutLength, maxTokens } = this.plan.options;
    if (candidates.every(({ token }) => this.isKnown(token))) return [];
    const path = this.extended(leader.rollouts[0]!.tokens, Infinity);
    const starts: RolloutStart[] = [];
    let { value } = leader;
    let reach = 1;
    const steps = Math.min(path.length, maxTokens - committed.length);
    for (let step = 1; step < steps && starts.length < mostRollouts; step += 1) {
      const next = this.candidatesAfter(path.slice(0, step), committed.length + step);
      if (next === undefined) break;
      value = (await this.valueOn(path, step, committed)) ?? value;
      const alternatives = this.alternatives(next, path[step]!, value);
      if (alternatives === undefined) break;
      for (const { token } of alternatives) {
        if (this.plan.policy.endTokens.has(token)) continue;
        starts.push({ tokens: [...path.slice(0, step), token], length: rolloutLength });
      }
      reach *= (1 - this.won / this.valued) ** alternatives.length;
      if (reach < leastReach) break;
    }
    const room = maxTokens - committed.length + rolloutLength - path.length;
    const length = Math.min(rolloutLength, room, 2 * rolloutLength + 1 - path.length);
    if (length > 0 && !this.ends(path)) starts.push({ tokens: path, length });
    return starts;
  }

  /** Whether the whole rollout of a candidate was computed before. */
  private isKnown(candidate: TokenId): boolean {
    const rollout = this.extended([candidate], this.plan.options.rolloutLength + 1);
    return rollout.length > this.plan.options.rolloutLength || this.ends(rollout);
  }

  /** A beginning and what is known of its greedy continuation, up to `most` tokens in all. */
  private extended(beginning: readonly TokenId[], most: number): TokenId[] {
    const path = [...beginning];
    while (path.length < most && !this.ends(path)) {
      const [next] = this.session.sequence.ahead(path, 1) ?? [];
      if (next === undefined) break;
      path.push(next.token);
    }
    return path;
  }

  private ends(path: readonly TokenId[]): boolean {
    return this.plan.policy.endTokens.has(path.at(-1)!);
  }

  private candidatesAfter(path: readonly TokenId[], step: number): DrawnCandidate[] | undefined {
    const { topK, temperature, seed } = this.plan.options;
    const known = this.session.sequence.ahead(path, topK);
    return known && drawNoise(known, temperature, seed, step);
  }

  /** The value of the path's own token at a coming step; undefined where its rollout is not known. */
  private async valueOn(
    path: readonly TokenId[],
    step: number,
    committed: readonly TokenId[],
  ): Promise<number | undefined> {
    const rollout = path.slice(0, step + 1 + this.plan.options.rolloutLength);
    const ended = this.ends(rollout);
    if (!ended && rollout.length < step + 1 + this.plan.options.rolloutLength) return undefined;
    const response = this.text.response([...committed, ...rollout], ended);
    try {
      return (await this.session.target!.score([response], this.signal))[0];
    } catch {
      // A text that may never be asked for; if it is, the step itself reports what is wrong.
      return undefined;
    }
  }

  /**
   * The candidates that can still win when the favourite is `token` with `value`; undefined when it
   * is not the favourite, so that the path will be left.
   */
  private alternatives(
    candidates: readonly DrawnCandidate[],
    token: TokenId,
    value: number,
  ): DrawnCandidate[] | undefined {
    const { alpha } = this.plan.options;
    const range = this.session.target!.range!;
    const ordered = bestBoundFirst(candidates, range, alpha);
    const favourite = ordered[0]!.candidate;
    if (favourite.token !== token) return undefined;
    if (isDecided(ordered, range, alpha)) return [];
    const key = keyOf(favourite, value, alpha);
    return ordered
      .slice(1)
      .filter(({ candidate, bound }) => wins(candidate, bound, favourite, key))
      .map(({ candidate }) => candidate);
  }
}

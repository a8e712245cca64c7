import { bestBoundFirst } from './lazy.ts';
import type { BoundedCandidate } from './lazy.ts';
import type { DecodingPlan } from './plan.ts';
import type { Candidate, RolloutStart, TokenId } from './policy.ts';
import { drawNoise, keyOf, wins } from './ranking.ts';
import type { DrawnCandidate } from './ranking.ts';
import type { DecodingSession } from './session.ts';
import type { StepOutcome, Valuation } from './step.ts';

/** A step is looked at while the text comes there unchanged with at least this probability. */
export const leastReach = 0.25;

/**
 * Looks ahead in one batch (shortcut 5). A run of the model costs little more for many branches than
 * for one; so while a step rolls out, what coming steps will most likely ask for is rolled out in the
 * same runs. The policy keeps what it computed, so a later step finds it; what was wrongly guessed is
 * never looked at. The tokens chosen are the same.
 */
export abstract class LookAhead {
  /** Alternatives valued so far and how many of them won, with a first guess of one in ten. */
  private valued = 10;
  private won = 1;

  constructor(
    protected readonly plan: DecodingPlan,
    protected readonly session: DecodingSession,
  ) {}

  /** Rollouts that are kept, and bounds that tell which of them will be needed. */
  static applies({ method, options, target }: DecodingPlan): boolean {
    const { lookAhead, carryOver, bounds } = options.shortcuts;
    return lookAhead && carryOver && bounds && target?.range !== undefined && method.rollouts;
  }

  /** Learns how often an alternative wins: what lies behind it was computed for nothing. */
  observe({ valuations, chosen }: StepOutcome): void {
    if (valuations.size < 2) return;
    const [favourite] = valuations.keys();
    this.valued += valuations.size - 1;
    if (chosen.token !== favourite) this.won += 1;
  }

  /**
   * Tells what to compute beside the rollouts of `candidates` at the step after `committed`, whose best
   * candidate so far is `leader`: asked before each run.
   */
  abstract beside(
    candidates: readonly Candidate[],
    leader: Valuation | undefined,
    committed: readonly TokenId[],
  ): Promise<(() => readonly RolloutStart[]) | undefined>;

  /** Probability that none of so many alternatives wins. */
  protected staying(alternatives: number): number {
    return (1 - this.won / this.valued) ** alternatives;
  }

  /** The candidates after `path`, at step `step`, by their bounds; undefined where they are not known. */
  protected orderedAfter(
    path: readonly TokenId[],
    step: number,
  ): readonly BoundedCandidate[] | undefined {
    const { topK, temperature, seed, alpha } = this.plan.options;
    const known = this.session.sequence.ahead(path, topK);
    if (known === undefined) return undefined;
    const drawn = drawNoise(known, temperature, seed, step);
    return bestBoundFirst(drawn, this.session.target!.range!, alpha);
  }

  /** The candidates after the favourite that can still win when it has `value`. */
  protected survivors(
    [favourite, ...others]: readonly BoundedCandidate[],
    value: number,
  ): DrawnCandidate[] {
    const { candidate: first } = favourite!;
    const key = keyOf(first, value, this.plan.options.alpha);
    return others
      .filter(({ candidate, bound }) => wins(candidate, bound, first, key))
      .map(({ candidate }) => candidate);
  }

  /** Whether a text of these tokens has come to its end. */
  protected ends(path: readonly TokenId[]): boolean {
    return this.plan.policy.endTokens.has(path.at(-1)!);
  }

  /** Whether the whole rollout was computed before. */
  protected isKnown(start: RolloutStart): boolean {
    const { tokens, ended } = this.session.sequence.known(start);
    return ended || tokens.length === start.tokens.length + start.length;
  }
}

import { bestBoundFirst, isDecided, type BoundedCandidate } from './lazy.ts';
import { rolloutRoom } from '../options.ts';
import type { DecodingPlan } from '../plan.ts';
import type { Candidate, RolloutStart, Sampler, TokenId } from '../policy.ts';
import { drawNoise, keyOf, wins, type DrawnCandidate } from '../ranking.ts';
import type { DecodingSession } from '../session.ts';
import type { StepOutcome, Valuation } from '../step.ts';

/** A step is looked at while the text comes there unchanged with at least this probability. */
const minReach = 0.25;

/**
 * Most rollouts computed beside those of the step itself: later steps are guessed worse, above all
 * where noise moves the favourite. More of them make fewer runs of more positions. In greedy texts
 * the shipped model took the same time with 8 and with 16. In sampled ones 16 saved up to a fifth
 * of it towards a causal reward, but with 8 a text read more than a quarter of the positions of
 * Algorithm 1 in full.
 */
const maxRollouts = { greedy: 8, sampled: 4 } as const;

/**
 * Looks ahead in one batch (shortcut 5). A run of the model costs little more for many branches
 * than for one; so while a step rolls out, what coming steps will most likely ask for is rolled out
 * in the same runs. The policy keeps what it computed, so a later step finds it; what was wrongly
 * guessed is never looked at. The tokens chosen are the same.
 *
 * The coming text is the path of favourites, each known once what follows the one before it is, for
 * noise and random numbers are drawn up front. So the path goes on by one token in every run, and
 * the rollouts of its favourites, and of the alternatives that will probably survive them, follow
 * it a token a run: a step that needs H runs by itself mostly finds all of them done but one. Where
 * all is greedy the path is the leader's own rollout, and costs nothing.
 */
export class LookAhead {
  /** Alternatives valued so far and how many of them won, with a first guess of one in ten. */
  #valued = 10;
  #won = 1;
  /** What the last favourite was worth: the guess for the next. */
  #lastValue: number | undefined;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
    /** One a rollout of a candidate; undefined for the greedy one. */
    private readonly samplers: readonly (Sampler | undefined)[],
  ) {}

  /** Rollouts that are kept, and bounds that tell which of them will be needed. */
  static applies({ method, options, target }: DecodingPlan): boolean {
    const { lookAhead, carryOver, bounds } = options.shortcuts;
    const rollsOut = method.estimate?.rollsOut === true;
    return lookAhead && carryOver && bounds && target?.range !== undefined && rollsOut;
  }

  /** Learns how often an alternative wins: what lies behind it was computed for nothing. */
  observe({ valuations, chosen }: StepOutcome): void {
    const [favourite] = valuations;
    if (favourite === undefined) return;
    const [token, { value }] = favourite;
    this.#lastValue = value;
    this.#valued += valuations.size - 1;
    if (chosen.token !== token) this.#won += 1;
  }

  /**
   * What to compute beside the rollouts of the step after `committed`, whose best candidate so far
   * is `leader`: what is still to compute for this step and those to come, nearest first.
   */
  prefetch(leader: Valuation | undefined, committed: readonly TokenId[]): RolloutStart[] {
    const { alpha, maxTokens, temperature } = this.plan.options;
    const value = leader?.value ?? this.#lastValue;
    const most = temperature > 0 ? maxRollouts.sampled : maxRollouts.greedy;
    const starts: RolloutStart[] = [];
    const path: TokenId[] = [];
    let reach = 1;
    while (committed.length + path.length < maxTokens && !this.#ends(path)) {
      const ordered = this.#orderedAfter(path, committed.length + path.length);
      if (ordered === undefined) {
        starts.push({ tokens: path, length: 1 });
        break;
      }
      if (ordered.length === 0) break;
      const favourite = ordered[0]!.candidate;
      if (!isDecided(ordered, this.session.target!.range!, alpha)) {
        const alternatives = value === undefined ? [] : this.#survivors(ordered, value);
        const length = rolloutRoom(this.plan.options, committed.length + path.length);
        starts.push(...this.#rolloutsOf([favourite, ...alternatives], path, length));
        reach *= this.#staying(alternatives.length);
      }
      if (reach < minReach || starts.length >= most) break;
      const leading = path.length === 0 ? leader?.rollouts[0]!.tokens[0] : undefined;
      path.push(leading ?? favourite.token);
    }
    return starts.slice(0, most);
  }

  /** The rollouts of candidates after `path` that are not known yet. */
  #rolloutsOf(
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
      .filter((start) => !this.#isKnown(start));
  }

  /** Probability that none of so many alternatives wins. */
  #staying(alternatives: number): number {
    return (1 - this.#won / this.#valued) ** alternatives;
  }

  /**
   * The candidates after `path`, at step `step`, by their bounds; undefined where they are not
   * known.
   */
  #orderedAfter(path: readonly TokenId[], step: number): readonly BoundedCandidate[] | undefined {
    const { k, temperature, seed, alpha } = this.plan.options;
    const known = this.session.sequence.peekNext(path, k);
    if (known === undefined) return undefined;
    const drawn = drawNoise(known, temperature, seed, step);
    return bestBoundFirst(drawn, this.session.target!.range!, alpha);
  }

  /** The candidates after the favourite that can still win when it has `value`. */
  #survivors([favourite, ...others]: readonly BoundedCandidate[], value: number): DrawnCandidate[] {
    const { candidate: first } = favourite!;
    const key = keyOf(first, value, this.plan.options.alpha);
    return others
      .filter(({ candidate, bound }) => wins(candidate, bound, first, key))
      .map(({ candidate }) => candidate);
  }

  /** Whether a text of these tokens has come to its end. */
  #ends(path: readonly TokenId[]): boolean {
    return this.plan.policy.endTokens.has(path.at(-1)!);
  }

  /** Whether the whole rollout was computed before. */
  #isKnown(start: RolloutStart): boolean {
    const { tokens, ended } = this.session.sequence.peekRollout(start);
    return ended || tokens.length === start.tokens.length + start.length;
  }
}

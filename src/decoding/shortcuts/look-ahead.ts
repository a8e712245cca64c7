import { bestBoundFirst, isDecided, type BoundedCandidate } from './lazy.ts';
import { rolloutRoom } from '../options.ts';
import type { DecodingPlan } from '../plan.ts';
import type { Candidate, RolloutStart, TokenId } from '../policy.ts';
import { drawNoise, keyOf, wins, type DrawnCandidate, type Estimate } from '../ranking.ts';
import type { RolloutSamplers } from '../rollout-samplers.ts';
import type { DecodingSession } from '../session.ts';
import type { StepOutcome, Valuation } from '../step.ts';

/** A later step is considered if the text reaches it unchanged with at least this probability. */
const minReach = 0.25;

/**
 * Most rollouts computed besides those of the step itself. Guesses about later steps are worse,
 * above all if noise changes the favourite. A larger number means fewer runs of more positions. For
 * greedy texts, the shipped model took the same time with 8 and with 16. For sampled texts, 16
 * saved up to a fifth of the time towards a causal reward, but already with 8 a text read more than
 * a quarter of the positions of Algorithm 1 in full.
 */
const maxRollouts = { greedy: 8, sampled: 4 } as const;

/**
 * Looks ahead in one batch (shortcut 5). A run of the model costs little more for many branches
 * than for one. So the runs of a step also compute rollouts that later steps will probably need.
 * The policy keeps them, and a later step finds them; a wrong guess is never used. The chosen
 * tokens are the same.
 *
 * The expected text is the path of favourites. Noise and random numbers are drawn up front, so the
 * next favourite is known as soon as the candidates after the last one are. The path therefore
 * grows by one token per run. The rollouts of its favourites, and of the alternatives that will
 * probably survive them, also grow by one token per run: a step that would need H runs mostly needs
 * one. In greedy decoding, the path is the leader's own rollout and costs nothing.
 */
export class LookAhead {
  /** Alternatives valued so far and how many of them won; the initial guess is one in ten. */
  #valued = 10;
  #won = 1;
  /** The estimate of the last favourite: the guess for the next. */
  #last: Estimate | undefined;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly session: DecodingSession,
    private readonly samplers: RolloutSamplers,
  ) {}

  /** Looking ahead needs kept rollouts, and bounds that predict which of them are needed. */
  static applies({ method, options, bounds: known }: DecodingPlan): boolean {
    const { lookAhead, carryOver, bounds } = options.shortcuts;
    const rollsOut = method.estimate?.rollsOut === true;
    return lookAhead && carryOver && bounds && known !== undefined && rollsOut;
  }

  /** Learns how often an alternative wins, which wastes the work on the favourite's path. */
  observe({ valuations, chosen }: StepOutcome): void {
    const [favourite] = valuations;
    if (favourite === undefined) return;
    const [token, estimate] = favourite;
    this.#last = estimate;
    this.#valued += valuations.size - 1;
    if (chosen.token !== token) this.#won += 1;
  }

  /**
   * What to compute besides the rollouts of the step after `committed`, in which `leader` is the
   * best candidate so far: the missing rollouts of this step and of later ones, nearest first.
   */
  prefetch(leader: Valuation | undefined, committed: readonly TokenId[]): RolloutStart[] {
    const { alpha, maxTokens, temperature } = this.plan.options;
    const estimate = leader ?? this.#last;
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
      if (!isDecided(ordered, this.plan.bounds!, alpha)) {
        const alternatives = estimate === undefined ? [] : this.#survivors(ordered, estimate);
        const step = committed.length + path.length;
        starts.push(...this.#rolloutsOf([favourite, ...alternatives], path, step));
        reach *= this.#staying(alternatives.length);
      }
      if (reach < minReach || starts.length >= most) break;
      const leading = path.length === 0 ? leader?.rollouts[0]!.tokens[0] : undefined;
      path.push(leading ?? favourite.token);
    }
    return starts.slice(0, most);
  }

  /** The unknown rollouts of candidates after `path`, at step `step`. */
  #rolloutsOf(
    candidates: readonly Candidate[],
    path: readonly TokenId[],
    step: number,
  ): RolloutStart[] {
    const length = rolloutRoom(this.plan.options, step);
    return candidates
      .filter(({ token }) => !this.plan.policy.endTokens.has(token))
      .flatMap(({ token }) =>
        this.samplers.at(step, token).map((sampler) => ({
          tokens: [...path, token],
          length,
          sampler,
        })),
      )
      .filter((start) => !this.#isKnown(start));
  }

  /** Probability that no alternative wins, out of this many. */
  #staying(alternatives: number): number {
    return (1 - this.#won / this.#valued) ** alternatives;
  }

  /**
   * The candidates after `path`, at step `step`, by their bounds; undefined if they are not known.
   */
  #orderedAfter(path: readonly TokenId[], step: number): readonly BoundedCandidate[] | undefined {
    const { k, temperature, seed, alpha } = this.plan.options;
    const known = this.session.sequence.peekNext(path, k);
    if (known === undefined) return undefined;
    const drawn = drawNoise(known, temperature, seed, step);
    return bestBoundFirst(drawn, this.plan.bounds!, alpha);
  }

  /** The candidates after the favourite that can still win when it has `estimate`. */
  #survivors(
    [favourite, ...others]: readonly BoundedCandidate[],
    estimate: Estimate,
  ): DrawnCandidate[] {
    const { candidate: first } = favourite!;
    const key = keyOf(first, estimate, this.plan.options.alpha);
    return others
      .filter(({ candidate, bound }) => wins(candidate, bound, first, key))
      .map(({ candidate }) => candidate);
  }

  /** Whether a text of these tokens is complete. */
  #ends(path: readonly TokenId[]): boolean {
    return this.plan.policy.endTokens.has(path.at(-1)!);
  }

  /** Whether the whole rollout was computed before. */
  #isKnown(start: RolloutStart): boolean {
    const { tokens, ended } = this.session.sequence.peekRollout(start);
    return ended || tokens.length === start.tokens.length + start.length;
  }
}

import type { DecodingOptions } from './options.ts';
import type { Sampler, TokenId } from './policy.ts';
import { samplersOf } from './random.ts';

/** One sampler for each rollout of a candidate; undefined for the greedy one. */
export type CandidateSamplers = readonly (Sampler | undefined)[];

/** The samplers of the rollouts of one text, by step and candidate. */
export class RolloutSamplers {
  readonly #shared: CandidateSamplers | undefined;
  /** Policies remember draws by sampler, so a step that is looked ahead at must meet its own. */
  readonly #own = new Map<number, Map<TokenId, CandidateSamplers>>();

  constructor(
    private readonly options: Pick<DecodingOptions, 'rollouts' | 'rolloutLaw' | 'seed'>,
    private readonly promptLength: number,
  ) {
    const { rollouts: n, rolloutLaw, seed } = options;
    if (n === 1) this.#shared = [undefined];
    else if (rolloutLaw === 'common') {
      this.#shared = samplersOf(seed, 'rollout', n, 1, promptLength);
    }
  }

  /** Whether a rollout of the next step that begins alike is the rest of this step's. */
  get carryOver(): boolean {
    return this.#shared !== undefined;
  }

  /** The samplers of candidate z at step t, always the same objects. */
  at(step: number, token: TokenId): CandidateSamplers {
    if (this.#shared !== undefined) return this.#shared;
    const ofStep = this.#own.get(step) ?? new Map<TokenId, CandidateSamplers>();
    this.#own.set(step, ofStep);
    const samplers = ofStep.get(token) ?? this.#draw(step, token);
    ofStep.set(token, samplers);
    return samplers;
  }

  /** Forgets the samplers of the steps up to `step`. */
  forget(step: number): void {
    for (const known of this.#own.keys()) if (known <= step) this.#own.delete(known);
  }

  #draw(step: number, token: TokenId): CandidateSamplers {
    const { rollouts, seed } = this.options;
    return samplersOf(seed, 'rollout', rollouts, 1, this.promptLength, { step, token });
  }
}

import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { RewardEntry } from '../protocol/requests.ts';
import type { Reward } from './decoding/reward.ts';
import type { Locations } from './locations.ts';
import type { LoadedPolicy, LoadOptions, ModelLibrary } from './model-library.ts';
import { catalogue } from './reward/catalogue.ts';
import type { CausalReward } from './reward/causal-reward.ts';
import { createReward } from './reward/create-reward.ts';

/** Finds rewards by id, expression, path or definition. */
export class RewardLibrary {
  readonly #open = new Map<string, Reward>();
  /** The causal reward models that a reward is made of. */
  readonly #causal = new WeakMap<Reward, readonly CausalReward[]>();

  constructor(
    private readonly locations: Locations,
    private readonly models: ModelLibrary,
  ) {}

  list(): RewardEntry[] {
    return catalogue.map(({ description }) => ({
      id: description.id,
      title: description.title,
      favours: description.favours,
      description: description.description,
      range: description.range ? [...description.range] : null,
      licence: description.licence,
      needsDraft: description.needsDraft ?? false,
      parameters: { ...description.parameters },
    }));
  }

  /** The reward of a specification; made once, unless files that people edit define it. */
  async open(spec: unknown, options: LoadOptions): Promise<Reward> {
    const key = JSON.stringify([spec, options.format]);
    const made = this.#open.get(key);
    if (made) return made;
    const causal: CausalReward[] = [];
    const known = await this.models.finder.known();
    const reward = await createReward(spec, {
      modelsFolder: this.locations.models,
      causalRewards: known.filter(({ kind }) => kind === 'causal-reward'),
      verifyModel: (id) => this.models.verify(id, options.signal),
      createCausal: async (path) => {
        const model = await this.models.causalReward(path, options);
        causal.push(model);
        return model;
      },
    });
    this.#causal.set(reward, causal);
    if (!/\.json\b|style-guide/iu.test(key)) this.#open.set(key, reward);
    return reward;
  }

  /**
   * Checks that a reward can read what a policy writes: a causal reward model reads tokens.
   * @throws TqError badModel naming both
   */
  requireTokensOf(reward: Reward, { id, policy }: LoadedPolicy): void {
    const other = this.#causal
      .get(reward)
      ?.find(({ vocabularyId }) => vocabularyId !== policy.vocabularyId);
    if (other === undefined) return;
    throw new TqError(
      ErrorCode.badModel,
      `The reward model ${other.id} was made for other tokens than the policy ${id} writes; take a reward model of the same tokenizer.`,
    );
  }

  /** Forgets rewards, so that files they were made from are read again. */
  clear(): void {
    this.#open.clear();
  }
}

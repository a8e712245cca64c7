import type { RewardEntry } from '../protocol/requests.ts';
import type { Reward } from './decoding/reward.ts';
import type { Locations } from './locations.ts';
import type { LoadOptions, ModelLibrary } from './model-library.ts';
import { catalogue } from './reward/catalogue.ts';
import { createReward } from './reward/create-reward.ts';

/** Finds rewards by id, expression, path or definition. */
export class RewardLibrary {
  readonly #open = new Map<string, Reward>();

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
    const known = this.#open.get(key);
    if (known) return known;
    const reward = await createReward(spec, {
      modelsFolder: this.locations.models,
      verifyModel: (id) => this.models.verify(id, options.signal),
      createCausal: (path, label) => this.models.causalReward(path, options, label),
    });
    if (!/\.json\b|style-guide/iu.test(key)) this.#open.set(key, reward);
    return reward;
  }

  /** Forgets rewards, so that files they were made from are read again. */
  clear(): void {
    this.#open.clear();
  }
}

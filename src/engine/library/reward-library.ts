import type { RewardEntry } from '../../protocol/requests.ts';
import type { Reward } from '../../decoding/reward.ts';
import { scriptProgram, type Locations } from '../store/locations.ts';
import type { ModelLibrary } from './model-library.ts';
import type { LoadOptions } from './model-loader.ts';
import type { ManifestModel } from '../models/manifest.ts';
import { catalogue } from '../reward/catalogue/catalogue.ts';
import { Clamped } from '../reward/clamped.ts';
import { createReward } from '../reward/catalogue/create-reward.ts';
import type { RewardDescription } from '../reward/description.ts';

/** Options for loading rewards. */
export interface RewardLoadOptions extends LoadOptions {
  /** The start of relative paths. */
  readonly folder?: string | undefined;
  readonly allowScripts: boolean;
  /** Folders whose files are refused. */
  readonly closedFolders?: readonly string[] | undefined;
}

/** Finds rewards by id, expression, path or definition. */
export class RewardLibrary {
  readonly #open = new Map<string, Reward>();

  constructor(
    private readonly locations: Locations,
    private readonly models: ModelLibrary,
  ) {}

  /** The built-in rewards, then the causal reward models. */
  async list(): Promise<RewardEntry[]> {
    const causal = await this.models.causalRewards();
    return [
      ...catalogue.map(({ description }) => entryOf(description, null)),
      ...causal.map((model) =>
        entryOf(
          describeCausal(model),
          model.files.reduce((sum, { size }) => sum + size, 0),
        ),
      ),
    ];
  }

  /** The reward of a specification; cached, unless it reads files that people edit. */
  async open(spec: unknown, options: RewardLoadOptions): Promise<Reward> {
    const { format, device, base, folder, allowScripts, closedFolders, signal } = options;
    const key = JSON.stringify([
      ...[spec, format, device, base],
      ...[folder, allowScripts, closedFolders],
    ]);
    const known = this.#open.get(key);
    if (known) return known;
    const shipped = await this.models.causalRewards();
    const reward = await createReward(spec, {
      modelsFolder: this.locations.models,
      verifyModel: (id) => this.models.verify(id, signal),
      baseFolder: folder,
      closedFolders,
      scripts: allowScripts ? { program: scriptProgram, signal } : undefined,
      causalRewards: shipped.map(describeCausal),
      createCausal: async (idOrPath, label) => {
        const model = await this.models.causalReward(idOrPath, options, label);
        const range = shipped.find(({ id }) => id === idOrPath)?.range;
        return range ? new Clamped(model, range) : model;
      },
    });
    if (!/\.json\b|style-guide/iu.test(key)) this.#open.set(key, reward);
    return reward;
  }

  /** Clears the cache, so that files are read again. */
  clear(): void {
    this.#open.clear();
  }
}

function entryOf(description: RewardDescription, bytes: number | null): RewardEntry {
  const { id, title, favours, description: computed, range, licence } = description;
  return {
    ...{ id, title, favours, licence, bytes },
    description: computed,
    range: range ? [...range] : null,
    needsDraft: description.needsDraft ?? false,
    readsWhole: description.readsWhole ?? false,
    parameters: { ...description.parameters },
  };
}

function describeCausal({
  id,
  title,
  licence,
  range,
  favours,
  base,
}: ManifestModel): RewardDescription {
  const on = base === undefined ? '' : ` on ${base}`;
  const kept = range === undefined ? '' : ', clamped to its calibrated range';
  return {
    ...{ id, title, licence, range },
    favours: favours ?? 'the preferences in its training data',
    description: `Score of a causal reward model${on}${kept}.`,
    readsWhole: true,
  };
}

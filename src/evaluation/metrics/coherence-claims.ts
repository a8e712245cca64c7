import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { causalRewardsOf, readManifest, shippedModelsOf } from '../../engine/exports/evaluation.ts';
import type { Setup } from '../suites/suite.ts';

type Models = Awaited<ReturnType<typeof readManifest>>;

/**
 * Which setups may claim coherence: those where the sentence-embedding model that measures it is
 * part of no reward, neither of the target nor of what the baseline was aligned to. Otherwise the
 * methods that follow that reward best would be the most coherent by construction.
 */
export class CoherenceClaims {
  readonly #found = new Map<string, Promise<boolean>>();

  private constructor(
    /** Id of the shipped model that measures; undefined for another one. */
    private readonly measuring: string | undefined,
    private readonly models: Models,
    private readonly modelsFolder: string,
  ) {}

  /** @param embedding folder of the model that measures coherence */
  static async read(embedding: string, modelsFolder: string): Promise<CoherenceClaims> {
    const models = await readManifest(modelsFolder);
    return new CoherenceClaims(await shippedAs(embedding, models), models, modelsFolder);
  }

  /** Whether coherence may be claimed for a setup. */
  async of({ reward, rewardBaseline, baseline }: Setup): Promise<boolean> {
    const aligned = this.models.find(({ id }) => id === baseline)?.baselineReward;
    const rewards = [reward, rewardBaseline ?? undefined, aligned];
    for (const each of new Set(rewards)) {
      if (each !== undefined && (await this.#measures(each))) return false;
    }
    return true;
  }

  /** Whether a reward reads the model that measures coherence. */
  #measures(reward: string): Promise<boolean> {
    const known = this.#found.get(reward) ?? this.#look(reward);
    this.#found.set(reward, known);
    return known;
  }

  async #look(reward: string): Promise<boolean> {
    const { measuring } = this;
    if (measuring === undefined) return false;
    const causal = causalRewardsOf(this.models);
    return (await shippedModelsOf(reward, this.modelsFolder, causal)).has(measuring);
  }
}

/** The shipped embedding model with the same weights, wherever the folder is. */
async function shippedAs(folder: string, models: Models): Promise<string | undefined> {
  for (const { id, kind, files } of models) {
    if (kind !== 'sentence-embedding') continue;
    const weights = files.reduce((a, b) => (b.size > a.size ? b : a));
    // The manifest's paths begin with the model's folder, which is its id.
    const file = join(folder, weights.path.slice(id.length + 1));
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes && createHash('sha256').update(bytes).digest('hex') === weights.sha256) return id;
  }
  return undefined;
}

import { readManifest } from '../../engine/exports/evaluation.ts';
import { engineVersion } from '../../protocol/version.ts';
import { hashOf, type EvaluationSettings } from './plan.ts';

/**
 * What settings.json says of a run: everything that its texts depend on, the content of shipped
 * models included, each under the name that a person sets it by.
 */
export async function keptSettings(
  settings: EvaluationSettings,
  modelsFolder: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { suite, setups, maxTokens, seed, format, bestOf, choices, ablation } = settings;
  const described = setups.map(({ prompts, ...setup }) => ({
    ...setup,
    prompts: prompts.length,
    promptsHash: hashOf(prompts),
  }));
  const byId = <T>(value: (setup: (typeof described)[number]) => T): Record<string, T> =>
    Object.fromEntries(described.map((setup) => [setup.id, value(setup)]));
  return {
    program: engineVersion,
    suite,
    setups: byId(({ policy, baseline, reward, rewardBaseline, transfer, options }) => ({
      policy,
      baseline,
      reward,
      rewardBaseline,
      transfer,
      options,
    })),
    methods: byId(({ methods }) => methods),
    prompts: byId(({ prompts, promptSource, promptsHash }) => ({
      n: prompts,
      source: promptSource,
      hash: promptsHash,
    })),
    'max-tokens': maxTokens,
    seed,
    format,
    'best-of': bestOf,
    alpha: choices.alpha ?? null,
    beta: choices.beta ?? null,
    k: choices.k ?? null,
    rollout: choices.rollout ?? null,
    rollouts: choices.rollouts ?? null,
    ablate: ablation,
    models: await modelHashes(settings, modelsFolder),
  };
}

/** Content of the shipped models that the setups name, also inside of expressions. */
async function modelHashes(
  { setups }: EvaluationSettings,
  modelsFolder: string,
): Promise<Record<string, string>> {
  const named = setups.flatMap(({ policy, baseline, reward, rewardBaseline }) => [
    policy,
    baseline,
    ...[reward, rewardBaseline ?? ''].flatMap((text) => text.split(/[^\w.-]+/u)),
  ]);
  const models = await readManifest(modelsFolder);
  return Object.fromEntries(
    models
      .filter(({ id }) => named.includes(id))
      .map(({ id, files }) => [id, hashOf(files.map(({ sha256 }) => sha256))]),
  );
}

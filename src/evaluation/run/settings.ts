import { readManifest } from '../../engine/exports/evaluation.ts';
import { engineVersion } from '../../protocol/version.ts';
import { hashOf, type EvaluationSettings } from './plan.ts';

/**
 * The content of settings.json: everything the texts depend on, including hashes of shipped models.
 * Fields are named as the command's options.
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
    'indirect-reference': choices.indirectReference ?? null,
    'rollout-law': choices.rolloutLaw ?? null,
    ablate: ablation,
    models: await modelHashes(settings, modelsFolder),
  };
}

/** Hashes of the shipped models that the setups name, directly or in an expression. */
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

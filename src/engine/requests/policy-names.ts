import type { GenerationOptions } from '../../protocol/options.ts';
import { serverIdOf } from '../../protocol/servers.ts';
import { defaultModel } from '../library/model-library.ts';
import type { ModelFinder } from '../library/model-finder.ts';
import type { ModelName } from '../store/known-models.ts';

type Named = Pick<GenerationOptions, 'policy' | 'baseline' | 'adapter' | 'base'>;

/** The policies that a request names, by their roles. */
export interface PolicyNames {
  readonly reference: ModelName;
  readonly baseline: ModelName;
}

/**
 * The reference policy, with the adapters that the options give it, and the baseline policy, which
 * is the reference policy unless it is named.
 */
export function policyNames({ policy, baseline, adapter, base }: Named): PolicyNames {
  const reference: ModelName =
    adapter === undefined
      ? { model: policy ?? defaultModel, base }
      : { model: adapter, base: policy ?? base, mustAdapt: true };
  return { reference, baseline: baseline === undefined ? reference : { model: baseline, base } };
}

/** A sentence that says that nothing in the request belongs on its base, if nothing does. */
export async function whyBaseUnused(
  { base, reward, rewardBaseline }: GenerationOptions,
  { reference, baseline }: PolicyNames,
  finder: Pick<ModelFinder, 'find'>,
): Promise<string | undefined> {
  if (base === undefined) return undefined;
  // Among rewards, only one that is named by its path can be an adapter without a base.
  if (/[/\\]|\.gguf/u.test(JSON.stringify([reward, rewardBaseline]))) return undefined;
  for (const name of [reference, baseline]) {
    if (serverIdOf(name.model) !== undefined) continue;
    if ((await finder.find(name)).adapters.length > 0) return undefined;
  }
  return `The base model ${base} is not used: neither the policy nor the baseline policy is an adapter.`;
}

import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptions } from '../../protocol/options.ts';
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

/** Refuses a base that nothing in the request belongs on: ignoring it would hide a mistake. */
export async function requireBaseUsed(
  { base, reward, rewardBaseline }: GenerationOptions,
  { reference, baseline }: PolicyNames,
  finder: Pick<ModelFinder, 'find'>,
): Promise<void> {
  if (base === undefined) return;
  // Among rewards, only one that is named by its path can be an adapter without a base.
  if (/[/\\]|\.gguf/u.test(JSON.stringify([reward, rewardBaseline]))) return;
  for (const name of [reference, baseline]) {
    if ((await finder.find(name)).adapters.length > 0) return;
  }
  throw new TqError(
    ErrorCode.invalidInput,
    `The base is "${base}", but the request names no adapter; leave out --base, or name an adapter as policy or baseline.`,
  );
}

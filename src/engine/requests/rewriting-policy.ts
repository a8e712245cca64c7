import type { Preset } from '../../protocol/rewriting.ts';
import type { GenerationOptions } from '../../protocol/options.ts';
import { defaultModel, type ModelLibrary } from '../library/model-library.ts';

/** The shipped policy that was trained to rewrite. */
const rewriter = 'rewriter';

/** The policies of a rewrite, by id or path. */
export interface RewritingPolicies {
  readonly policy: string | undefined;
  readonly baseline: string | undefined;
  /** A sentence for people about a choice that they may not expect. */
  readonly note: string | undefined;
}

/**
 * Chooses the policies of a rewrite: the reference policy of the options; without one, the shipped
 * rewriter, or the shipped model where the rewriter is not installed.
 */
export async function chooseRewritingPolicies(
  { policy, baseline, adapter }: Pick<GenerationOptions, 'policy' | 'baseline' | 'adapter'>,
  preset: Pick<Preset, 'baseline'>,
  models: ModelLibrary,
): Promise<RewritingPolicies> {
  const installed = (await models.finder.known()).some(({ id }) => id === rewriter);
  // Adapters are not the rewriter's unless it is named: they belong on the model that they name.
  if (adapter !== undefined) {
    return { policy, baseline: preset.baseline ?? baseline, note: undefined };
  }
  const chosen = policy ?? (installed ? rewriter : defaultModel);
  return {
    policy: chosen,
    baseline: preset.baseline ?? baseline ?? chosen,
    note:
      policy === undefined && !installed
        ? `The model ${rewriter} is not installed, so ${defaultModel} rewrites; it was not trained to rewrite.`
        : undefined,
  };
}

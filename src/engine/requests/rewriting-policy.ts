import type { Preset } from '../../protocol/rewriting.ts';
import type { GenerationOptions } from '../../protocol/options.ts';
import { defaultModel, type ModelLibrary } from '../library/model-library.ts';

/** The shipped policy that was trained to rewrite. */
const rewriter = 'rewriter';

/** The policies of a rewrite, by id or path. */
export interface RewritingPolicies {
  readonly policy: string;
  readonly baseline: string;
  /** A sentence for people about a choice that they may not expect. */
  readonly note: string | undefined;
}

/**
 * Chooses the policies of a rewrite: the reference policy of the options; without one, the shipped
 * rewriter, or the shipped model where the rewriter is not installed.
 */
export async function chooseRewritingPolicies(
  { policy, baseline }: Pick<GenerationOptions, 'policy' | 'baseline'>,
  preset: Pick<Preset, 'baseline'>,
  models: ModelLibrary,
): Promise<RewritingPolicies> {
  const installed = (await models.finder.known()).some(({ id }) => id === rewriter);
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

import type { RewritingMethod } from '../../cli/parser/bench.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';

export interface ArmModels {
  /** The shipped model that was not trained to rewrite. */
  readonly plain: string;
  /** Id or folder of the rewriter. */
  readonly rewriter: string;
}

/** The editor's default, `tqstar.alpha`; the engine's own is weaker. */
export const editorAlpha = 0.25;

/** The generation options of an arm; all else is the preset's and the engine's. */
export function armOptions(arm: RewritingMethod, models: ArmModels): GenerationOptionsInput {
  const policy = arm.startsWith('plain') ? models.plain : models.rewriter;
  const common = { policy, device: 'cpu', format: 'int8' } as const;
  return { ...common, ...(arm.endsWith('+tq') ? { alpha: editorAlpha } : { method: 'sft' }) };
}

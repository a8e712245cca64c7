import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';

/** Ways to rewrite that are compared: who writes, and whether towards the preset's reward. */
export const armNames = ['plain', 'plain+tq', 'rewriter', 'rewriter+tq'] as const;
export type ArmName = (typeof armNames)[number];

/** What a full run compares. */
export const defaultArms: readonly ArmName[] = ['plain', 'rewriter', 'rewriter+tq'];

export interface ArmModels {
  /** The shipped model that was not trained to rewrite. */
  readonly plain: string;
  /** Id or folder of the rewriter. */
  readonly rewriter: string;
}

/** The editor's default, `tqstar.alpha`; the engine's own is weaker. */
export const editorAlpha = 0.25;

/** The generation options of an arm; all else is the preset's and the engine's. */
export function armOptions(arm: ArmName, models: ArmModels): GenerationOptionsInput {
  const policy = arm.startsWith('plain') ? models.plain : models.rewriter;
  const common = { policy, device: 'cpu', format: 'int8' } as const;
  return { ...common, ...(arm.endsWith('+tq') ? { alpha: editorAlpha } : { method: 'sft' }) };
}

/** @throws TqError invalidInput for a name that is no arm */
export function armsOf(names: readonly string[]): readonly ArmName[] {
  return names.map((name) => {
    const arm = armNames.find((each) => each === name);
    if (arm) return arm;
    throw new TqError(
      ErrorCode.invalidInput,
      `There is no method "${name}"; it must be one of ${armNames.join(', ')}.`,
    );
  });
}

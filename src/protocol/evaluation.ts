/** The suites that come with a clone of the project, by name. */
export const suiteNames = [
  'hh-harmless',
  'clear-writing',
  'warm-tone',
  'synthetic-indirect',
  'real-indirect',
  'pairs',
  'paper-setting',
] as const;
export type SuiteName = (typeof suiteNames)[number];

/** The methods that an evaluation compares; ARGS and best-of-N start from either policy. */
export const evaluatedMethods = [
  'sft',
  'dpo',
  'args-sft',
  'args-dpo',
  'cd',
  'dt',
  'tq',
  'tq-indirect',
  'bon',
  'bon-dpo',
] as const;
export type EvaluatedMethod = (typeof evaluatedMethods)[number];

/** Number formats of the CPU: an evaluation runs there, so equal settings give equal bits. */
export const evaluationFormats = ['int8', 'fp32'] as const;
export type EvaluationFormat = (typeof evaluationFormats)[number];

/** Values of k and alpha to try in all combinations (figure 8). */
export interface Ablation {
  readonly k: readonly number[];
  readonly alpha: readonly number[];
  /** The methods to try them with; undefined for a setup's own TQ*. */
  readonly methods?: readonly EvaluatedMethod[] | undefined;
}

/** Questions to a judge: this project's, or the one that the paper describes. */
export const judgePrompts = ['default', 'paper'] as const;
export type JudgePrompt = (typeof judgePrompts)[number];

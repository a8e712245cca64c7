/** The suites that come with a clone of the project, by name. */
export const suiteNames = [
  'hh-harmless',
  'clear-writing',
  'warm-tone',
  'synthetic-indirect',
  'real-indirect',
  'pairs',
] as const;
export type SuiteName = (typeof suiteNames)[number];

/** The methods that an evaluation compares: those of decoding, with ARGS on either policy. */
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

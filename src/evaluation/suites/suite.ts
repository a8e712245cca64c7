import { z } from 'zod';
import { evaluatedMethods, type EvaluatedMethod } from '../../protocol/evaluation.ts';
import {
  indirectReferences,
  promptSchema,
  rolloutLaws,
  type Prompt,
} from '../../protocol/options.ts';

const positive = z.number().finite().positive();
const count = z.number().int().min(1);

/** Decoding options that a setup or the command line may set; the others have defaults. */
export const decodingChoicesSchema = z.strictObject({
  alpha: positive.optional(),
  beta: positive.optional(),
  k: count.optional(),
  rollout: count.optional(),
  rollouts: count.optional(),
  indirectReference: z.enum(indirectReferences).optional(),
  rolloutLaw: z.enum(rolloutLaws).optional(),
});
export type DecodingChoices = z.output<typeof decodingChoicesSchema>;

const promptEntrySchema = z.union([
  z.string().transform((text) => ({ text, raw: false })),
  promptSchema,
]);

/** One setup of a suite file: two policies, a target reward, prompts. */
export const setupFileSchema = z.strictObject({
  id: z.string().regex(/^[\w.-]{1,80}$/u, 'it must be 1 to 80 letters, digits, dots and hyphens'),
  title: z.string().min(1).max(200).optional(),
  policy: z.string().min(1).optional(),
  baseline: z.string().min(1),
  reward: z.string().min(1),
  /** Reward the baseline policy was aligned to; makes transfer indirect. */
  rewardBaseline: z.string().min(1).optional(),
  /** The default is indirect with a baseline reward, else direct. */
  transfer: z.enum(['direct', 'indirect']).optional(),
  methods: z.array(z.enum(evaluatedMethods)).min(1).optional(),
  /** A file of {"prompt", "draft"?, "system"?} objects, one a line, or the prompts. */
  prompts: z.union([z.string().min(1), z.array(promptEntrySchema)]),
  options: decodingChoicesSchema.optional(),
});

export const suiteFileSchema = z.strictObject({
  title: z.string().min(1).max(200).optional(),
  setups: z.array(setupFileSchema).min(1),
});

/** Policies, reward, prompts and methods that are evaluated together: the paper's "setup". */
export interface Setup {
  readonly id: string;
  readonly title: string;
  /** Reference policy pi_SFT, baseline policy pi_BL: ids or paths. */
  readonly policy: string;
  readonly baseline: string;
  /** Target reward r: an id, an expression or a path. */
  readonly reward: string;
  /** Baseline reward r_BL; null if tq-indirect uses DPO's implicit reward. */
  readonly rewardBaseline: string | null;
  readonly transfer: 'direct' | 'indirect';
  readonly methods: readonly EvaluatedMethod[];
  readonly prompts: readonly Prompt[];
  /** Source of the prompts, for the report. */
  readonly promptSource: string;
  readonly options: DecodingChoices;
  /** Whether the target reward judges whole answers: H is then to the end where none is named. */
  readonly readsWhole?: boolean;
}

/** A setup before its prompts are read. */
export type SetupPlan = Omit<Setup, 'prompts' | 'promptSource'> & {
  readonly prompts: PromptSource;
};

export type PromptSource =
  | { readonly kind: 'lines' | 'dialogues'; readonly file: string; readonly name: string }
  | { readonly kind: 'given'; readonly prompts: readonly Prompt[] };

export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Longest response, where the command line names none. */
  readonly maxTokens?: number;
  readonly setups: readonly SetupPlan[];
}

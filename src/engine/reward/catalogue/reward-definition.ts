import { z } from 'zod';
import { isDeeperThan } from '../../../protocol/json-depth.ts';
import { boundsSchema } from '../parameters.ts';
import { scriptTimeoutSchema } from '../script/script-reward.ts';
import { styleGuideSchema } from '../text/style-guide.ts';

const id = z.string().trim().min(1).max(100);

/** A sum of rewards with weights. */
export interface SumDefinition {
  readonly id: string;
  readonly type: 'sum';
  readonly parts: readonly {
    /** An expression ("readability:grade=6"), a path or a nested definition. */
    readonly reward: RewardSpec;
    readonly weight: number;
    /** Range the part's raw score is clamped to. */
    readonly clamp?: readonly [number, number] | undefined;
  }[];
  /** Maps every part from its range to [0, 1] before it is weighted. */
  readonly normalise?: boolean | undefined;
  /** Range the whole sum is clamped to. */
  readonly clamp?: readonly [number, number] | undefined;
}

/** A bound that a reward must reach. */
export interface ConstraintDefinition {
  readonly id: string;
  readonly type: 'constraint';
  /** An expression, a path or a nested definition. */
  readonly reward: RewardSpec;
  /** Smallest score that meets the constraint, in the reward's range. */
  readonly atLeast: number;
}

/** A style guide inside the definition instead of in a separate file. */
export interface StyleGuideDefinition {
  readonly id: string;
  readonly type: 'style-guide';
  readonly avoid: readonly string[];
  readonly prefer: readonly { readonly instead: string; readonly use: string }[];
}

/** A text classifier in a local folder. */
export interface ClassifierDefinition {
  readonly id: string;
  readonly type: 'classifier';
  readonly path: string;
  readonly label?: string | undefined;
}

/** A JavaScript module that exports score(prompt, response). */
export interface ScriptDefinition {
  readonly id: string;
  readonly type: 'script';
  readonly path: string;
  /** Bounds that every score keeps. */
  readonly range?: readonly [number, number] | undefined;
  /** Time limit of one score, in milliseconds. */
  readonly timeout?: number | undefined;
}

/** A reward defined as JSON, in settings or in a file. */
export type RewardDefinition =
  | SumDefinition
  | ConstraintDefinition
  | StyleGuideDefinition
  | ClassifierDefinition
  | ScriptDefinition;

/** A reward as users give it: an expression, a path or a definition. */
export type RewardSpec = string | RewardDefinition;

const specSchema: z.ZodType<RewardSpec> = z.lazy(() =>
  z.union([z.string().trim().min(1), rewardDefinitionSchema]),
);

const sumSchema = z.strictObject({
  id,
  type: z.literal('sum'),
  parts: z
    .array(
      z.strictObject({ reward: specSchema, weight: z.number(), clamp: boundsSchema.optional() }),
    )
    .min(1)
    .max(32),
  normalise: z.boolean().optional(),
  clamp: boundsSchema.optional(),
});

/** The form of a reward definition. */
export const rewardDefinitionSchema: z.ZodType<RewardDefinition> = z.discriminatedUnion('type', [
  sumSchema,
  z.strictObject({
    id,
    type: z.literal('constraint'),
    reward: specSchema,
    atLeast: z.number(),
  }),
  styleGuideSchema.extend({ id, type: z.literal('style-guide') }),
  z.strictObject({
    id,
    type: z.literal('classifier'),
    path: z.string().min(1),
    label: z.union([z.string(), z.number().int().nonnegative().transform(String)]).optional(),
  }),
  z.strictObject({
    id,
    type: z.literal('script'),
    path: z.string().min(1),
    range: boundsSchema.optional(),
    timeout: scriptTimeoutSchema.optional(),
  }),
]);

/** A definition in a definition takes three levels; createReward allows eight definitions. */
const maxLevels = 64;

/** Checks a reward definition of unknown origin, which may be too deep for the schema alone. */
export const givenDefinitionSchema: z.ZodType<RewardDefinition> = z.preprocess((value, context) => {
  if (!isDeeperThan(value, maxLevels)) return value;
  context.addIssue(`it is nested more than ${maxLevels} levels deep`);
  return z.NEVER;
}, rewardDefinitionSchema);

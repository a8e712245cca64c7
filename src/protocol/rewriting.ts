import { z } from 'zod';

/** A reward as clients name it: an id, an expression, a path or a definition. */
const rewardSpecSchema = z.union([z.string().trim().min(1), z.record(z.string(), z.unknown())]);

/** A reward that every text must reach: candidates that cannot reach it are left out. */
export const constraintSchema = z.strictObject({
  reward: rewardSpecSchema,
  atLeast: z.number().finite(),
});
export type Constraint = z.output<typeof constraintSchema>;

const share = z.number().min(0).max(1);

/** A way to rewrite: it chooses everything that a rewrite needs. */
export const presetSchema = z.strictObject({
  id: z.string().trim().min(1).max(100),
  title: z.string().trim().min(1).max(100).optional(),
  /** The request to the model: an imperative without a full stop at its end. */
  instruction: z.string().trim().min(1).max(2000),
  /**
   * Target reward: a text must raise it. The request's own if left out, which a text need not
   * raise; null for a preset without one.
   */
  reward: rewardSpecSchema.nullable().optional(),
  /** Baseline policy that was aligned to `reward`; the rewriting policy itself if left out. */
  baseline: z.string().trim().min(1).optional(),
  constraints: z.array(constraintSchema).max(8).default([]),
  /** Words of the answer, as multiples of the draft's: at least and at most. */
  length: z
    .tuple([z.number().min(0), z.number().positive()])
    .refine(([low, high]) => low < high, 'The first number must be smaller than the second.')
    .optional(),
  /**
   * Nouns, verbs and adjectives without a counterpart, as shares of the draft's: how many may be
   * lost, and how many may be new. Left out, half of them may.
   */
  content: z.strictObject({ lost: share, added: share }).optional(),
  /** Whether an answer may only correct its draft. */
  correctsOnly: z.boolean().optional(),
});
export type Preset = z.output<typeof presetSchema>;
export type PresetInput = z.input<typeof presetSchema>;

const offset = z.number().int().min(0);
const span = { start: offset, end: offset };
const count = z.number().int().min(0);

/** The facts of a draft that its rewrite lost, changed or added. */
export const factComparisonSchema = z.object({
  missing: z.array(z.string()),
  changed: z.array(z.object({ from: z.string(), to: z.string() })),
  added: z.array(z.string()),
  kept: count,
  total: count,
});
export type FactComparison = z.output<typeof factComparisonSchema>;

const rewardChangeSchema = z.object({ name: z.string(), before: z.number(), after: z.number() });

/** Why a unit keeps its draft. */
export const keptReasons = [
  ...['same', 'cut', 'marks', 'space', 'lines', 'refusal', 'echo', 'greeting', 'language'],
  ...[
    'length',
    'repetition',
    'facts',
    'meaning',
    'form',
    'grammar',
    'not-better',
    'unsure',
    'empty',
    'stopped',
  ],
] as const;
export type KeptReason = (typeof keptReasons)[number];

export const unitResultSchema = z.object({
  index: count,
  ...span,
  status: z.enum(['changed', 'kept']),
  /** Why the unit keeps its draft; null if it changed. */
  kept: z.object({ reason: z.enum(keptReasons), text: z.string() }).nullable(),
  /** The new source of the unit; the draft's own characters if it keeps them. */
  source: z.string(),
  facts: factComparisonSchema,
  reward: rewardChangeSchema.nullable(),
  seconds: z.number().min(0),
  /** Positions through the policy. */
  positions: count,
  /** Other wordings, best first; empty unless the request asked for candidates. */
  alternatives: z.array(
    z.object({ source: z.string(), facts: factComparisonSchema, reward: z.number().nullable() }),
  ),
});
export type UnitResult = z.output<typeof unitResultSchema>;

/** A document to rewrite, or ranges of it. */
export const rewriteDocumentSchema = z.strictObject({
  text: z.string(),
  /** VS Code's language id; it chooses the parser. */
  language: z.string().min(1),
  /** UTF-16 offsets; the whole document if left out. */
  ranges: z.array(z.strictObject(span)).min(1).max(1000).optional(),
});
export type RewriteDocument = z.output<typeof rewriteDocumentSchema>;

export const rewriteResultSchema = z.object({
  /** The whole document with the changed units in place; all else as it was. */
  text: z.string(),
  units: z.array(unitResultSchema),
  /** Over all units. */
  facts: factComparisonSchema,
  /** Mean over the changed units, weighted by their words; null if none changed. */
  reward: rewardChangeSchema.nullable(),
  /** Whether the request was cancelled: the units that were not reached keep their draft. */
  stopped: z.boolean(),
});
export type RewriteResult = z.output<typeof rewriteResultSchema>;

/** The units of a rewrite, before the first is written. */
export const rewritePlanEventSchema = z.object({
  type: z.literal('rewrite-plan'),
  units: z.array(z.object({ index: count, ...span })),
});

/** The source of one unit so far. */
export const rewriteTextEventSchema = z.object({
  type: z.literal('rewrite-text'),
  unit: count,
  text: z.string(),
});

/** One unit is finished. */
export const rewriteUnitEventSchema = z.object({
  type: z.literal('rewrite-unit'),
  result: unitResultSchema,
});

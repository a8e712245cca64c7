import { z } from 'zod';

/** Network settings; the environment's apply to fields that are left out. */
export const networkSchema = z.strictObject({
  /** Address of the proxy for every request. */
  proxy: z.string().min(1).optional(),
  /** Hosts that bypass the proxy, separated by commas. */
  noProxy: z.string().optional(),
});
export type NetworkOptions = z.output<typeof networkSchema>;

const bytes = z.number().nonnegative();

/** Bytes of memory a model needs in each format, and bytes available now. */
export const memoryNeedSchema = z.object({ int8: bytes, fp32: bytes, available: bytes });
export type MemoryNeed = z.output<typeof memoryNeedSchema>;

export const modelKindSchema = z.enum([
  'language-model',
  'sentence-embedding',
  'policy-adapter',
  'causal-reward',
]);
export type ModelKind = z.output<typeof modelKindSchema>;

export const alignmentSchema = z.object({ reward: z.string(), beta: z.number() });
export type Alignment = z.output<typeof alignmentSchema>;

export const modelEntrySchema = z.object({
  id: z.string(),
  kind: modelKindSchema,
  title: z.string(),
  licence: z.string(),
  source: z.string(),
  bytes,
  /** The reward a policy was aligned to, and beta; null if unknown. */
  alignment: alignmentSchema.nullable(),
  /** A sentence if files are missing or altered; empty otherwise. */
  problem: z.string(),
  loaded: z.boolean(),
  /** Whether the model ships with the program, so it cannot be removed. */
  shipped: z.boolean(),
  /** Architecture, named as in the model's configuration. */
  family: z.string(),
  /** Format on disk, such as "GGUF Q4_1" or "safetensors BF16". */
  format: z.string(),
  /** Null if unknown. */
  memory: memoryNeedSchema.nullable(),
});
export type ModelEntry = z.output<typeof modelEntrySchema>;

/** What adding a model would do. */
export const modelPlanSchema = modelEntrySchema
  .omit({ problem: true, loaded: true, shipped: true })
  .extend({
    files: z.array(z.object({ path: z.string(), bytes })),
    /** Files of the source that are skipped, because opening them can run code. */
    leftOut: z.array(z.string()),
    /** GGUF files to choose from; if there are any, only id and source are known. */
    choices: z.array(z.object({ path: z.string(), bytes })),
    /** Whether the hub requires users to accept terms. */
    gated: z.boolean(),
    /** Bytes already downloaded by an interrupted run. */
    present: bytes,
    freeDisk: bytes,
  });
export type ModelPlan = z.output<typeof modelPlanSchema>;

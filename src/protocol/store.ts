import { z } from 'zod';

/** How the network is reached; what is left out is taken from the environment. */
export const networkSchema = z.strictObject({
  /** Address of the proxy for every request. */
  proxy: z.string().min(1).optional(),
  /** Hosts that are reached without it, with commas between. */
  noProxy: z.string().optional(),
});
export type NetworkOptions = z.output<typeof networkSchema>;

const bytes = z.number().nonnegative();

/** Bytes of memory a model takes in each format, and how much is free now. */
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
  /** The reward a policy was aligned to, and the strength of that; null where it is not known. */
  alignment: alignmentSchema.nullable(),
  /** Empty when the files are as they were when it was added, else one sentence. */
  problem: z.string(),
  loaded: z.boolean(),
  /** True for what comes with the program, which cannot be removed. */
  shipped: z.boolean(),
  /** Architecture, as the model's configuration names it. */
  family: z.string(),
  /** How it lies on disk, such as "GGUF Q4_1" or "safetensors BF16". */
  format: z.string(),
  /** Null where it cannot be told. */
  memory: memoryNeedSchema.nullable(),
});
export type ModelEntry = z.output<typeof modelEntrySchema>;

/** What adding a model would do. */
export const modelPlanSchema = modelEntrySchema
  .omit({ problem: true, loaded: true, shipped: true })
  .extend({
    files: z.array(z.object({ path: z.string(), bytes })),
    /** Files of the source that are never taken, because opening them can run code. */
    leftOut: z.array(z.string()),
    /** GGUF files to choose one from; then nothing else here is known but id and source. */
    choices: z.array(z.object({ path: z.string(), bytes })),
    /** The hub gives it only to those who accepted its terms. */
    gated: z.boolean(),
    /** Bytes that are here already, of a download that was cut. */
    present: bytes,
    freeDisk: bytes,
  });
export type ModelPlan = z.output<typeof modelPlanSchema>;

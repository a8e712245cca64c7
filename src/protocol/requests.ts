import { z } from 'zod';
import { doneEventSchema, engineEventSchema } from './events.ts';
import { devices, formats, generationOptionsSchema, methodIds, promptSchema } from './options.ts';

/** A request of the engine: its name, and what goes in and comes out. Both sides check. */
export interface EngineRequest<Params extends z.ZodType, Result extends z.ZodType> {
  readonly method: string;
  readonly params: Params;
  readonly result: Result;
}

function request<Params extends z.ZodType, Result extends z.ZodType>(
  method: string,
  params: Params,
  result: Result,
): EngineRequest<Params, Result> {
  return { method, params, result };
}

const nothing = z.strictObject({});
const id = z.string().min(1).max(200);
const bytes = z.number().nonnegative();

export const deviceSchema = z.object({
  requested: z.string(),
  actual: z.string(),
  reason: z.string(),
});
export type DeviceReport = z.output<typeof deviceSchema>;

export const modelEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(['language-model', 'sentence-embedding', 'policy-adapter', 'causal-reward']),
  title: z.string(),
  licence: z.string(),
  source: z.string(),
  bytes,
  /** The reward a policy was aligned to, and the strength of that; null where it is not known. */
  alignment: z.object({ reward: z.string(), beta: z.number() }).nullable(),
  /** Empty when the files are as the manifest says, else one sentence. */
  problem: z.string(),
  loaded: z.boolean(),
});
export type ModelEntry = z.output<typeof modelEntrySchema>;

export const rewardEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  favours: z.string(),
  description: z.string(),
  range: z.tuple([z.number(), z.number()]).nullable(),
  licence: z.string(),
  needsDraft: z.boolean(),
  parameters: z.record(z.string(), z.string()),
  /** Size of the model that ships for this reward alone; null for one without. */
  bytes: bytes.nullable(),
});
export type RewardEntry = z.output<typeof rewardEntrySchema>;

export const methodEntrySchema = z.object({
  id: z.enum(methodIds),
  title: z.string(),
  candidates: z.string(),
  rollouts: z.string(),
  score: z.string(),
});
export type MethodEntry = z.output<typeof methodEntrySchema>;

export const capabilitiesSchema = z.object({
  version: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
  processId: z.number().int(),
  threads: z.number().int(),
  devices: z.array(z.enum(devices)),
  formats: z.array(z.enum(formats)),
  cacheFolder: z.string(),
  cacheBytes: bytes,
  cacheProblem: z.string(),
  modelsFolder: z.string(),
  memory: z.object({ total: bytes, available: bytes, engine: bytes }),
});
export type Capabilities = z.output<typeof capabilitiesSchema>;

const generationParams = z.strictObject({
  requestId: id,
  prompt: promptSchema,
  options: generationOptionsSchema,
});

export const requests = {
  capabilities: request('capabilities', nothing, capabilitiesSchema),
  listModels: request('models/list', nothing, z.array(modelEntrySchema)),
  listRewards: request('rewards/list', nothing, z.array(rewardEntrySchema)),
  listMethods: request('methods/list', nothing, z.array(methodEntrySchema)),
  load: request(
    'load',
    z.strictObject({
      requestId: id,
      model: z.string().min(1),
      format: z.enum(formats).default('int8'),
      device: z.enum(devices).default('auto'),
    }),
    z.object({ model: z.string(), device: deviceSchema, bytes }),
  ),
  /** Without a model: all of them. */
  unload: request(
    'unload',
    z.strictObject({ model: z.string().min(1).optional() }),
    z.object({ unloaded: z.array(z.string()) }),
  ),
  /** One text; token events come as `event` notifications with the request's id. */
  generate: request('generate', generationParams, doneEventSchema),
  /** Aligned and plain text of one prompt, at once. */
  compare: request(
    'compare',
    generationParams,
    z.object({ aligned: doneEventSchema, plain: doneEventSchema }),
  ),
  score: request(
    'score',
    z.strictObject({
      requestId: id,
      prompt: promptSchema,
      responses: z.array(z.string()).min(1),
      options: generationOptionsSchema,
    }),
    z.array(z.object({ reward: z.number(), parts: z.record(z.string(), z.number()) })),
  ),
  cancel: request(
    'cancel',
    z.strictObject({ requestId: id }),
    z.object({ cancelled: z.boolean() }),
  ),
  shutdown: request('shutdown', nothing, nothing),
} as const;

/** Notification from the engine while a request runs. */
export const eventNotification = {
  method: 'event',
  params: z.object({ requestId: id, event: engineEventSchema }),
} as const;

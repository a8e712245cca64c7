import { z } from 'zod';
import { doneEventSchema, engineEventSchema } from './events.ts';
import {
  deviceNames,
  devices,
  formats,
  generationOptionsSchema,
  methodIds,
  promptSchema,
} from './options.ts';
import { foundModelSchema, foundServerSchema } from './found-models.ts';
import { reviewSchema } from './review.ts';
import { presetSchema, rewriteDocumentSchema, rewriteResultSchema } from './rewriting.ts';
import { modelEntrySchema, modelPlanSchema, networkSchema } from './store.ts';

export { modelEntrySchema, type ModelEntry } from './store.ts';

/** A request to the engine: its name, parameters and result, which both sides check. */
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
  /** Number format of the weights. */
  format: z.string(),
  reason: z.string(),
});
export type DeviceReport = z.output<typeof deviceSchema>;

/** Whether a device can be used; `problem` is empty if it can. */
export const deviceStateSchema = z.object({ device: z.enum(deviceNames), problem: z.string() });
export type DeviceState = z.output<typeof deviceStateSchema>;

export const rewardEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  favours: z.string(),
  description: z.string(),
  range: z.tuple([z.number(), z.number()]).nullable(),
  licence: z.string(),
  needsDraft: z.boolean(),
  /** Judges whole answers: rollouts go to the end of the response where no H is named. */
  readsWhole: z.boolean(),
  parameters: z.record(z.string(), z.string()),
  /** Size of the shipped model that only this reward uses; null without one. */
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
  threadsReason: z.string(),
  devices: z.array(z.enum(devices)),
  formats: z.array(z.enum(formats)),
  cacheFolder: z.string(),
  cacheBytes: bytes,
  cacheProblem: z.string(),
  modelsFolder: z.string(),
  storeFolder: z.string(),
  memory: z.object({ total: bytes, available: bytes, engine: bytes }),
});
export type Capabilities = z.output<typeof capabilitiesSchema>;

const generationParams = z.strictObject({
  requestId: id,
  prompt: promptSchema,
  options: generationOptionsSchema,
});

/** A text to score, and whether it ended by itself rather than being cut. */
const givenResponse = z.union([
  z.string().transform((text) => ({ text, ended: true })),
  z.strictObject({ text: z.string(), ended: z.boolean() }),
]);

/** `source` is owner/name, owner/name@revision or owner/name/file.gguf of a hub, or a path. */
const modelSource = {
  requestId: id,
  source: z.string().min(1).max(4096),
  /** One of several GGUF files of the source. */
  file: z.string().min(1).optional(),
  /** The base model of an adapter: an id or a path; default the one that it names. */
  base: z.string().trim().min(1).optional(),
  /** Id of the added model; derived from the source by default. */
  id: z.string().min(1).max(200).optional(),
  network: networkSchema.optional(),
};

export const requests = {
  capabilities: request('capabilities', nothing, capabilitiesSchema),
  /** Tests every device, each in a separate process. */
  checkDevices: request('devices/check', nothing, z.array(deviceStateSchema)),
  listModels: request('models/list', nothing, z.array(modelEntrySchema)),
  /** Describes what adding a model would do: files, size, memory, licence. Changes nothing. */
  planModel: request('models/plan', z.strictObject(modelSource), modelPlanSchema),
  /** Adds a model to the store; resumes an earlier download. */
  addModel: request('models/add', z.strictObject(modelSource), modelEntrySchema),
  removeModel: request(
    'models/remove',
    z.strictObject({ id: z.string().min(1) }),
    z.object({ id: z.string() }),
  ),
  /** Compares the files of a model, or of all models, with their hashes. */
  verifyModels: request(
    'models/verify',
    z.strictObject({ requestId: id, id: z.string().min(1).optional() }),
    z.array(z.object({ id: z.string(), problem: z.string() })),
  ),
  /** Models and servers of other programs on this machine; asks its usual ports once. */
  findModels: request(
    'models/found',
    z.strictObject({ servers: z.boolean().default(true) }),
    z.object({ models: z.array(foundModelSchema), servers: z.array(foundServerSchema) }),
  ),
  /** Sets the keys of servers, by origin; they are kept in memory alone. */
  setServerKeys: request(
    'servers/keys',
    z.strictObject({ keys: z.record(z.string(), z.string().min(1)) }),
    nothing,
  ),
  listRewards: request('rewards/list', nothing, z.array(rewardEntrySchema)),
  listMethods: request('methods/list', nothing, z.array(methodEntrySchema)),
  load: request(
    'load',
    z.strictObject({
      requestId: id,
      model: z.string().min(1),
      format: z.enum(formats).default('auto'),
      device: z.enum(devices).default('auto'),
      /** The model that an adapter belongs on; default the one that it names. */
      base: z.string().trim().min(1).optional(),
    }),
    z.object({ model: z.string(), device: deviceSchema, bytes }),
  ),
  /** Unloads a model, or all models. */
  unload: request(
    'unload',
    z.strictObject({ model: z.string().min(1).optional() }),
    z.object({ unloaded: z.array(z.string()) }),
  ),
  /** Writes one text; token events are `event` notifications with the request's id. */
  generate: request('generate', generationParams, doneEventSchema),
  /** Writes an aligned and a plain text of one prompt in parallel. */
  compare: request(
    'compare',
    generationParams,
    z.object({ aligned: doneEventSchema, plain: doneEventSchema }),
  ),
  /** Rewrites the prose of a document unit by unit; `rewrite-` events say how far it is. */
  rewrite: request(
    'rewrite',
    z.strictObject({
      requestId: id,
      document: rewriteDocumentSchema,
      preset: presetSchema,
      /** How many wordings of each unit to choose from. */
      candidates: z.number().int().min(1).max(8).default(1),
      /** 0 for the first time; each further number words it otherwise. */
      attempt: z.number().int().min(0).default(0),
      /** Weight of kept meaning next to the asked reward. */
      meaningWeight: z.number().min(0).max(10).default(1),
      options: generationOptionsSchema,
    }),
    rewriteResultSchema,
  ),
  score: request(
    'score',
    z.strictObject({
      requestId: id,
      prompt: promptSchema,
      /** A text alone counts as ended. */
      responses: z.array(givenResponse).min(1),
      options: generationOptionsSchema,
    }),
    z.array(z.object({ reward: z.number(), parts: z.record(z.string(), z.number()) })),
  ),
  /** Compares the facts of a text with its draft's, and finds its language; needs no model. */
  review: request(
    'review',
    z.strictObject({ draft: z.string().optional(), text: z.string() }),
    reviewSchema,
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

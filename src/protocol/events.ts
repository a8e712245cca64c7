import { z } from 'zod';
import { indirectReferences, methodIds, rolloutLaws } from './options.ts';
import {
  rewritePlanEventSchema,
  rewriteTextEventSchema,
  rewriteUnitEventSchema,
} from './rewriting.ts';

/** Which text an event belongs to. */
export const streamSchema = z.enum(['aligned', 'plain']);
export type StreamName = z.output<typeof streamSchema>;

const numberOrNull = z.number().nullable();

export const rolloutSchema = z.object({
  /** Text of the rollout after the candidate; null for a method without rollouts. */
  text: z.string().nullable(),
  ended: z.boolean(),
  /** Target reward of the response with this rollout. */
  reward: z.number(),
  /** Baseline reward of it, or the implicit one; null if the method uses none. */
  baselineReward: numberOrNull,
  /** Its weight in the value, (16), out of 1; null without a baseline reward. */
  weight: numberOrNull,
});
export type RolloutLine = z.output<typeof rolloutSchema>;

export const candidateSchema = z.object({
  id: z.number().int(),
  text: z.string(),
  /** Natural-log probability under the policy that proposes candidates. */
  logprob: z.number(),
  /** TQ*(s, z); null if it was not computed. */
  value: numberOrNull,
  /** log of the mean weight, which is part of the score of tq-indirect; else null. */
  logMeanWeight: numberOrNull,
  /** log pi + log mean weight + value / alpha. */
  score: numberOrNull,
  /** What a sampled choice adds to the score; null for a greedy one. */
  noise: numberOrNull,
  /** The scored rollouts; empty if the candidate was not valued. */
  rollouts: z.array(rolloutSchema),
  why: z.enum(['skipped', 'pruned', 'evaluated']),
});
export type CandidateLine = z.output<typeof candidateSchema>;

/**
 * Bounds of KL(pi_alg || reference policy) in nats, summed over the tokens so far. Both are the KL
 * if the kind is exact; a lower bound has no `high`.
 */
export const divergenceSchema = z.object({
  kind: z.enum(['exact', 'interval', 'lower-bound', 'upper-bound']),
  low: z.number(),
  high: numberOrNull,
  /** Whose KL: the plain policy's, or that of the softmax of the candidates' scores, (12). */
  of: z.enum(['policy', 'softmax-policy', 'best-of-n']),
  /** The text along which it is summed. */
  path: z.enum(['greedy', 'sampled']),
});
export type Divergence = z.output<typeof divergenceSchema>;

/** One committed token. */
export const tokenEventSchema = z.object({
  type: z.literal('token'),
  stream: streamSchema,
  index: z.number().int(),
  id: z.number().int(),
  text: z.string(),
  logprob: numberOrNull,
  value: numberOrNull,
  decision: z.enum(['skipped', 'evaluated', 'plain']),
  candidates: z.array(candidateSchema),
  /** Target reward of the text so far; null unless `rewardEvery` requests it. */
  reward: numberOrNull,
  kl: divergenceSchema.nullable(),
  /** Milliseconds spent on this text so far, without the measurement of `reward`. */
  wallMs: z.number(),
});
export type TokenEvent = z.output<typeof tokenEventSchema>;

export const statsSchema = z.looseObject({
  /**
   * The method in effect, also when the engine chose it: cd for tq or dt without a baseline policy
   * of its own.
   */
  method: z.enum(methodIds).optional(),
  /** Kind of transfer; undefined if the baseline policy's reward is unknown. */
  transfer: z.enum(['direct', 'indirect']).optional(),
  /** The reading of (17); undefined except for tq-indirect. */
  indirectReference: z.enum(indirectReferences).optional(),
  /** Undefined for fewer than two rollouts a candidate. */
  rolloutLaw: z.enum(rolloutLaws).optional(),
  steps: z.number(),
  skippedSteps: z.number(),
  candidatesEvaluated: z.number(),
  rolloutTokens: z.number(),
  policyPositions: z.number(),
  rewardPositions: z.number(),
  /** Positions through the lower layers that models on one base share; null if none are shared. */
  trunkPositions: numberOrNull.optional(),
  /** Requests to the servers that run the policies; null without a server. */
  serverRequests: numberOrNull.optional(),
  /** Undefined without a server. */
  server: z
    .object({
      /** Whether the server gave the same numbers for the same text however it computed it. */
      deterministic: z.enum(['verified', 'not verified']),
      reason: z.string().optional(),
      /** Differences of log-probabilities below these, in nats, change no choice. */
      margin: z.object({ candidates: numberOrNull, rollouts: numberOrNull }),
    })
    .optional(),
  exhaustivePositions: z.number(),
  boundsUsed: z.boolean(),
  firstTokenMs: numberOrNull,
  wallMs: z.number(),
  tokensPerSecond: z.number(),
});

/** The end of one text. */
export const doneEventSchema = z.object({
  type: z.literal('done'),
  stream: streamSchema,
  text: z.string(),
  ids: z.array(z.number().int()),
  stop: z.enum(['eos', 'length', 'stop', 'cancelled']),
  /** Target reward of the finished text. */
  reward: numberOrNull,
  parts: z.record(z.string(), z.number()).optional(),
  kl: divergenceSchema.nullable(),
  /** log pi_SFT(y|x) of the text's tokens, in nats; null without a reference policy. */
  referenceLogProb: numberOrNull,
  samples: z.array(z.object({ text: z.string(), reward: z.number() })).optional(),
  /** What the model thought before the text; no part of it. */
  thoughts: z.string().optional(),
  /** Sentences about how the text was written that may surprise; also sent as note events. */
  notes: z.array(z.string()),
  stats: statsSchema,
});
export type DoneEvent = z.output<typeof doneEventSchema>;

/** Work before the first token. */
export const progressEventSchema = z.object({
  type: z.literal('progress'),
  stage: z.enum(['checking', 'compiling', 'loading', 'downloading', 'copying']),
  model: z.string(),
  /** Finished share in [0, 1]; null if unknown. */
  done: numberOrNull,
  /** Bytes of a download or copy: finished and in total. */
  bytes: z.object({ done: z.number(), total: z.number() }).optional(),
});
export type ProgressEvent = z.output<typeof progressEventSchema>;

/** The request waits for earlier requests on the same device. */
export const queuedEventSchema = z.object({ type: z.literal('queued'), ahead: z.number().int() });

/** A sentence for the user: the device in use, direct or indirect transfer, and so on. */
export const noteEventSchema = z.object({ type: z.literal('note'), text: z.string() });

export const engineEventSchema = z.discriminatedUnion('type', [
  tokenEventSchema,
  doneEventSchema,
  progressEventSchema,
  queuedEventSchema,
  noteEventSchema,
  rewritePlanEventSchema,
  rewriteTextEventSchema,
  rewriteUnitEventSchema,
]);
export type EngineEvent = z.output<typeof engineEventSchema>;

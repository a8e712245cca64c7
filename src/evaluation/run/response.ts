import { z } from 'zod';
import {
  divergenceSchema,
  doneEventSchema,
  type DoneEvent,
  type TokenEvent,
} from '../../protocol/events.ts';
import type { Computation } from './plan.ts';

/** Versions of the programs that wrote a response. */
export interface Versions {
  readonly tqstar: string;
  readonly onnxruntime: string;
  readonly node: string;
}

/** One token in responses.jsonl: candidates are [id, log probability, value, why]. */
export interface StepRecord {
  readonly index: number;
  readonly id: number;
  readonly text: string;
  readonly logprob: number | null;
  readonly value: number | null;
  readonly decision: TokenEvent['decision'];
  /** Bounds of the KL up to this token, in nats; the upper one is null if there is none. */
  readonly kl: readonly [number, number | null] | null;
  readonly wallMs: number;
  readonly candidates: readonly (readonly [number, number, number | null, string])[];
}

/** The part of a line of responses.jsonl that is kept in memory. */
export const responseSchema = z.object({
  key: z.string(),
  kind: z.string(),
  text: z.string(),
  stop: doneEventSchema.shape.stop,
  /** Tokens written, including a final end token. */
  tokens: z.number().int(),
  reward: z.number().nullable(),
  kl: divergenceSchema.nullable(),
  referenceLogProb: z.number().nullable(),
  stats: doneEventSchema.shape.stats,
});
export type Response = z.output<typeof responseSchema>;

/** Whether a response ended by itself rather than being cut. */
export function endedByItself({ stop }: Pick<Response, 'stop'>): boolean {
  return stop === 'eos';
}

export function stepRecord(event: TokenEvent): StepRecord {
  const { index, id, text, logprob, value, decision, kl, wallMs, candidates } = event;
  return {
    index,
    id,
    text,
    logprob,
    value,
    decision,
    kl: kl && [kl.low, kl.high],
    wallMs,
    candidates: candidates.map((each) => [each.id, each.logprob, each.value, each.why] as const),
  };
}

/** A line of responses.jsonl, with everything to check and repeat the response. */
export function responseLine(
  { key, kind, setup, method, promptIndex, prompt, options }: Computation,
  done: DoneEvent,
  steps: readonly StepRecord[],
  origin: { readonly settings: string; readonly versions: Versions },
): Response & Readonly<Record<string, unknown>> {
  const { text, stop, ids, reward, parts, kl, referenceLogProb, samples, notes, stats } = done;
  return {
    key,
    kind,
    setup: setup.id,
    method,
    promptIndex,
    prompt,
    options,
    seed: options.seed,
    text,
    stop,
    tokens: ids.length,
    ids,
    reward,
    ...(parts && { parts }),
    kl,
    referenceLogProb,
    ...(samples && { samples }),
    notes,
    stats,
    steps,
    ...origin,
  };
}

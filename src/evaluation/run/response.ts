import { z } from 'zod';
import { doneEventSchema, type DoneEvent, type TokenEvent } from '../../protocol/events.ts';
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
  readonly kl: number | null;
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
  kl: z.number().nullable(),
  klExact: z.boolean(),
  stats: doneEventSchema.shape.stats,
});
export type Response = z.output<typeof responseSchema>;

export function stepRecord(event: TokenEvent): StepRecord {
  const { index, id, text, logprob, value, decision, kl, wallMs, candidates } = event;
  return {
    index,
    id,
    text,
    logprob,
    value,
    decision,
    kl,
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
  const { text, stop, ids, reward, parts, kl, klExact, samples, stats } = done;
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
    klExact,
    ...(samples && { samples }),
    stats,
    steps,
    ...origin,
  };
}

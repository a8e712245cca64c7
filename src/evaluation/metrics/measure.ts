import { type Embedding, cosine } from '../../engine/exports/evaluation.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Variant } from '../run/plan.ts';
import type { Response } from '../run/response.ts';
import { repetitionOf, type Repetition } from './repetition.ts';
import { wordsOf } from './words.ts';

/** Embeds a text as a vector. */
export interface Embedder {
  embed(text: string): Promise<Embedding>;
}

/** The responses of one variant and their measurements, in the order of the prompts. */
export interface Measured {
  readonly variant: Variant;
  readonly responses: readonly Response[];
  /** Target reward r(x, y). */
  readonly rewards: readonly number[];
  readonly repetitions: readonly Repetition[];
  /** Cosine of the sentence embeddings of prompt and response, in [-1, 1]. */
  readonly coherences: readonly number[];
  /** Words without punctuation marks. */
  readonly words: readonly number[];
}

/**
 * Measures a variant; all its responses must be written.
 * @throws TqError badReward for a response without a reward
 */
export async function measure(
  variant: Variant,
  responses: ReadonlyMap<string, Response>,
  embedder: Embedder,
): Promise<Measured> {
  const own = variant.keys.map((key) => responses.get(key)!);
  const coherences: number[] = [];
  for (const [index, { text }] of own.entries()) {
    const prompt = variant.setup.prompts[index]!;
    // An empty text has no embedding; the programs of ARGS and Transfer Q* also use a space.
    const written = await embedder.embed(text === '' ? ' ' : text);
    const asked = await embedder.embed(prompt.text);
    coherences.push(cosine(asked.vector, written.vector));
  }
  return {
    variant,
    responses: own,
    rewards: own.map(({ reward, key }) => reward ?? noReward(variant, key)),
    repetitions: own.map(({ text }) => repetitionOf(text)),
    coherences,
    words: own.map(({ text }) => wordsOf(text).filter((word) => /[\p{L}\p{N}]/u.test(word)).length),
  };
}

function noReward({ setup, method }: Variant, key: string): never {
  throw new TqError(
    ErrorCode.badReward,
    `The response ${key} of ${method} in the setup ${setup.id} has no reward; remove its line from responses.jsonl and run the command again.`,
  );
}

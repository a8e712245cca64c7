import { type Embedding, cosine } from '../../engine/exports/evaluation.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Variant } from '../run/plan.ts';
import type { Response } from '../run/response.ts';
import { mean } from './interval.ts';
import { repetitionOf, type Repetition } from './repetition.ts';
import { wordsOf } from './words.ts';

/** Embeds a text as a vector. */
export interface Embedder {
  embed(text: string): Promise<Embedding>;
}

/**
 * The responses of one variant and their measurements, one number a prompt in the order of the
 * prompts: the mean over the seeds, if the variant has more than one.
 */
export interface Measured {
  readonly variant: Variant;
  /** [seeds * prompts]: all prompts with the first seed, then with the next. */
  readonly responses: readonly Response[];
  /** Target reward r(x, y). */
  readonly rewards: readonly number[];
  /** Target rewards of each seed, [seeds][prompts]. */
  readonly rewardsBySeed: readonly (readonly number[])[];
  readonly repetitions: readonly Repetition[];
  /**
   * Cosine of the sentence embeddings of prompt and response, in [-1, 1]; null where it must not be
   * claimed, because a reward of the setup reads the same embedding.
   */
  readonly coherences: readonly number[] | null;
  /** Words without punctuation marks. */
  readonly words: readonly number[];
}

/**
 * Measures a variant; all its responses must be written.
 * @param embedder undefined to leave coherence out
 * @throws TqError badReward for a response without a reward
 */
export async function measure(
  variant: Variant,
  responses: ReadonlyMap<string, Response>,
  embedder: Embedder | undefined,
): Promise<Measured> {
  const { prompts } = variant.setup;
  const own = variant.keys.map((key) => responses.get(key)!);
  const rewards = own.map(({ reward, key }) => reward ?? noReward(variant, key));
  const repetitions = own.map(({ text }) => repetitionOf(text));
  const overSeeds = (values: readonly number[]): number[] => perPrompt(values, prompts.length);
  const rep = [0, 1, 2].map((n) => overSeeds(repetitions.map((each) => each.rep[n]!)));
  const diversities = overSeeds(repetitions.map(({ diversity }) => diversity));
  return {
    variant,
    responses: own,
    rewards: overSeeds(rewards),
    rewardsBySeed: seedsOf(rewards, prompts.length),
    repetitions: diversities.map((diversity, index) => ({
      rep: rep.map((values) => values[index]!) as [number, number, number],
      diversity,
    })),
    coherences: embedder ? overSeeds(await coherencesOf(variant, own, embedder)) : null,
    words: overSeeds(own.map(({ text }) => lengthInWords(text))),
  };
}

/** The mean over the seeds for each prompt, of [seeds * prompts] values as in `Measured`. */
export function perPrompt(values: readonly number[], prompts: number): number[] {
  const seeds = seedsOf(values, prompts);
  return Array.from({ length: prompts }, (_, index) => mean(seeds.map((each) => each[index]!)));
}

/** Words without punctuation marks. */
export function lengthInWords(text: string): number {
  return wordsOf(text).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function seedsOf(values: readonly number[], prompts: number): number[][] {
  return Array.from({ length: values.length / prompts }, (_, seed) =>
    values.slice(seed * prompts, (seed + 1) * prompts),
  );
}

async function coherencesOf(
  { setup: { prompts } }: Variant,
  responses: readonly Response[],
  embedder: Embedder,
): Promise<number[]> {
  const coherences: number[] = [];
  for (const [index, { text }] of responses.entries()) {
    const prompt = prompts[index % prompts.length]!;
    // An empty text has no embedding; the programs of ARGS and Transfer Q* also use a space.
    const written = await embedder.embed(text === '' ? ' ' : text);
    const asked = await embedder.embed(prompt.text);
    coherences.push(cosine(asked.vector, written.vector));
  }
  return coherences;
}

function noReward({ setup, method }: Variant, key: string): never {
  throw new TqError(
    ErrorCode.badReward,
    `The response ${key} of ${method} in the setup ${setup.id} has no reward; remove its line from responses.jsonl and run the command again.`,
  );
}

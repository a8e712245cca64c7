import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { TokenEvent } from '../protocol/events.ts';
import type { GenerationOptionsInput } from '../protocol/options.ts';
import { Engines } from '../evaluation/run/engines.ts';
import { Journal } from '../evaluation/run/journal.ts';
import { Forecast } from '../evaluation/run/progress.ts';
import { rewardKindNames, transferOptions, type RewardKind } from './cases.ts';
import type { BenchContext } from './default-suite.ts';
import { BenchEngine, environmentFor } from './engine-runs.ts';
import { numberTable } from './markdown.ts';
import { prepareShipped } from './shipped-model.ts';
import { BenchPrompts } from './texts.ts';

/** One text written twice: with all shortcuts and by Algorithm 1 in full. */
const pairSchema = z.object({
  kind: z.enum(rewardKindNames),
  ratio: z.number(),
  temperature: z.number(),
  prompt: z.number().int(),
  maxTokens: z.number().int(),
  tokens: z.number().int(),
  /** Whether tokens and reward are equal. */
  same: z.boolean(),
  /** Steps whose two best scores are closer than `tie`. */
  ties: z.number().int(),
  commit: z.string(),
});
export type ExactnessPair = z.output<typeof pairSchema>;

/**
 * Difference of scores, in nats, that another summation order could reverse: float32 logits of
 * about 20 are accurate to about 2e-6. In int8 results do not depend on the order, so near-ties are
 * counted but excuse nothing; equal scores go to the more likely candidate, then to the smaller id.
 */
const tie = 1e-5;

export interface ExactnessOptions {
  readonly prompts: number;
  readonly maxTokens: number;
  /** Number of parallel engines, which share the cores. */
  readonly engines: number;
  /** JSON lines of finished pairs; pairs of the same commit are not written again. */
  readonly file: string;
  readonly commit: string;
}

interface Setting {
  readonly kind: RewardKind;
  readonly ratio: number;
  readonly temperature: number;
}

const settings: readonly Setting[] = rewardKindNames.flatMap((kind) =>
  [1, 4].flatMap((ratio) => [0, 1].map((temperature) => ({ kind, ratio, temperature }))),
);

/** Compares exact with exhaustive decoding on the shipped model; resumes an earlier run. */
export async function measureExactness(
  { locations, programs, prose, progress }: BenchContext,
  { prompts, maxTokens, engines: count, file, commit }: ExactnessOptions,
): Promise<ExactnessPair[]> {
  const { tokenizer } = await prepareShipped(locations, 'int8');
  const texts = new BenchPrompts(tokenizer, prose);
  await mkdir(dirname(file), { recursive: true });
  const journal = await Journal.open(file);
  const known = await pairsOf(journal, commit);
  const wanted = Array.from({ length: prompts }, (_, prompt) =>
    settings.map((setting) => ({ ...setting, prompt, maxTokens, commit })),
  ).flat();
  const pairs = wanted.map((about) =>
    known.find((each) => isDeepStrictEqual({ ...each, ...about }, each)),
  );
  const left = wanted.flatMap((about, index) => (pairs[index] ? [] : [{ about, index }]));
  const forecast = new Forecast(
    left.map(({ about }) => settingOf(about)),
    count,
  );
  let done = wanted.length - left.length;
  progress.stage('Exactness', wanted.length, done);
  const engines = await Engines.start(programs.engine, count, environmentFor(locations));
  try {
    await engines.each(left, new AbortController().signal, async (engine, { about, index }) => {
      const start = performance.now();
      const text = texts.text({ index: about.prompt, length: 64 });
      const pair = await comparePair(new BenchEngine(engine), text, about);
      await journal.append(pair);
      pairs[index] = pair;
      forecast.done(settingOf(about), (performance.now() - start) / 1000);
      progress.update(++done, forecast.secondsLeft);
    });
  } finally {
    await engines.stop();
    await journal.close();
    progress.end();
  }
  return pairs.map((pair) => pair!);
}

/** Key of a setting: texts of one setting take about the same time. */
function settingOf({ kind, ratio, temperature }: Setting): string {
  return `${kind} ${ratio} ${temperature}`;
}

async function comparePair(
  engine: BenchEngine,
  text: string,
  about: Omit<ExactnessPair, 'tokens' | 'same' | 'ties'>,
): Promise<ExactnessPair> {
  const { kind, ratio, temperature, prompt, maxTokens } = about;
  const options: GenerationOptionsInput = {
    ...transferOptions(kind, ratio),
    temperature,
    seed: prompt,
    maxTokens,
  };
  const exact = await engine.write(text, options);
  let ties = 0;
  const full = await engine.write(text, { ...options, exhaustive: true }, (event) => {
    if (isTie(event)) ties += 1;
  });
  const [ours, reference] = [exact.done, full.done];
  const same = isDeepStrictEqual([ours.ids, ours.reward], [reference.ids, reference.reward]);
  return { ...about, tokens: reference.ids.length, same, ties };
}

function isTie({ candidates }: TokenEvent): boolean {
  const scores = candidates.flatMap(({ score }) => (score === null ? [] : [score]));
  const [best, second] = scores.sort((a, b) => b - a);
  return best !== undefined && second !== undefined && best - second < tie;
}

/** Finished pairs of this commit; none for a working tree with uncommitted changes. */
async function pairsOf(journal: Journal, commit: string): Promise<ExactnessPair[]> {
  const pairs: ExactnessPair[] = [];
  if (!/^[0-9a-f]+$/u.test(commit)) return pairs;
  for await (const line of journal.read()) {
    const { data } = pairSchema.safeParse(line);
    if (data?.commit === commit) pairs.push(data);
  }
  return pairs;
}

/** Number of equal texts for each setting. */
export function exactnessTable(pairs: readonly ExactnessPair[]): string {
  const head = ['Reward', 'R/alpha', 'Decoding', 'Texts', 'Tokens', 'The same', 'Near-ties'];
  const rows = settings.map(({ kind, ratio, temperature }) => {
    const own = pairs.filter(
      (pair) => pair.kind === kind && pair.ratio === ratio && pair.temperature === temperature,
    );
    const total = (count: (pair: ExactnessPair) => number): string =>
      String(own.reduce((sum, pair) => sum + count(pair), 0));
    return [
      ...[kind, String(ratio), temperature === 0 ? 'greedy' : 'sampled', String(own.length)],
      ...[total(({ tokens }) => tokens), total(({ same }) => Number(same)), total((p) => p.ties)],
    ];
  });
  return numberTable(head, rows);
}

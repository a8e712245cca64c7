import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, type Measured } from '../../src/evaluation/metrics/measure.ts';
import { methodOf, setupResults, type SetupResult } from '../../src/evaluation/report/analysis.ts';
import type { Distribution } from '../../src/evaluation/report/reward-tables.ts';
import type { Variant } from '../../src/evaluation/run/plan.ts';
import type { Response } from '../../src/evaluation/run/response.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';
import type { EvaluatedMethod } from '../../src/protocol/evaluation.ts';

type Vector = readonly number[];
type PerPrompt<T> = readonly T[];
type Stat =
  | 'steps'
  | 'policyPositions'
  | 'takenOverPositions'
  | 'exhaustivePositions'
  | 'rewardPositions'
  | 'rolloutTokens'
  | 'candidatesEvaluated'
  | 'skippedSteps'
  | 'wallMs';

interface GivenVariant extends Omit<Variant, 'setup' | 'keys'> {
  readonly method: EvaluatedMethod;
  /** Names of texts. */
  readonly texts: PerPrompt<string>;
  readonly rewards: PerPrompt<number>;
  readonly kl: PerPrompt<number | null>;
  readonly klExact: PerPrompt<boolean>;
  readonly tokens: PerPrompt<number>;
  readonly stops: PerPrompt<Response['stop']>;
  readonly stats: Readonly<Record<Stat, PerPrompt<number>>>;
}

interface GivenSetup {
  readonly id: string;
  readonly transfer: Setup['transfer'];
  readonly reward: string;
  readonly rewardBaseline: string | null;
  /** Scores of dpo's responses by the baseline reward. */
  readonly baselineScores?: PerPrompt<number>;
  readonly prompts: PerPrompt<{ readonly text: string; readonly vector: Vector }>;
  readonly variants: readonly GivenVariant[];
}

/** golden/evaluation.json: the responses of two setups, and what the judges say about them. */
export interface GoldenFixture {
  readonly seed: number;
  /** Texts by name, one letter each. */
  readonly texts: Readonly<Record<string, string>>;
  readonly vectors: Readonly<Record<string, Vector>>;
  readonly judges: {
    readonly ratings: Readonly<Record<string, number>>;
    readonly replies: readonly {
      readonly prompt: string;
      readonly first: string;
      readonly second: string;
      readonly reply: string;
    }[];
    readonly usage: {
      readonly prompt: number;
      readonly cached: number;
      readonly completion: number;
    };
    readonly scores: Readonly<Record<string, number>>;
  };
  readonly setups: readonly GivenSetup[];
}

const folder = join(import.meta.dirname, '../fixtures/golden');

export function goldenFile(name: 'evaluation' | 'report'): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/** The setups as the evaluation has them after its responses are written and measured. */
export async function goldenResults(fixture: GoldenFixture): Promise<SetupResult[]> {
  const measured: Measured[] = [];
  for (const given of fixture.setups) {
    const setup = setupOf(given);
    for (const variant of given.variants) {
      const name = `${given.id} ${variant.method} ${variant.k ?? 0} ${variant.alpha ?? 0}`;
      const keys = given.prompts.map((_, index) => `${name} ${index}`);
      const responses = keys.map((key, index) => responseOf(fixture, variant, key, index));
      const found = new Map(responses.map((response) => [response.key, response]));
      const { method, alpha, k, main, ablated } = variant;
      const planned: Variant = { setup, method, alpha, k, main, ablated, keys };
      measured.push(await measure(planned, found, embedderOf(fixture)));
    }
  }
  return setupResults(measured, fixture.seed);
}

/** Scores as the evaluation collects them: the target's of each method, the baseline's of dpo. */
export function goldenDistributions(
  { setups }: GoldenFixture,
  results: readonly SetupResult[],
): Distribution[] {
  return results.flatMap((result) => {
    const { id, reward, rewardBaseline } = result.setup;
    const scores = setups.find((given) => given.id === id)!.baselineScores;
    const targets = result.main.map(({ variant: { method }, rewards }): Distribution => ({
      ...{ setup: id, method, reward },
      role: 'target',
      scores: rewards,
    }));
    if (rewardBaseline === null) return targets;
    const { method } = methodOf(result, 'dpo')!.variant;
    const shift = { setup: id, method, reward: rewardBaseline, role: 'baseline' } as const;
    return [...targets, { ...shift, scores: scores! }];
  });
}

function setupOf({ id, transfer, reward, rewardBaseline, prompts, variants }: GivenSetup): Setup {
  return {
    ...{ id, transfer, reward, rewardBaseline },
    ...{ title: id, policy: 'sft', baseline: 'dpo', promptSource: 'a fixture', options: {} },
    methods: variants.filter(({ main }) => main).map(({ method }) => method),
    prompts: prompts.map(({ text }) => ({ text, raw: false })),
  };
}

function responseOf(
  { texts }: GoldenFixture,
  given: GivenVariant,
  key: string,
  index: number,
): Response {
  const counts = Object.entries(given.stats).map(([name, values]) => [name, values[index]!]);
  return {
    key,
    kind: given.method,
    text: texts[given.texts[index]!]!,
    stop: given.stops[index]!,
    tokens: given.tokens[index]!,
    reward: given.rewards[index]!,
    kl: given.kl[index]!,
    klExact: given.klExact[index]!,
    stats: {
      ...(Object.fromEntries(counts) as Record<Stat, number>),
      boundsUsed: true,
      firstTokenMs: 1,
      tokensPerSecond: 1,
    },
  };
}

function embedderOf({ texts, vectors, setups }: GoldenFixture) {
  const known = new Map([
    ...Object.entries(texts).map(([name, text]) => [text || ' ', vectors[name]!] as const),
    ...setups.flatMap(({ prompts }) => prompts.map(({ text, vector }) => [text, vector] as const)),
  ]);
  return {
    embed: (text: string) => {
      const vector = known.get(text);
      if (vector === undefined) throw new Error(`The fixture has no vector of "${text}".`);
      return Promise.resolve({ vector: Float32Array.from(vector), positions: 0 });
    },
  };
}

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
/** [seeds * prompts] */
type PerResponse<T> = readonly T[];
/** An exact KL, or its lower and upper bound, one of which may be missing. */
type GivenKl = number | readonly [low: number | null, high: number | null] | null;
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
  readonly texts: PerResponse<string>;
  readonly rewards: PerResponse<number>;
  readonly kl: PerResponse<GivenKl>;
  readonly referenceLogProb: PerResponse<number | null>;
  readonly tokens: PerResponse<number>;
  readonly stops: PerResponse<Response['stop']>;
  readonly stats: Readonly<Record<Stat, PerResponse<number>>>;
}

interface GivenSetup {
  readonly id: string;
  readonly transfer: Setup['transfer'];
  readonly reward: string;
  readonly rewardBaseline: string | null;
  /** Scores of dpo's responses by the baseline reward. */
  readonly baselineScores?: PerPrompt<number>;
  /** False for a setup whose reward reads the embedding. */
  readonly coherence: boolean;
  readonly prompts: PerPrompt<{
    readonly text: string;
    /** Only with coherence. */
    readonly vector?: Vector;
    /** A text, repeated. */
    readonly draft?: readonly [text: string, times: number];
  }>;
  readonly variants: readonly GivenVariant[];
}

/** golden/evaluation.json: the responses of three setups, and what the judges say about them. */
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
    /** Added to the score of a text that was cut. */
    readonly cutScore: number;
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
      const { method, alpha, k, bestOf, main, ablated } = variant;
      const name = `${given.id} ${method} ${k ?? 0} ${alpha ?? 0} ${bestOf ?? 0}`;
      const keys = variant.texts.map((_, index) => `${name} ${index}`);
      const responses = keys.map((key, index) => responseOf(fixture, variant, key, index));
      const found = new Map(responses.map((response) => [response.key, response]));
      const planned: Variant = { setup, method, alpha, k, bestOf, main, ablated, keys };
      const embedder = given.coherence ? embedderOf(fixture) : undefined;
      measured.push(await measure(planned, found, embedder));
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
    const shared = ({ variant: { method }, responses }: Measured) => ({
      ...{ setup: id, method },
      ended: responses.filter(({ stop }) => stop === 'eos').length / responses.length,
    });
    const targets = result.main.map((each): Distribution => ({
      ...shared(each),
      ...{ reward, role: 'target', scores: each.rewards },
    }));
    if (rewardBaseline === null) return targets;
    const shift = { reward: rewardBaseline, role: 'baseline' } as const;
    return [...targets, { ...shared(methodOf(result, 'dpo')!), ...shift, scores: scores! }];
  });
}

function setupOf({ id, transfer, reward, rewardBaseline, prompts, variants }: GivenSetup): Setup {
  return {
    ...{ id, transfer, reward, rewardBaseline },
    ...{ title: id, policy: 'sft', baseline: 'dpo', promptSource: 'a fixture', options: {} },
    methods: variants.filter(({ main }) => main).map(({ method }) => method),
    prompts: prompts.map(({ text, draft }) => ({
      ...{ text, raw: false },
      ...(draft && { draft: draft[0].repeat(draft[1]) }),
    })),
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
    kl: divergenceOf(given.kl[index]!),
    referenceLogProb: given.referenceLogProb[index]!,
    stats: {
      ...(Object.fromEntries(counts) as Record<Stat, number>),
      boundsUsed: true,
      firstTokenMs: 1,
      tokensPerSecond: 1,
    },
  };
}

function divergenceOf(given: GivenKl): Response['kl'] {
  if (given === null) return null;
  const [low, high] = typeof given === 'number' ? [given, given] : given;
  const kind =
    typeof given === 'number'
      ? 'exact'
      : low === null
        ? 'upper-bound'
        : high === null
          ? 'lower-bound'
          : 'interval';
  return { kind, low: low ?? 0, high, of: 'softmax-policy', path: 'greedy' };
}

function embedderOf({ texts, vectors, setups }: GoldenFixture) {
  const known = new Map([
    ...Object.entries(texts).map(([name, text]) => [text || ' ', vectors[name]!] as const),
    ...setups.flatMap(({ prompts }) => prompts.map(({ text, vector }) => [text, vector!] as const)),
  ]);
  return {
    embed: (text: string) => {
      const vector = known.get(text);
      if (vector === undefined) throw new Error(`The fixture has no vector of "${text}".`);
      return Promise.resolve({ vector: Float32Array.from(vector), positions: 0 });
    },
  };
}

import { isDeepStrictEqual } from 'node:util';
import type { DecodingResult } from '../../decoding/result.ts';
import type { GraphSession } from '../../policy/graph-session.ts';
import { timeBareGraph } from './bare-graph.ts';
import {
  decodingVariants,
  topK,
  write,
  type DecodingId,
  type DecodingSetting,
  type DecodingVariant,
} from './decoding-variants.ts';
import { encodeInstruction } from './shipped-model.ts';
import { pairedRatios, spreadOf, sum, totalRatio, type Spread } from './statistics.ts';

/** What one variant took and did. Counts are of one round: every prompt once. */
export interface DecodingMeasurement {
  readonly id: DecodingId;
  readonly title: string;
  /** Milliseconds a token, prompt read before; a measurement each prompt and round it was in. */
  readonly msPerToken: Spread;
  readonly ratioToPlain: Spread;
  readonly tokens: number;
  readonly policyPositions: number;
  readonly skippedSteps: number;
  /** Candidates valued beside the first one, a step. */
  readonly alternativesPerStep: number;
}

/** An exact variant beside the exhaustive one whose tokens it must write. */
export interface ExactComparison {
  readonly exact: DecodingId;
  readonly exhaustive: DecodingId;
  readonly sameTokens: boolean;
  /** Time of the exact one over that of the exhaustive one: whole work, and pair by pair. */
  readonly timeRatio: number;
  readonly pairs: Spread;
}

export interface DecodingReport {
  readonly prompts: number;
  readonly rounds: number;
  readonly maxTokens: number;
  readonly measurements: readonly DecodingMeasurement[];
  readonly comparisons: readonly ExactComparison[];
  readonly bareMsPerToken: Spread;
  /** Plain decoding over the bare graph, pair by pair. */
  readonly overhead: Spread;
}

/** What the variants did with one prompt in one round. */
interface Visit {
  readonly results: ReadonlyMap<DecodingId, DecodingResult>;
  readonly bareMsPerToken: number;
}

export interface DecodingSuiteOptions {
  /** The session of the setting's policy. */
  readonly session: GraphSession;
  readonly prompts: readonly string[];
  readonly rounds: number;
  readonly onVisit: () => void;
}

/**
 * Measures every variant once a prompt and round, side by side, forwards and backwards in turn;
 * slow ones in the first round alone.
 */
export async function measureDecoding(
  setting: DecodingSetting,
  { session, prompts, rounds, onVisit }: DecodingSuiteOptions,
): Promise<DecodingReport> {
  await warmUp(setting, prompts[0]!);
  const visits: Visit[] = [];
  for (let round = 0; round < rounds; round++) {
    const variants = decodingVariants.filter(({ slow }) => round === 0 || !slow);
    for (const prompt of prompts) {
      const order = visits.length % 2 === 0 ? 'forwards' : 'backwards';
      visits.push(await visit(setting, session, prompt, variants, order));
      onVisit();
    }
  }
  return {
    prompts: prompts.length,
    rounds,
    maxTokens: setting.maxTokens,
    ...summarise(visits, prompts.length),
  };
}

async function warmUp(setting: DecodingSetting, prompt: string): Promise<void> {
  for (const variant of decodingVariants) {
    await write({ ...setting, maxTokens: 4 }, variant, prompt);
  }
}

async function visit(
  setting: DecodingSetting,
  session: GraphSession,
  prompt: string,
  variants: readonly DecodingVariant[],
  order: 'forwards' | 'backwards',
): Promise<Visit> {
  const tokens = encodeInstruction(setting.tokenizer, prompt);
  // The policy keeps the prompt's positions, so that no variant pays for reading it.
  (await setting.policy.open(tokens)).close();
  const results = new Map<DecodingId, DecodingResult>();
  const { maxTokens } = setting;
  const text = { promptTokens: tokens.length, newTokens: maxTokens, topCount: topK };
  const bareMs: number[] = [];
  const timeBare = async (): Promise<void> => {
    bareMs.push(await timeBareGraph(session, text));
  };
  const parts = variants.map((variant) => async () => {
    // On both sides of what it is compared with, so that a drift of the machine's speed cancels.
    if (variant.id === 'plain') await timeBare();
    results.set(variant.id, await write(setting, variant, prompt));
    if (variant.id === 'plain') await timeBare();
  });
  for (const part of order === 'forwards' ? parts : parts.reverse()) await part();
  return { results, bareMsPerToken: sum(bareMs) / (bareMs.length * maxTokens) };
}

function summarise(
  visits: readonly Visit[],
  prompts: number,
): Omit<DecodingReport, 'prompts' | 'rounds' | 'maxTokens'> {
  const bareMs = visits.map(({ bareMsPerToken }) => bareMsPerToken);
  return {
    measurements: decodingVariants.map((variant) => measurementOf(variant, visits, prompts)),
    comparisons: decodingVariants.flatMap(({ id, equals }) =>
      equals === undefined ? [] : [comparisonOf(id, equals, visits)],
    ),
    bareMsPerToken: spreadOf(bareMs),
    overhead: pairedRatios(resultsOf('plain', visits).map(msPerToken), bareMs),
  };
}

function measurementOf(
  { id, title }: DecodingVariant,
  visits: readonly Visit[],
  prompts: number,
): DecodingMeasurement {
  const own = visits.filter(({ results }) => results.has(id));
  const ms = resultsOf(id, own).map(msPerToken);
  const round = resultsOf(id, own.slice(0, prompts)).map(({ stats }) => stats);
  const steps = sum(round.map((stats) => stats.steps));
  const skippedSteps = sum(round.map((stats) => stats.skippedSteps));
  const valued = sum(round.map((stats) => stats.candidatesEvaluated));
  return {
    id,
    title,
    msPerToken: spreadOf(ms),
    ratioToPlain: pairedRatios(ms, resultsOf('plain', own).map(msPerToken)),
    tokens: steps,
    policyPositions: sum(round.map((stats) => stats.policyPositions)),
    skippedSteps,
    alternativesPerStep: valued === 0 ? 0 : (valued - (steps - skippedSteps)) / steps,
  };
}

function comparisonOf(
  exact: DecodingId,
  exhaustive: DecodingId,
  visits: readonly Visit[],
): ExactComparison {
  const both = visits.filter(({ results }) => results.has(exact) && results.has(exhaustive));
  const found = resultsOf(exact, both);
  const expected = resultsOf(exhaustive, both);
  const ids = (results: readonly DecodingResult[]) => results.map((result) => result.ids);
  const wallMs = (results: readonly DecodingResult[]) => results.map(({ stats }) => stats.wallMs);
  return {
    exact,
    exhaustive,
    sameTokens: isDeepStrictEqual(ids(found), ids(expected)),
    timeRatio: totalRatio(wallMs(found), wallMs(expected)),
    pairs: pairedRatios(found.map(msPerToken), expected.map(msPerToken)),
  };
}

/** Results of one variant, in visits that all had it. */
function resultsOf(id: DecodingId, visits: readonly Visit[]): DecodingResult[] {
  return visits.map(({ results }) => results.get(id)!);
}

function msPerToken({ stats }: DecodingResult): number {
  return stats.wallMs / stats.steps;
}

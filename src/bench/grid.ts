import { isDeepStrictEqual } from 'node:util';
import type { BenchCase } from './cases.ts';
import type { BenchEngine, EngineRun } from './engine-runs.ts';
import { pairedRatios, spreadOf, sum, totalRatio, type Spread } from './statistics.ts';
import type { BenchPrompts } from './texts.ts';

/** What one case took and did. */
export interface CaseMeasurement extends Omit<BenchCase, 'prompts'> {
  /** Milliseconds a token, prompt read before: one measurement a prompt. */
  readonly msPerToken: Spread;
  /** The same over that of plain decoding of the same prompt, just before or after. */
  readonly ratioToPlain: Spread;
  /** Time of all texts over that of the plain ones beside them, a token. */
  readonly meanRatio: number;
  /** Of the case's mean milliseconds a token. */
  readonly meanMsPerToken: number;
  /** Sums over the prompts. */
  readonly tokens: number;
  readonly policyPositions: number;
  readonly rewardPositions: number;
  /** What Algorithm 1 in full would take through the policies, the prompt included. */
  readonly exhaustivePositions: number;
  readonly skippedSteps: number;
  readonly candidatesEvaluated: number;
  /** Whether it wrote the tokens of the case it must equal; undefined where there is none. */
  readonly sameTokens: boolean | undefined;
}

export interface GridReport {
  readonly cases: readonly CaseMeasurement[];
  /** Plain decoding by length of the prompt: milliseconds a token of every text of it. */
  readonly plain: Readonly<Record<number, Spread>>;
}

interface Visit {
  readonly run: EngineRun;
  readonly plainMs: number;
}

export interface GridOptions {
  readonly prompts: BenchPrompts;
  readonly cases: readonly BenchCase[];
  readonly onVisit: () => void;
}

/** How many texts `measureGrid` will write, plain ones aside. */
export function visitCount(cases: readonly BenchCase[]): number {
  return sum(cases.map(({ prompts }) => prompts));
}

/**
 * Measures every case on its prompts: prompt by prompt all cases, forwards and backwards in turn,
 * each one beside plain decoding of the same prompt, so that a slow minute of the machine falls on
 * both.
 */
export async function measureGrid(engine: BenchEngine, options: GridOptions): Promise<GridReport> {
  const { cases } = options;
  await warmUp(engine, options);
  const visits = new Map<string, Visit[]>(cases.map(({ id }) => [id, []]));
  const plain = new Map<number, number[]>();
  const rounds = Math.max(...cases.map(({ prompts }) => prompts));
  for (let index = 0; index < rounds; index++) {
    const here = cases.filter(({ prompts }) => index < prompts);
    for (const each of index % 2 === 0 ? here : here.reverse()) {
      const visit = await visitCase(engine, each, index, options);
      visits.get(each.id)!.push(visit);
      plain.set(each.promptLength, [...(plain.get(each.promptLength) ?? []), visit.plainMs]);
      options.onVisit();
    }
  }
  return {
    cases: cases.map((each) => measurementOf(each, visits)),
    plain: Object.fromEntries([...plain].map(([length, ms]) => [length, spreadOf(ms)])),
  };
}

/** Loads every model and lets the runtime get its memory. */
async function warmUp(engine: BenchEngine, { prompts, cases }: GridOptions): Promise<void> {
  const text = prompts.text({ index: 0, length: 64 });
  for (const { options } of cases.filter(({ ratio }) => ratio === 4)) {
    await engine.write(text, { ...options, exhaustive: false, maxTokens: 2 });
  }
}

async function visitCase(
  engine: BenchEngine,
  { options, promptLength, maxTokens }: BenchCase,
  index: number,
  { prompts }: GridOptions,
): Promise<Visit> {
  const text = prompts.text({ index, length: promptLength });
  // The prompt's positions are kept, so neither of the two texts pays for reading it.
  await engine.write(text, { method: 'sft', maxTokens: 1 });
  const writePlain = () => engine.write(text, { method: 'sft', maxTokens });
  const write = () => engine.write(text, { ...options, maxTokens });
  if (index % 2 === 0) {
    const before = await writePlain();
    return { run: await write(), plainMs: before.msPerToken };
  }
  const run = await write();
  return { run, plainMs: (await writePlain()).msPerToken };
}

function measurementOf(
  { prompts: _prompts, ...about }: BenchCase,
  visits: ReadonlyMap<string, readonly Visit[]>,
): CaseMeasurement {
  const own = visits.get(about.id)!;
  const ms = own.map(({ run }) => run.msPerToken);
  const plainMs = own.map((visit) => visit.plainMs);
  const total = (count: (run: EngineRun) => number): number =>
    sum(own.map(({ run }) => count(run)));
  const other = about.equals === undefined ? undefined : visits.get(about.equals);
  const ids = (list: readonly Visit[]) => list.map(({ run }) => run.done.ids);
  return {
    ...about,
    msPerToken: spreadOf(ms),
    ratioToPlain: pairedRatios(ms, plainMs),
    meanRatio: totalRatio(ms, plainMs),
    meanMsPerToken: sum(ms) / ms.length,
    tokens: total(({ done }) => done.stats.steps),
    policyPositions: total(({ done }) => done.stats.policyPositions),
    rewardPositions: total(({ done }) => done.stats.rewardPositions),
    exhaustivePositions: total(({ done }) => done.stats.exhaustivePositions),
    skippedSteps: total(({ done }) => done.stats.skippedSteps),
    candidatesEvaluated: total(({ done }) => done.stats.candidatesEvaluated),
    sameTokens: other && isDeepStrictEqual(ids(own), ids(other)),
  };
}

import { isDeepStrictEqual } from 'node:util';
import type { BenchCase } from './cases.ts';
import type { BenchEngine, EngineRun } from './engine-runs.ts';
import { pairedRatios, spreadOf, sum, totalRatio, type Spread } from './statistics.ts';
import type { BenchPrompts } from './texts.ts';

/** Times and counts of one case. */
export interface CaseMeasurement extends Omit<BenchCase, 'prompts'> {
  /** Milliseconds per token with a cached prompt; one measurement per prompt. */
  readonly msPerToken: Spread;
  /** Time over that of plain decoding of the same prompt, just before or after. */
  readonly ratioToPlain: Spread;
  /** Total time per token over that of the plain texts written with them. */
  readonly meanRatio: number;
  /** Mean milliseconds per token. */
  readonly meanMsPerToken: number;
  /** Sums over the prompts. */
  readonly tokens: number;
  readonly policyPositions: number;
  readonly rewardPositions: number;
  /** Policy positions of Algorithm 1 in full, including the prompt. */
  readonly exhaustivePositions: number;
  readonly skippedSteps: number;
  readonly candidatesEvaluated: number;
  /** Whether it wrote the tokens of the case in `equals`; undefined without one. */
  readonly sameTokens: boolean | undefined;
}

export interface GridReport {
  readonly cases: readonly CaseMeasurement[];
  /** Milliseconds per token of plain decoding, by length of the prompt. */
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

/** Number of texts that `measureGrid` writes, without plain ones. */
export function visitCount(cases: readonly BenchCase[]): number {
  return sum(cases.map(({ prompts }) => prompts));
}

/**
 * Measures every case on its prompts. For each prompt it runs all cases, in alternating order, each
 * together with plain decoding of the prompt, so a slow phase of the machine affects both.
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

/** Loads every model and lets the runtime allocate its memory. */
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
  // Caches the prompt, so neither of the two texts pays for reading it.
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

import type { ProseUnit } from '../documents/prose-unit.ts';
import { compareFacts } from '../facts/compare-facts.ts';
import type { FactComparison, UnitResult } from '../protocol/rewriting.ts';
import type { Kept } from './checks/check.ts';
import { chunksOf } from './chunks.ts';
import type { Sampling, Score, UnitWriter } from './unit-writer.ts';
import { stopped, writeWording, type Wording, type WordingDeps } from './wording.ts';

/** What became of a unit, without its place. */
export type UnitOutcome = Omit<UnitResult, 'index' | 'start' | 'end' | 'seconds'>;

/** How many wordings to write, and how each draws its tokens. */
export type WordingPlan = readonly (Sampling | undefined)[];

/** A wording that may take the place of its draft. */
interface Fitting {
  readonly source: string;
  readonly prose: string;
  readonly facts: FactComparison;
}

interface Candidate extends Fitting {
  readonly score: Score;
  readonly fault: Kept | undefined;
}

/** A gain below this is rounding. */
const leastGain = 1e-6;

/**
 * Rewrites one unit: writes the wordings of the plan, leaves out those that have a fault, and
 * takes the one with the best score.
 * @param draft the unit's source
 * @param onText receives the first wording's prose so far
 */
export async function rewriteUnit(
  unit: ProseUnit,
  draft: string,
  plan: WordingPlan,
  deps: WordingDeps,
  onText: (prose: string) => void,
): Promise<UnitOutcome> {
  const chunks = chunksOf(unit.text);
  const wordings: Wording[] = [];
  let positions = 0;
  for (const [index, sampling] of plan.entries()) {
    const listener = index === 0 ? onText : () => undefined;
    const wording = await writeWording(chunks, sampling, deps, listener);
    positions += wording.positions;
    wordings.push(wording);
    if (deps.signal.aborted) return keptOutcome(unit, draft, stopped, positions);
  }
  const { fitting, kept } = fillAll(unit, draft, wordings);
  if (kept && fitting.length === 0) return keptOutcome(unit, draft, kept, positions);
  return { ...(await bestOf(unit, draft, fitting, deps)), positions };
}

/** The outcome of wordings that may take the place of the draft, at least one. */
async function bestOf(
  unit: ProseUnit,
  draft: string,
  fitting: readonly Fitting[],
  { writer, signal, preset }: WordingDeps,
): Promise<UnitOutcome> {
  const texts = [unit.text, ...fitting.map(({ prose }) => prose)];
  const [before, ...after] = await writer.score(unit.text, texts, signal);
  // A reward of the request is a general wish, which a text may miss.
  const mustRise = preset.reward !== undefined && preset.reward !== null;
  const judged = fitting.map((each, index): Candidate => {
    const score = after[index]!;
    const fault =
      unmetConstraint(score) ?? (mustRise ? notBetter(writer, before!, score) : undefined);
    return { ...each, score, fault };
  });
  const [best, ...others] = judged
    .filter(({ fault }) => fault === undefined)
    .sort((a, b) => b.score.total - a.score.total);
  if (!best) return keptOutcome(unit, draft, judged[0]!.fault!);
  return {
    status: 'changed',
    kept: null,
    source: best.source,
    facts: best.facts,
    reward: rewardChange(writer, before!, best.score),
    positions: 0,
    alternatives: others.map(({ source, facts, score }) => ({
      ...{ source, facts },
      reward: score.asked,
    })),
  };
}

/** A unit that keeps its draft. */
export function keptOutcome(
  unit: ProseUnit,
  draft: string,
  kept: Kept,
  positions = 0,
): UnitOutcome {
  const facts = compareFacts(unit.text, unit.text);
  return { status: 'kept', kept, source: draft, facts, reward: null, positions, alternatives: [] };
}

/** The distinct wordings with their source, and why the first of the others does not fit. */
function fillAll(
  unit: ProseUnit,
  draft: string,
  wordings: readonly Wording[],
): { readonly fitting: readonly Fitting[]; readonly kept: Kept | undefined } {
  const fitting = new Map<string, Fitting>();
  let kept: Kept | undefined;
  for (const wording of wordings) {
    const filled = unit.fill(wording.prose);
    if ('problem' in filled) kept ??= filled.problem;
    else if (filled.source === draft) kept ??= wording.kept ?? same;
    else if (!fitting.has(filled.source)) {
      const facts = compareFacts(unit.text, wording.prose);
      fitting.set(filled.source, { source: filled.source, prose: wording.prose, facts });
    }
  }
  return { fitting: [...fitting.values()], kept };
}

function unmetConstraint({ unmet: [first] }: Score): Kept | undefined {
  if (first === undefined) return undefined;
  return { reason: 'not-better', text: `The new text does not meet ${first}.` };
}

function notBetter({ rewardName }: UnitWriter, before: Score, after: Score): Kept | undefined {
  if (before.asked === null || after.asked === null) return undefined;
  if (after.asked - before.asked > leastGain) return undefined;
  const values = `${after.asked.toFixed(2)}, the draft ${before.asked.toFixed(2)}`;
  return {
    reason: 'not-better',
    text: `The new text is not better by ${rewardName ?? 'the reward'}: it has ${values}.`,
  };
}

function rewardChange(
  { rewardName: name }: UnitWriter,
  before: Score,
  after: Score,
): UnitOutcome['reward'] {
  if (name === null || before.asked === null || after.asked === null) return null;
  return { name, before: before.asked, after: after.asked };
}

const same: Kept = { reason: 'same', text: 'The model has no other words for it.' };

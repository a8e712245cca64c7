import type { ProseUnit } from '../documents/prose-unit.ts';
import { compareFacts } from '../facts/compare-facts.ts';
import type { FactComparison, UnitResult } from '../protocol/rewriting.ts';
import type { Kept } from './checks/check.ts';
import { titleToKeep } from './checks/form.ts';
import { chunksOf } from './chunks.ts';
import { marksShownAs } from './mark-sources.ts';
import { notBetter } from './not-better.ts';
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
  given: Omit<WordingDeps, 'kind'>,
  onText: (prose: string) => void,
): Promise<UnitOutcome> {
  const deps = { ...given, kind: unit.kind };
  const show = marksShownAs(unit);
  const title = deps.preset.correctsOnly === true ? undefined : titleToKeep(unit.text, unit.kind);
  if (title) return keptOutcome(unit, draft, title);
  const chunks = chunksOf(unit.text);
  const wordings: Wording[] = [];
  let positions = 0;
  for (const [index, sampling] of plan.entries()) {
    const listener = index === 0 ? (prose: string) => onText(show(prose)) : () => undefined;
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
  deps: WordingDeps,
): Promise<UnitOutcome> {
  const { writer, signal } = deps;
  const texts = [unit.text, ...fitting.map(({ prose }) => prose)];
  const [before, ...after] = await writer.score(unit.text, texts, signal);
  const judged = fitting.map((each, index): Candidate => {
    const score = after[index]!;
    const fault = unmetConstraint(score) ?? notBetter(deps, before!, score);
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

function rewardChange(
  { rewardName: name }: UnitWriter,
  before: Score,
  after: Score,
): UnitOutcome['reward'] {
  if (name === null || before.asked === null || after.asked === null) return null;
  return { name, before: before.asked, after: after.asked };
}

const same: Kept = { reason: 'same', text: 'The model has no other words for it.' };

import type { ProseUnit } from '../documents/prose-unit.ts';
import { proseUnits } from '../documents/prose-units.ts';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { EngineEvent } from '../protocol/events.ts';
import type { Preset, RewriteDocument, RewriteResult, UnitResult } from '../protocol/rewriting.ts';
import type { Kept } from './checks/check.ts';
import { sumOfFacts } from './fact-sums.ts';
import { languageName, loadLanguageOf, type LanguageOf } from './languages.ts';
import { keptOutcome, rewriteUnit, type UnitOutcome, type WordingPlan } from './rewrite-unit.ts';
import type { Sampling, UnitWriter } from './unit-writer.ts';
import { stopped } from './wording.ts';
import { wordsOf } from './words.ts';

/** A document to rewrite, and how. */
export interface RewriteTask {
  readonly document: RewriteDocument;
  readonly preset: Preset;
  /** Wordings of each unit to choose from, at least 1. */
  readonly candidates: number;
  /** 0 the first time; each further number words it otherwise. */
  readonly attempt: number;
  /** How the request's options draw tokens. */
  readonly sampling: { readonly temperature: number; readonly seed: number };
}

/** What rewriting needs of its surroundings. */
export interface RewriteDeps {
  /** Loads the models; called once, and only if there is something to rewrite. */
  readonly openWriter: () => Promise<UnitWriter>;
  /** Languages that the policy writes; undefined if that is not known. */
  readonly languages: readonly string[] | undefined;
  readonly emit: (event: EngineEvent) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Lower temperatures would word a text as the first time. */
const leastTemperature = 0.7;
/** Characters of a document that show its language. */
const tellingLength = 5000;
/** More wordings than any request has. */
const seedsPerAttempt = 16;

/**
 * Rewrites the prose of a document, unit by unit. All else stays as it is, and so does a unit whose
 * answer has a fault. When the signal aborts, the finished units count and all others keep their
 * draft.
 * @throws TqError invalidInput for a range outside the document
 */
export async function rewriteDocument(
  task: RewriteTask,
  deps: RewriteDeps,
): Promise<RewriteResult> {
  const { text } = task.document;
  const units = await unitsOf(task.document);
  const plan = units.map(({ start, end }, index) => ({ index, start, end }));
  deps.emit({ type: 'rewrite-plan', units: plan });
  const languageOf = await loadLanguageOf();
  const telling = units
    .map((unit) => unit.text)
    .join('\n')
    .slice(0, tellingLength);
  const run = new RewriteRun(task, deps, languageOf, languageOf(telling));
  const results: UnitResult[] = [];
  for (const [index, unit] of units.entries()) results.push(await run.rewrite(unit, index));
  return {
    text: assembled(text, results),
    units: results,
    facts: sumOfFacts(results.map(({ facts }) => facts)),
    reward: meanReward(text, results),
    stopped: deps.signal.aborted,
  };
}

/** The result of a rewrite that was cancelled before it began. */
export function untouched({ text }: RewriteDocument): RewriteResult {
  return { text, units: [], facts: sumOfFacts([]), reward: null, stopped: true };
}

/** Rewrites the units of one document, one after the other. */
class RewriteRun {
  readonly #plan: WordingPlan;
  #writer: UnitWriter | undefined;

  constructor(
    private readonly task: RewriteTask,
    private readonly deps: RewriteDeps,
    private readonly languageOf: LanguageOf,
    private readonly language: string | undefined,
  ) {
    this.#plan = wordingPlan(task);
  }

  async rewrite(unit: ProseUnit, index: number): Promise<UnitResult> {
    const { emit, now } = this.deps;
    const { start, end } = unit;
    const begun = now();
    const outcome = await this.#outcome(unit, index);
    const seconds = Math.max(0, now() - begun) / 1000;
    const result = { index, start, end, seconds, ...outcome };
    emit({ type: 'rewrite-unit', result });
    return result;
  }

  async #outcome(unit: ProseUnit, index: number): Promise<UnitOutcome> {
    const { signal, emit, languages, openWriter } = this.deps;
    const draft = this.task.document.text.slice(unit.start, unit.end);
    const language = this.languageOf(unit.text) ?? this.language;
    const declined = signal.aborted ? stopped : declinedLanguage(language, languages);
    if (declined) return keptOutcome(unit, draft, declined);
    const { languageOf } = this;
    const { preset } = this.task;
    try {
      const writer = (this.#writer ??= await openWriter());
      const deps = { writer, preset, language, languageOf, signal };
      return await rewriteUnit(unit, draft, this.#plan, deps, (text) => {
        emit({ type: 'rewrite-text', unit: index, text });
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      return keptOutcome(unit, draft, stopped);
    }
  }
}

/** The units of the document or its ranges, in order, each once. */
async function unitsOf({ text, language, ranges }: RewriteDocument): Promise<ProseUnit[]> {
  if (ranges === undefined) return [...(await proseUnits(text, language))];
  const units: ProseUnit[] = [];
  let done = 0;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (start > end || end > text.length) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The range ${start} to ${end} is not in the document, which has ${text.length} characters.`,
      );
    }
    const from = Math.max(start, done);
    if (from > end) continue;
    const found = await proseUnits(text, language, { start: from, end });
    // Two cursors in one paragraph mean the same unit.
    units.push(...found.filter((unit) => unit.start >= (units.at(-1)?.end ?? 0)));
    done = end;
  }
  return units;
}

function declinedLanguage(
  language: string | undefined,
  written: readonly string[] | undefined,
): Kept | undefined {
  if (language === undefined || written === undefined || written.includes(language))
    return undefined;
  const known = written.map(languageName).join(', ');
  return {
    reason: 'language',
    text: `The draft is in ${languageName(language)}; the model writes only ${known}.`,
  };
}

/** The first wording of a first attempt follows the options; all others are sampled. */
function wordingPlan({ candidates, attempt, sampling }: RewriteTask): WordingPlan {
  const temperature = Math.max(leastTemperature, sampling.temperature);
  return Array.from({ length: candidates }, (_, index): Sampling | undefined => {
    if (attempt === 0 && index === 0) return undefined;
    return { temperature, seed: sampling.seed + attempt * seedsPerAttempt + index };
  });
}

function assembled(text: string, units: readonly UnitResult[]): string {
  let from = 0;
  const parts: string[] = [];
  for (const { start, end, source } of units) {
    parts.push(text.slice(from, start), source);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

/** Mean over the changed units, weighted by the words of their drafts. */
function meanReward(text: string, units: readonly UnitResult[]): RewriteResult['reward'] {
  const changed = units.flatMap(({ reward, start, end }) =>
    reward ? [{ ...reward, words: Math.max(1, wordsOf(text.slice(start, end)).length) }] : [],
  );
  const [first] = changed;
  if (!first) return null;
  const words = changed.reduce((sum, each) => sum + each.words, 0);
  const mean = (of: 'before' | 'after'): number =>
    changed.reduce((sum, each) => sum + each[of] * each.words, 0) / words;
  return { name: first.name, before: mean('before'), after: mean('after') };
}

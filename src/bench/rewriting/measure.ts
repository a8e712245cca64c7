import type { EngineProcess } from '../../client/engine-process.ts';
import { builtInPresets } from '../../client/presets.ts';
import { requests } from '../../protocol/requests.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import type { PresetInput } from '../../protocol/rewriting.ts';
import { loadLanguageOf } from '../../rewriting/languages.ts';
import { wordsOf } from '../../rewriting/words.ts';
import type { RewritingMethod } from '../../cli/parser/bench.ts';
import { armOptions, type ArmModels } from './arms.ts';
import type { HeldOutDraft } from './drafts.ts';
import { judgeDraft, type JudgedDraft } from './judge.ts';

/** One draft rewritten by one arm. */
export interface RewriteRun extends JudgedDraft {
  readonly draft: HeldOutDraft;
  readonly arm: RewritingMethod;
  /** Words after over words before, of the changed units; null if none changed. */
  readonly length: number | null;
  /** keeps-meaning of the changed units, weighted by words; null if none changed. */
  readonly meaning: number | null;
  /** The preset's reward of the changed units, weighted by words; null without one. */
  readonly reward: {
    readonly name: string;
    readonly before: number;
    readonly after: number;
  } | null;
  /** Reward that the draft gained in all its units, weighted by words; 0 where it was kept. */
  readonly gain: number;
  readonly seconds: number;
  readonly positions: number;
  /** What the model wrote for units that keep their draft, by the unit's index. */
  readonly refused: Readonly<Record<number, readonly string[]>>;
}

/** Collects what the engine writes and does not offer. */
class Attempts {
  readonly #texts = new Map<number, string[]>();

  add(event: EngineEvent): void {
    if (event.type !== 'rewrite-text') return;
    const texts = this.#texts.get(event.unit) ?? [];
    const last = texts.at(-1);
    // A text that does not go on from the last one begins another attempt.
    if (last !== undefined && event.text.startsWith(last)) texts.pop();
    this.#texts.set(event.unit, [...texts, event.text]);
  }

  /** What was written for each unit that keeps its draft, other than the draft. */
  refused(units: JudgedDraft['units']): Record<number, readonly string[]> {
    const found = units.map(({ verdict, proseBefore }, index) => {
      const texts = verdict === 'kept' ? (this.#texts.get(index) ?? []) : [];
      return [index, texts.filter((text) => !proseBefore.startsWith(text))] as const;
    });
    return Object.fromEntries(found.filter(([, texts]) => texts.length > 0));
  }
}

export interface MeasureOptions {
  readonly drafts: readonly HeldOutDraft[];
  readonly arms: readonly RewritingMethod[];
  readonly models: ArmModels;
  /** Called after each draft of each arm. */
  readonly onRun: (run: RewriteRun) => Promise<void>;
}

/**
 * Rewrites every draft with every arm by the request that the editor uses, and judges the texts.
 * The arms take turns draft by draft, so a slow phase of the machine affects all.
 */
export async function measureRewriting(
  engine: EngineProcess,
  { drafts, arms, models, onRun }: MeasureOptions,
): Promise<void> {
  const languageOf = await loadLanguageOf();
  for (const draft of drafts) {
    for (const arm of arms) {
      const { text, language, preset } = draft;
      const params = {
        document: { text, language },
        preset: presetOf(preset),
        options: armOptions(arm, models),
      };
      const attempts = new Attempts();
      const result = await engine.stream(requests.rewrite, params, (event) => {
        attempts.add(event);
      });
      const judged = await judgeDraft(draft, result, languageOf);
      const meaning = await meaningOf(engine, judged);
      const { seconds, positions } = totals(judged);
      const figures = { ...changesOf(judged), reward: result.reward, meaning, seconds, positions };
      await onRun({ draft, arm, ...judged, ...figures, refused: attempts.refused(judged.units) });
    }
  }
}

/** The preset that a draft asks for. */
export function presetOf(preset: HeldOutDraft['preset']): PresetInput {
  if (typeof preset !== 'string') return { id: 'own', instruction: preset.instruction };
  return builtInPresets[preset] as PresetInput;
}

function totals({ units }: JudgedDraft): { seconds: number; positions: number } {
  return {
    seconds: units.reduce((sum, unit) => sum + unit.seconds, 0),
    positions: units.reduce((sum, unit) => sum + unit.positions, 0),
  };
}

function changesOf({ units }: JudgedDraft): { length: number | null; gain: number } {
  const sizes = units.map(({ proseBefore }) => wordsOf(proseBefore).length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let [before, after, gain] = [0, 0, 0];
  for (const [index, { verdict, proseAfter, reward }] of units.entries()) {
    if (verdict === 'kept') continue;
    before += sizes[index]!;
    after += wordsOf(proseAfter).length;
    if (reward) gain += (reward.after - reward.before) * sizes[index]!;
  }
  return { length: before === 0 ? null : after / before, gain: all === 0 ? 0 : gain / all };
}

async function meaningOf(engine: EngineProcess, { units }: JudgedDraft): Promise<number | null> {
  let [total, words] = [0, 0];
  for (const { verdict, proseBefore, proseAfter } of units) {
    if (verdict === 'kept') continue;
    const [score] = await engine.stream(
      requests.score,
      {
        prompt: { text: proseBefore, draft: proseBefore },
        responses: [proseAfter],
        options: { reward: 'keeps-meaning' },
      },
      () => undefined,
    );
    const size = wordsOf(proseBefore).length;
    total += score!.reward * size;
    words += size;
  }
  return words === 0 ? null : total / words;
}

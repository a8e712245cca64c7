import type { TextDocument } from 'vscode';
import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import { rewritePrompt } from '../../client/rewrite.ts';
import type { EngineService } from '../service/engine-service.ts';
import type { Settings } from '../settings/settings.ts';
import { answerWords, fillUnit, splitUnits } from './text-units.ts';

export interface RewriteOrder {
  readonly text: string;
  readonly indent: string;
  readonly instruction: string;
  readonly options: GenerationOptionsInput;
}

/**
 * Writes a text anew, unit by unit, so that what marks the units stays as it is.
 * @param onText gets the whole text as far as it is written, at most once a token
 * @returns the new text; lines separated by "\n"
 */
export async function writeAnew(
  engine: EngineService,
  { text, indent, instruction, options }: RewriteOrder,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  let written = '';
  for (const unit of splitUnits(text, indent)) {
    let answer = '';
    const listen = (event: EngineEvent): void => {
      if (event.type !== 'token') return;
      answer += event.text;
      const words = answerWords(answer);
      if (words !== '') onText(written + fillUnit(unit, words));
    };
    const prompt = rewritePrompt(unit.text, instruction);
    const done = await engine.run(requests.generate, { prompt, options }, listen, signal);
    const words = answerWords(done.text);
    // Nothing said is no rewrite: the draft's own words stay.
    written += fillUnit(unit, words === '' ? unit.text : words) + unit.after;
    onText(written);
    if (signal.aborted) break;
  }
  return written;
}

/** Scores draft and rewrite by the chosen reward alone, so that the two can be compared. */
export async function scoreBoth(
  engine: EngineService,
  draft: string,
  text: string,
  options: GenerationOptionsInput,
  signal: AbortSignal,
): Promise<{ before: number; after: number }> {
  const original = draft.replaceAll('\r\n', '\n');
  const prompt = { text: original, draft: original };
  const order = { prompt, responses: [original, text], options };
  const [before, after] = await engine.run(requests.score, order, undefined, signal);
  return { before: before!.reward, after: after!.reward };
}

/** The first try is greedy as set; each further one samples with a seed of its own. */
export function anotherWording(
  settings: Settings,
  document: TextDocument,
  attempt: number,
): GenerationOptionsInput {
  if (attempt === 0) return {};
  return {
    temperature: Math.max(0.7, settings.get('temperature', document)),
    seed: settings.get('seed', document) + attempt,
  };
}

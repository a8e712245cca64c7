import type { TextDocument } from 'vscode';
import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import { rewritePrompt } from '../../client/rewrite.ts';
import type { EngineService } from '../service/engine-service.ts';
import type { Settings } from '../settings/settings.ts';
import { answerWords, fillUnit, splitUnits } from './text-units.ts';

export interface RewriteTask {
  readonly text: string;
  readonly indent: string;
  readonly instruction: string;
  readonly options: GenerationOptionsInput;
}

/**
 * Rewrites a text unit by unit, and keeps indentation, list markers and blank lines.
 * @param onText called with the whole text so far, at most once for each token
 * @returns the new text; lines separated by "\n"
 */
export async function writeRewrite(
  engine: EngineService,
  { text, indent, instruction, options }: RewriteTask,
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
    // If the model answers with no text, keep the draft's words.
    written += fillUnit(unit, words === '' ? unit.text : words) + unit.after;
    onText(written);
    if (signal.aborted) break;
  }
  return written;
}

/** Scores the draft and the rewrite with the reward in `options`. */
export async function scoreBoth(
  engine: EngineService,
  draft: string,
  text: string,
  options: GenerationOptionsInput,
  signal: AbortSignal,
): Promise<{ before: number; after: number }> {
  const original = draft.replaceAll('\r\n', '\n');
  const prompt = { text: original, draft: original };
  const params = { prompt, responses: [original, text], options };
  const [before, after] = await engine.run(requests.score, params, undefined, signal);
  return { before: before!.reward, after: after!.reward };
}

/** Options that change the wording: none for the first attempt, then sampling with other seeds. */
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

import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import { rewritePrompt } from '../../protocol/rewrite.ts';
import type { EngineService } from '../service/engine-service.ts';
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

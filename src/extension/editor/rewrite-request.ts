import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import type { PresetInput, RewriteResult, UnitResult } from '../../protocol/rewriting.ts';
import type { EngineService } from '../service/engine-service.ts';
import type { Span } from './tracked-span.ts';

/** What a rewrite asks for, besides the text. */
export interface Wish {
  readonly preset: PresetInput;
  readonly candidates?: number;
  readonly attempt?: number;
  /** Weight of kept meaning next to the preset's reward. */
  readonly meaningWeight?: number;
}

/** A rewrite of ranges of a text. */
export interface RewriteTask extends Wish {
  readonly text: string;
  /** VS Code's language id. */
  readonly language: string;
  /** UTF-16 offsets in the text. */
  readonly ranges: readonly Span[];
  readonly options: GenerationOptionsInput;
}

/** What to do as a rewrite proceeds; offsets are those of the task's text. */
export interface RewriteListener {
  onPlan(units: readonly Span[]): void;
  onText(unit: number, text: string): void;
  onUnit(result: UnitResult): void;
}

/**
 * Sends a rewrite to the engine. When the signal stops it, the result has what was finished.
 * @throws TqError cancelled when it was stopped before the engine began
 */
export function requestRewrite(
  engine: EngineService,
  { text, language, ranges, ...wish }: RewriteTask,
  listener: RewriteListener,
  signal: AbortSignal,
): Promise<RewriteResult> {
  const listen = (event: EngineEvent): void => {
    if (event.type === 'rewrite-plan') listener.onPlan(event.units);
    if (event.type === 'rewrite-text') listener.onText(event.unit, event.text);
    if (event.type === 'rewrite-unit') listener.onUnit(event.result);
  };
  const document = { text, language, ranges: ranges.map(({ start, end }) => ({ start, end })) };
  return engine.run(requests.rewrite, { document, ...wish }, listen, signal);
}

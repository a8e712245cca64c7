import type { EngineEvent } from '../../protocol/events.ts';
import { formatBytes } from '../../protocol/units.ts';
import type { Ctx } from '../context.ts';
import { withCancellableProgress } from '../progress.ts';
import { describeProgress } from '../service/load-progress.ts';

/**
 * Shows the progress of a request about a model, with a Cancel button. The next attempt resumes a
 * cancelled download.
 */
export function withModelProgress<T>(
  { log }: Ctx,
  title: string,
  work: (onEvent: (event: EngineEvent) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withCancellableProgress(title, (progress, signal) => {
    let shown = 0;
    const onEvent = (event: EngineEvent): void => {
      if (event.type === 'note') {
        log.info(event.text);
        progress.report({ message: event.text });
      }
      if (event.type !== 'progress') return;
      const { bytes } = event;
      const done = Math.round((event.done ?? 0) * 100);
      const amount = bytes ? ` (${formatBytes(bytes.done)} / ${formatBytes(bytes.total)})` : '';
      progress.report({ message: `${describeProgress(event)}${amount}`, increment: done - shown });
      shown = done;
    };
    return work(onEvent, signal);
  });
}

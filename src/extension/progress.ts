import { ErrorCode, TqError } from '../protocol/errors.ts';
import { showProgress, type Progress } from './editor-messages.ts';

/**
 * Shows a notification with a Cancel button while `work` runs.
 * @throws TqError cancelled when `work` fails after Cancel was pressed
 */
export async function withCancellableProgress<T>(
  title: string,
  work: (progress: Progress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return showProgress(title, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    try {
      return await work(progress, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw new TqError(ErrorCode.cancelled, 'The request was cancelled.', { cause: error });
    }
  });
}

import type * as vscode from 'vscode';

/** How long the engine may take to stop a request before it is killed. */
const limitMs = 2000;

/**
 * Calls `onStuck` when a request is still running two seconds after its cancellation.
 * @returns dispose it when the request has ended
 */
export function watchCancel(signal: AbortSignal, onStuck: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    timer = setTimeout(onStuck, limitMs);
  };
  signal.addEventListener('abort', arm, { once: true });
  if (signal.aborted) arm();
  return {
    dispose: () => {
      signal.removeEventListener('abort', arm);
      clearTimeout(timer);
    },
  };
}

import { l10n } from 'vscode';
import type { Ctx } from '../context.ts';

/** Stops everything that is being written, and keeps the text so far. */
export function stop({ engine, panel, rewrites }: Ctx): void {
  panel.stop();
  rewrites.stop();
  engine.cancelAll();
}

export async function restartEngine({ engine }: Ctx): Promise<void> {
  await engine.restart();
}

export async function unloadModels({ engine, messages }: Ctx): Promise<readonly string[]> {
  engine.cancelAll();
  const unloaded = await engine.unload();
  const text =
    unloaded.length === 0
      ? l10n.t('No model is loaded.')
      : l10n.t('Unloaded {0}.', unloaded.join(', '));
  void messages.show('info', text);
  return unloaded;
}

export function showLog({ log }: Ctx): void {
  log.show();
}

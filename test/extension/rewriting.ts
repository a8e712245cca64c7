import * as vscode from 'vscode';
import type { Outcome } from '../../src/extension/editor/pending-rewrite.ts';
import { until, type Fixture } from './extension-api.ts';

/** A draft that fits on a line. */
export const sentence =
  'I am writing to tell you that the delivery is late because of our supplier.';

/** Starts a rewrite; `decided` resolves with what became of each selection. */
export function rewrite(): { decided: Thenable<readonly Outcome[]> } {
  return {
    decided: vscode.commands.executeCommand('tqstar.rewriteSelection', { preset: 'clearer' }),
  };
}

/** Waits for the whole new text, or for the message that there will be none. */
export async function ready({ api, errors }: Fixture): Promise<string> {
  await until(() => api.ctx.rewrites.ready || errors.length > 0);
  if (errors[0]) throw new Error(errors[0].text);
  return api.ctx.rewrites.pending!.addedText;
}

/** Waits until some of the new text stands in the document. */
export async function writing({ api, errors }: Fixture): Promise<void> {
  await until(() => (api.ctx.rewrites.pending?.addedText ?? '') !== '' || errors.length > 0);
  if (errors[0]) throw new Error(errors[0].text);
}

/** Rewrites and accepts; resolves with the new text. */
export async function accepted(fixture: Fixture): Promise<string> {
  const { decided } = rewrite();
  const added = await ready(fixture);
  await vscode.commands.executeCommand('tqstar.acceptRewrite');
  await decided;
  return added;
}

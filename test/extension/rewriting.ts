import * as vscode from 'vscode';
import type { Outcome } from '../../src/extension/editor/pending-rewrite.ts';
import { until, type Fixture } from './extension-api.ts';

/** A draft that fits on a line. */
export const sentence =
  'I am writing to tell you that the delivery is late because of our supplier.';

/** Starts a rewrite; `decided` resolves with the outcome for each selection. */
export function rewrite(): { decided: Thenable<readonly Outcome[]> } {
  return {
    decided: vscode.commands.executeCommand('tqstar.rewriteSelection', { preset: 'clearer' }),
  };
}

/** Waits for the complete new text; throws when an error message is shown. */
export async function ready({ api, errors }: Fixture): Promise<string> {
  await until(() => api.ctx.rewrites.ready || errors.length > 0);
  if (errors[0]) throw new Error(errors[0].text);
  return api.ctx.rewrites.pending!.addedText;
}

/** Waits until part of the new text is in the document; throws when an error message is shown. */
export async function writing({ api, errors }: Fixture): Promise<void> {
  await until(() => (api.ctx.rewrites.pending?.addedText ?? '') !== '' || errors.length > 0);
  if (errors[0]) throw new Error(errors[0].text);
}

/** Rewrites, accepts and returns the new text. */
export async function accepted(fixture: Fixture): Promise<string> {
  const { decided } = rewrite();
  const added = await ready(fixture);
  await vscode.commands.executeCommand('tqstar.acceptRewrite');
  await decided;
  return added;
}

import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';

/** Requests ghost text at the cursor; Tab accepts it, Escape dismisses it. */
export async function continueAtCursor({ editor, ghostText }: Ctx): Promise<void> {
  await editor.show();
  // Settings may have changed since the current ghost text was requested.
  ghostText.drop();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** Stops ghost text that is still growing; hiding it alone would not stop the next word. */
export async function dropContinuation({ ghostText }: Ctx): Promise<void> {
  ghostText.drop();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}

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

/**
 * Tab while ghost text grows: the editor shows none for a moment between two requests, and must not
 * indent the line instead of accepting the text.
 */
export async function acceptContinuation({ ghostText }: Ctx): Promise<void> {
  if (!(await ghostText.accept())) await vscode.commands.executeCommand('tab');
}

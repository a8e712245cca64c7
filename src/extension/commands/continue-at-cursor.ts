import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';

/** Asks for ghost text at the cursor; Tab takes it, Escape drops it. */
export async function continueAtCursor({ editor, ghostText }: Ctx): Promise<void> {
  await editor.show();
  // Settings may be others than when the text at hand was written.
  ghostText.drop();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** Hides ghost text that still grows; without this the next word would bring it back. */
export async function dropContinuation({ ghostText }: Ctx): Promise<void> {
  ghostText.drop();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}

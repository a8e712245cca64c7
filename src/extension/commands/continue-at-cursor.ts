import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';

/** Asks for ghost text at the cursor; Tab takes it, Escape drops it. */
export async function continueAtCursor({ editor }: Ctx): Promise<void> {
  await editor.show();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import type { ShownMessage } from '../../src/extension/messages.ts';

/** The extension as VS Code activated it. */
export async function activated(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('transfer-q-star.transfer-q-star');
  if (!extension) throw new Error('the extension is not there');
  return extension.activate();
}

/** Resolves with the first message shown from now on that matches. */
export function nextMessage(api: ExtensionApi, pattern: RegExp): Promise<ShownMessage> {
  return new Promise((resolve) => {
    const subscription = api.ctx.messages.onDidShow((message) => {
      if (!pattern.test(message.text)) return;
      subscription.dispose();
      resolve(message);
    });
  });
}

/** Resolves when a condition holds; looked at whenever the engine, a text or an editor changes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

export async function openText(
  content: string,
  language = 'plaintext',
): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  return vscode.window.showTextDocument(document);
}

/** Closes every editor without asking about changes. */
export async function closeEditors(): Promise<void> {
  for (const { document } of vscode.window.visibleTextEditors) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Changes settings of the user; undefined takes them back. */
export async function setSettings(values: Readonly<Record<string, unknown>>): Promise<void> {
  const settings = vscode.workspace.getConfiguration('tqstar');
  for (const [name, value] of Object.entries(values)) await settings.update(name, value, true);
}

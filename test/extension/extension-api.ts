import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import type { ShownMessage } from '../../src/extension/messages.ts';

/** The extension under test. */
export interface Fixture {
  readonly api: ExtensionApi;
  /** Errors shown since the test began. */
  readonly errors: readonly ShownMessage[];
}

/** Settings that make texts short and fast; no test checks their quality. */
export const quick = {
  maxTokens: 6,
  continueTokens: 6,
  k: 2,
  rolloutLength: 2,
  rewriteMeaningWeight: 0,
};

/**
 * Activates the extension with settings for the calling suite. Afterwards rejects open rewrites,
 * closes editors and resets the settings. All suites share one engine.
 * @param keepEditors for tests that continue with the document of the previous test
 */
export function useExtension(
  settings: Readonly<Record<string, unknown>> = {},
  { keepEditors = false } = {},
): Fixture {
  const errors: ShownMessage[] = [];
  let api: ExtensionApi | undefined;
  before(async function () {
    api = await activated();
    api.ctx.messages.onDidShow((message) => {
      if (message.severity === 'error') errors.push(message);
    });
    await setSettings(settings);
  });
  beforeEach(function () {
    errors.length = 0;
  });
  afterEach(async function () {
    api!.ctx.rewrites.reject();
    if (!keepEditors) await closeEditors();
  });
  after(async function () {
    await closeEditors();
    await setSettings(Object.fromEntries(Object.keys(settings).map((name) => [name, undefined])));
  });
  return {
    get api() {
      return api!;
    },
    errors,
  };
}

/** The extension as VS Code activated it. */
export async function activated(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('transfer-q-star.transfer-q-star');
  if (!extension) throw new Error('The extension is not installed.');
  return extension.activate();
}

/** Resolves with the first message shown from now on that matches. */
export function nextMessage({ api }: Fixture, pattern: RegExp): Promise<ShownMessage> {
  return new Promise((resolve) => {
    const subscription = api.ctx.messages.onDidShow((message) => {
      if (!pattern.test(message.text)) return;
      subscription.dispose();
      resolve(message);
    });
  });
}

/** Polls until a condition holds that no event reports. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

export async function openText(
  content: string,
  language = 'plaintext',
): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  for (;;) {
    const editor = await vscode.window.showTextDocument(document);
    // A busy VS Code can return the editor that was shown before.
    if (editor.document === document) return editor;
  }
}

/** Writes a file into the first folder of the workspace. */
export async function writeFile(name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
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

/** Changes user settings; undefined resets them. */
export async function setSettings(values: Readonly<Record<string, unknown>>): Promise<void> {
  const settings = vscode.workspace.getConfiguration('tqstar');
  for (const [name, value] of Object.entries(values)) await settings.update(name, value, true);
}

/** Inserts text like a person who types; repeats the edit when it collides with the rewrite's. */
export async function type(
  editor: vscode.TextEditor,
  position: vscode.Position,
  text: string,
): Promise<void> {
  const insert = (edit: vscode.TextEditorEdit): void => {
    edit.insert(position, text);
  };
  for (let done = false; !done;) done = await editor.edit(insert);
}

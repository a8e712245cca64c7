import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import {
  activated,
  closeEditors,
  nextMessage,
  openText,
  setSettings,
  until,
} from './extension-api.ts';

describe('Continue at Cursor', function () {
  let api: ExtensionApi;

  before(async function () {
    api = await activated();
    await setSettings({ continueTokens: 6, k: 4, rolloutLength: 4 });
  });

  afterEach(closeEditors);

  after(async function () {
    await setSettings({ continueTokens: undefined, k: undefined, rolloutLength: undefined });
  });

  it('offers a continuation that is accepted as a whole', async function () {
    const editor = await openText('The weather in spring is');
    editor.selection = new vscode.Selection(0, 24, 0, 24);
    await vscode.commands.executeCommand('tqstar.continueAtCursor');
    await accepted(editor, 'editor.action.inlineSuggest.commit');
    assert.match(editor.document.getText(), /^The weather in spring is \S/u);
  });

  it('offers a continuation that is accepted word by word', async function () {
    const editor = await openText('The weather in spring is');
    editor.selection = new vscode.Selection(0, 24, 0, 24);
    await vscode.commands.executeCommand('tqstar.continueAtCursor');
    await accepted(editor, 'editor.action.inlineSuggest.acceptNextWord');
    assert.match(editor.document.getText(), /^The weather in spring is ?\S*\s?$/u);
  });

  it('suggests nothing uninvited', async function () {
    const { document } = await openText('The weather in spring is');
    const items = await api.ctx.ghostText.provideInlineCompletionItems(
      document,
      new vscode.Position(0, 24),
      {
        triggerKind: vscode.InlineCompletionTriggerKind.Automatic,
        selectedCompletionInfo: undefined,
      },
      new vscode.CancellationTokenSource().token,
    );
    assert.deepEqual(items, []);
  });

  it('drops a continuation of text that was changed meanwhile', async function () {
    const editor = await openText('The weather in spring is');
    const offered = api.ctx.ghostText.provideInlineCompletionItems(
      editor.document,
      new vscode.Position(0, 24),
      { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined },
      new vscode.CancellationTokenSource().token,
    );
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'No. ');
    });
    assert.deepEqual(await offered, []);
  });

  it('says so when there is nothing before the cursor', async function () {
    await openText('');
    const told = nextMessage(api, /no text before the cursor/u);
    await vscode.commands.executeCommand('tqstar.continueAtCursor');
    await told;
  });
});

/** A suggestion can be taken once it shows, which nothing tells: it is tried until it is. */
async function accepted(editor: vscode.TextEditor, command: string): Promise<void> {
  const { version } = editor.document;
  await until(() => {
    if (editor.document.version === version) void vscode.commands.executeCommand(command);
    return editor.document.version !== version;
  });
}

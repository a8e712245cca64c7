import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  nextMessage,
  openText,
  quick,
  setSettings,
  until,
  useExtension,
  type,
} from './extension-api.ts';

describe('Continue at Cursor', function () {
  const fixture = useExtension(quick);

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

  it('suggests nothing while typing by default', async function () {
    const { document } = await openText('The weather in spring is');
    const items = await fixture.api.ctx.ghostText.provideInlineCompletionItems(
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

  it('drops a continuation when the text changes meanwhile', async function () {
    const editor = await openText('The weather in spring is');
    const offered = fixture.api.ctx.ghostText.provideInlineCompletionItems(
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

  it('shows the first words while the rest is being written', async function () {
    await setSettings({ continueTokens: 40 });
    const editor = await openText('The weather in spring is');
    editor.selection = new vscode.Selection(0, 24, 0, 24);
    await vscode.commands.executeCommand('tqstar.continueAtCursor');
    await accepted(editor, 'editor.action.inlineSuggest.commit');
    const taken = editor.document.getText();
    // Accepting the text ends the writing.
    await until(() => fixture.api.ctx.engine.state.phase === 'ready');
    assert.match(taken, /^The weather in spring is \S/u);
    await setSettings({ continueTokens: quick.continueTokens });
  });

  it('offers growing prefixes of one text while it is written', async function () {
    await setSettings({ continueTokens: 12 });
    const editor = await openText('The weather in spring is');
    const end = new vscode.Position(0, 24);
    editor.selection = new vscode.Selection(end, end);
    const offered = [await offer(editor.document, end)];
    const { engine } = fixture.api.ctx;
    for (let writing = true; writing;) {
      // Offers once more after the engine has finished, to see the whole text.
      writing = engine.state.phase !== 'ready';
      await new Promise(setImmediate);
      const text = await offer(editor.document, end);
      if (text !== offered.at(-1)) offered.push(text);
    }
    for (const [index, text] of offered.slice(1).entries()) {
      assert.ok(text.startsWith(offered[index]!), `${text} after ${offered[index]!}`);
    }
    assert.ok(offered.length > 1, offered.join(' | '));
    await setSettings({ continueTokens: quick.continueTokens });
  });

  it('does not show dropped text again with its next word', async function () {
    await setSettings({ continueTokens: 200 });
    const editor = await openText('The weather in spring is');
    const end = new vscode.Position(0, 24);
    editor.selection = new vscode.Selection(end, end);
    assert.notEqual(await offer(editor.document, end), '');
    await vscode.commands.executeCommand('tqstar.dropContinuation');
    await until(() => fixture.api.ctx.engine.state.phase === 'ready');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    assert.equal(editor.document.getText(), 'The weather in spring is');
    await setSettings({ continueTokens: quick.continueTokens });
  });

  it('keeps the line endings of the document', async function () {
    const editor = await openText('');
    await editor.edit((edit) => {
      edit.setEndOfLine(vscode.EndOfLine.CRLF);
    });
    await type(editor, new vscode.Position(0, 0), 'A list:\r\n');
    const text = await offer(editor.document, new vscode.Position(1, 0));
    assert.doesNotMatch(text, /[^\r]\n/u);
  });

  it('reports that there is no text before the cursor', async function () {
    await openText('');
    const shown = nextMessage(fixture, /no text before the cursor/u);
    await vscode.commands.executeCommand('tqstar.continueAtCursor');
    await shown;
  });

  async function offer(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
    const items = await fixture.api.ctx.ghostText.provideInlineCompletionItems(
      document,
      position,
      { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined },
      new vscode.CancellationTokenSource().token,
    );
    return String(items[0]?.insertText ?? '');
  }
});

/** Repeats a command until it accepts the suggestion; no event reports that it is visible. */
async function accepted(editor: vscode.TextEditor, command: string): Promise<void> {
  const { version } = editor.document;
  await until(() => {
    if (editor.document.version === version) void vscode.commands.executeCommand(command);
    return editor.document.version !== version;
  });
}

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  nextMessage,
  openText,
  quick,
  setSettings,
  type,
  until,
  useExtension,
} from './extension-api.ts';
import { ready, rewrite, sentence, writing } from './rewriting.ts';

describe('While a rewrite is open', function () {
  // Long enough that the tests can interrupt it.
  const fixture = useExtension({ ...quick, maxTokens: 24 });

  it('the person can type elsewhere', async function () {
    const editor = await openText(`top\n\n${sentence}\n`);
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    rewrite();
    await writing(fixture);
    await type(editor, new vscode.Position(0, 0), 'my own line\n');
    const added = await ready(fixture);
    assert.equal(editor.document.getText(), `my own line\ntop\n\n${sentence}\n${added}\n`);
  });

  it('editing the old text ends the rewrite and keeps the edit', async function () {
    const editor = await openText(`${sentence}\n`);
    const shown = nextMessage(fixture, /your edit was kept/u);
    const { decided } = rewrite();
    await writing(fixture);
    await type(editor, new vscode.Position(0, 4), 'NOT ');
    assert.deepEqual((await shown).buttons, ['Rewrite Again']);
    assert.deepEqual(await decided, ['conflict']);
    assert.equal(editor.document.getText(), `${sentence.slice(0, 4)}NOT ${sentence.slice(4)}\n`);
  });

  it('editing the new text ends the rewrite and keeps both texts', async function () {
    const editor = await openText(`${sentence}\n`);
    const shown = nextMessage(fixture, /your edit was kept/u);
    const { decided } = rewrite();
    const added = await ready(fixture);
    await type(editor, new vscode.Position(1, 1), 'MINE');
    await shown;
    assert.deepEqual(await decided, ['conflict']);
    const edited = `${added.slice(0, 1)}MINE${added.slice(1)}`;
    assert.equal(editor.document.getText(), `${sentence}\n${edited}\n`);
  });

  it('editing a later selection removes it from the queue', async function () {
    const other = 'It will come two weeks later.';
    const editor = await openText(`${sentence}\n\n${other}\n`);
    editor.selections = [
      new vscode.Selection(0, 0, 0, sentence.length),
      new vscode.Selection(2, 0, 2, other.length),
    ];
    const { decided } = rewrite();
    const added = await ready(fixture);
    const { lineCount } = editor.document;
    await type(editor, new vscode.Position(lineCount - 2, 3), 'really ');
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.deepEqual(await decided, ['accepted']);
    assert.equal(editor.document.getText(), `${added}\n\nIt really will come two weeks later.\n`);
  });

  it('undo removes the new text', async function () {
    const editor = await openText(`${sentence}\n`);
    const { decided } = rewrite();
    await ready(fixture);
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(await decided, ['undone']);
    assert.equal(editor.document.getText(), `${sentence}\n`);
  });

  it('closing the document stops the engine', async function () {
    await setSettings({ maxTokens: 400 });
    await openText(`${sentence}\n`);
    const { processId } = fixture.api.ctx.engine.state;
    const { decided } = rewrite();
    await writing(fixture);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.match(String(await decided), /^(?:closed|undone|conflict)$/u);
    await until(() => fixture.api.ctx.engine.state.phase === 'ready');
    assert.equal(fixture.api.ctx.engine.state.processId ?? processId, processId);
    assert.deepEqual(fixture.errors, []);
    await setSettings({ maxTokens: 24 });
  });
});

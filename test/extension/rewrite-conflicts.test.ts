import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nextMessage, openText, quick, type, useExtension } from './extension-api.ts';
import { ready, rewrite, ScriptedEngine, sentence, writing } from './rewriting.ts';

const shorter = 'The delivery is late because of our supplier.';

describe('While a rewrite is open', function () {
  const fixture = useExtension(quick);
  let engine: ScriptedEngine;

  beforeEach(function () {
    engine = new ScriptedEngine(fixture);
    engine.holdAt = 0;
  });
  afterEach(function () {
    engine.restore();
  });

  async function finished(): Promise<void> {
    engine.release();
    await ready(fixture);
  }

  it('the person can type elsewhere', async function () {
    const editor = await openText(`top\n\n${sentence}\n`);
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    const { decided } = rewrite();
    await writing(fixture);
    await type(editor, new vscode.Position(0, 0), 'my own line\n');
    await type(editor, new vscode.Position(4, 0), 'below\n');
    await finished();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.equal(await decided, 'accepted');
    assert.equal(editor.document.getText(), `my own line\ntop\n\n${shorter}\nbelow\n`);
  });

  it('a paragraph that the person edits stays theirs, and the others can be accepted', async function () {
    const editor = await openText(`${sentence}\n\n${sentence}\n`);
    editor.selection = new vscode.Selection(0, 0, 3, 0);
    const shown = nextMessage(fixture, /Your edit stays/u);
    const { decided } = rewrite();
    await writing(fixture);
    await type(editor, new vscode.Position(0, 4), 'NOT ');
    assert.deepEqual((await shown).buttons, ['Rewrite Again']);
    await finished();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.equal(await decided, 'accepted');
    const edited = `${sentence.slice(0, 4)}NOT ${sentence.slice(4)}`;
    assert.equal(editor.document.getText(), `${edited}\n\n${shorter}\n`);
  });

  it('typing over the selection is an edit like any other', async function () {
    const editor = await openText(`one\n\n${sentence}\n\nthree\n`);
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    const { decided } = rewrite();
    await writing(fixture);
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(await decided, 'edited');
    assert.equal(editor.document.getText(), 'one\n\nx\n\nthree\n');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `one\n\n${sentence}\n\nthree\n`);
  });

  it('saving writes the draft, and the rewrite stays open', async function () {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'saved.md');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(`${sentence}\n\n`));
    const editor = await vscode.window.showTextDocument(uri);
    await type(editor, new vscode.Position(2, 0), 'more');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const { decided } = rewrite();
    await writing(fixture);
    await editor.document.save();
    await finished();
    await editor.document.save();
    const saved = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
    assert.equal(saved, `${sentence}\n\nmore`);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.equal(await decided, 'accepted');
  });

  it('undo and redo work on the own edits of the person', async function () {
    const editor = await openText(`${sentence}\n\n`);
    await type(editor, new vscode.Position(2, 0), 'more');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    rewrite();
    await writing(fixture);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `${sentence}\n\n`);
    await vscode.commands.executeCommand('redo');
    assert.equal(editor.document.getText(), `${sentence}\n\nmore`);
    await finished();
  });

  it('closing the document ends it', async function () {
    await openText(`${sentence}\n`);
    const { decided } = rewrite();
    await writing(fixture);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    // VS Code may empty an untitled document before it closes it.
    assert.match(String(await decided), /^(?:closed|edited)$/u);
    assert.deepEqual(fixture.errors, []);
  });
});

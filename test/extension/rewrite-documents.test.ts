import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nextMessage, openText, quick, until, useExtension, writeFile } from './extension-api.ts';
import { registerMemory } from './memory-file-system.ts';
import { accepted, ready, rewrite, ScriptedEngine, sentence } from './rewriting.ts';

const shorter = 'The delivery is late because of our supplier.';

describe('A rewrite', function () {
  const fixture = useExtension(quick);
  let engine: ScriptedEngine;

  beforeEach(function () {
    engine = new ScriptedEngine(fixture);
  });
  afterEach(function () {
    engine.restore();
  });

  it('keeps CRLF', async function () {
    const editor = await openText('');
    await editor.edit((edit) => {
      edit.setEndOfLine(vscode.EndOfLine.CRLF);
    });
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), `${sentence}\r\nIt is.\r\n\r\nend`);
    });
    engine.answer = () => `${shorter}\nIt is.`;
    editor.selection = new vscode.Selection(0, 0, 1, 0);
    await accepted(fixture);
    assert.equal(editor.document.getText(), `${shorter}\r\nIt is.\r\nIt is.\r\n\r\nend`);
  });

  it('replaces part of a line between emoji and tabs', async function () {
    const editor = await openText(`\t🙂 start ${sentence} 🙂 end`);
    const start = '\t🙂 start '.length;
    editor.selection = new vscode.Selection(0, start, 0, start + sentence.length);
    await accepted(fixture);
    assert.equal(editor.document.getText(), `\t🙂 start ${shorter} 🙂 end`);
  });

  it('is refused in an empty document', async function () {
    const editor = await openText('');
    const shown = nextMessage(fixture, /no text to rewrite/u);
    rewrite();
    assert.equal((await shown).severity, 'error');
    assert.equal(editor.document.getText(), '');
  });

  it('is refused in a read-only document', async function () {
    const uri = fixture.api.ctx.texts.set('read-only.txt', `${sentence}\n`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const shown = nextMessage(fixture, /read-only/u);
    rewrite();
    assert.equal((await shown).severity, 'error');
    assert.equal(vscode.window.activeTextEditor!.document.getText(), `${sentence}\n`);
  });

  it('is refused in a file that is read-only for the session', async function () {
    const uri = await writeFile('locked.md', `${sentence}\n`);
    const editor = await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    const shown = nextMessage(fixture, /locked\.md was not changed because it is read-only/u);
    rewrite();
    await ready(fixture);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    await shown;
    // The new text is still there to read.
    assert.ok(fixture.api.ctx.rewrites.ready);
    assert.equal(editor.document.getText(), `${sentence}\n`);
    await vscode.commands.executeCommand(
      'workbench.action.files.resetActiveEditorReadonlyInSession',
    );
  });

  it('works in a document of a virtual file system', async function () {
    const registration = registerMemory(`${sentence}\n`);
    const uri = vscode.Uri.parse('memory:/draft.md');
    const editor = await vscode.window.showTextDocument(uri);
    await accepted(fixture);
    assert.equal(editor.document.getText(), `${shorter}\n`);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    registration.dispose();
  });

  it('works in a notebook cell', async function () {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, sentence, 'markdown');
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData([cell]),
    );
    await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const { document } = notebook.cellAt(0);
    await until(() => vscode.window.activeTextEditor?.document === document);
    const { decided } = rewrite();
    // The list of both texts; its first item takes the new one.
    await until(() => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return document.getText() !== sentence;
    });
    assert.equal(await decided, 'accepted');
    assert.equal(document.getText(), shorter);
  });

  it('works in a git commit message file', async function () {
    const comment = '# Please enter the commit message for your changes.';
    const editor = await openText(`${sentence}\n\n${comment}\n`, 'git-commit');
    await accepted(fixture);
    assert.equal(editor.document.getText(), `${shorter}\n\n${comment}\n`);
  });

  it('works in a document of 200 kB', async function () {
    const filler = `${'word '.repeat(20)}\n\n`.repeat(2000);
    const editor = await openText(`${filler}${sentence}\n`);
    const line = editor.document.lineCount - 2;
    editor.selection = new vscode.Selection(line, 0, line, 0);
    await accepted(fixture);
    assert.equal(editor.document.getText(), `${filler}${shorter}\n`);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nextMessage, openText, quick, until, useExtension, writeFile } from './extension-api.ts';
import { registerMemory } from './memory-file-system.ts';
import { accepted, ready, rewrite, sentence } from './rewriting.ts';

describe('A rewrite', function () {
  const fixture = useExtension(quick);

  it('keeps indentation, list markers, blank lines and CRLF', async function () {
    const items = `  - ${sentence}\r\n\r\n  - [ ] We will send you a new date for it.`;
    const editor = await openText('');
    await editor.edit((edit) => {
      edit.setEndOfLine(vscode.EndOfLine.CRLF);
    });
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), `${items}  \r\n\r\nend`);
    });
    editor.selection = new vscode.Selection(0, 0, 3, 0);
    await accepted(fixture);
    const text = editor.document.getText();
    assert.match(text, /^ {2}- \S[^\r\n]*\r\n\r\n {2}- \[ \] \S[^\r\n]* {2}\r\n\r\nend$/u);
    assert.doesNotMatch(text, /[^\r]\n/u);
  });

  it('keeps the tabs of an indented line', async function () {
    const editor = await openText(`\t\t${sentence}\n`);
    editor.selection = new vscode.Selection(0, 0, 1, 0);
    const added = await accepted(fixture);
    assert.equal(editor.document.getText(), `\t\t${added}\n`);
  });

  it('replaces part of a line between emoji and tabs', async function () {
    const editor = await openText(`\t🙂 start ${sentence} 🙂 end`);
    const start = '\t🙂 start '.length;
    editor.selection = new vscode.Selection(0, start, 0, start + sentence.length);
    const added = await accepted(fixture);
    assert.equal(editor.document.getText(), `\t🙂 start ${added} 🙂 end`);
  });

  it('is refused in an empty document', async function () {
    const editor = await openText('');
    const shown = nextMessage(fixture, /no text to rewrite/u);
    rewrite();
    assert.equal((await shown).severity, 'error');
    assert.equal(editor.document.getText(), '');
  });

  it('is rejected with a message when the person saves the document', async function () {
    const uri = await writeFile('saved.md', `${sentence}\n`);
    const editor = await vscode.window.showTextDocument(uri);
    const shown = nextMessage(fixture, /rewrite was rejected, because the document was saved/u);
    const { decided } = rewrite();
    await ready(fixture);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await shown;
    assert.deepEqual(await decided, ['rejected']);
    assert.equal(editor.document.getText(), `${sentence}\n`);
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), `${sentence}\n`);
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
    await shown;
    assert.equal(editor.document.getText(), `${sentence}\n`);
    await vscode.commands.executeCommand(
      'workbench.action.files.resetActiveEditorReadonlyInSession',
    );
  });

  it('works in a document of a virtual file system', async function () {
    const registration = registerMemory(`${sentence}\n`);
    const uri = vscode.Uri.parse('memory:/draft.md');
    const editor = await vscode.window.showTextDocument(uri);
    const added = await accepted(fixture);
    assert.equal(editor.document.getText(), `${added}\n`);
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
    const added = await accepted(fixture);
    assert.equal(document.getText(), added);
  });

  it('works in a git commit message file', async function () {
    const comment = '# Please enter the commit message for your changes.';
    const editor = await openText(`${sentence}\n\n${comment}\n`, 'git-commit');
    const added = await accepted(fixture);
    assert.equal(editor.document.getText(), `${added}\n\n${comment}\n`);
  });

  it('works in a document of 200 kB', async function () {
    const filler = `${'word '.repeat(20)}\n\n`.repeat(2000);
    const editor = await openText(`${filler}${sentence}\n`);
    const line = editor.document.lineCount - 2;
    editor.selection = new vscode.Selection(line, 0, line, 0);
    const added = await accepted(fixture);
    assert.equal(editor.document.getText(), `${filler}${added}\n`);
  });
});

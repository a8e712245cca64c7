import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import type { Outcome } from '../../src/extension/editor/pending-rewrite.ts';
import { registerMemory } from './memory-file-system.ts';
import { rangeOf } from '../../src/extension/editor/rewrite-decorations.ts';
import {
  activated,
  closeEditors,
  nextMessage,
  openText,
  setSettings,
  until,
} from './extension-api.ts';

const sentence = 'I am writing to tell you that the delivery is late because of our supplier.';

describe('Rewrite Selection', function () {
  let api: ExtensionApi;

  before(async function () {
    api = await activated();
    await setSettings({ maxTokens: 20, k: 4, rolloutLength: 4 });
  });

  afterEach(async function () {
    await api.ctx.rewrites.reject();
    await closeEditors();
  });

  after(async function () {
    await setSettings({ maxTokens: undefined, k: undefined, rolloutLength: undefined });
  });

  /** Starts a rewrite; `decided` resolves with what became of each selection. */
  function rewrite(): { decided: Thenable<readonly Outcome[]> } {
    return {
      decided: vscode.commands.executeCommand('tqstar.rewriteSelection', { preset: 'clearer' }),
    };
  }

  async function ready(): Promise<string> {
    await until(() => api.ctx.rewrites.ready);
    return api.ctx.rewrites.pending!.addedText;
  }

  it('shows the new text beside the old one and leaves it alone when accepted', async function () {
    const editor = await openText(`Hello,\n\n${sentence}\n\nBye\n`);
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    const { decided } = rewrite();
    const added = await ready();
    assert.notEqual(added, '');
    assert.equal(editor.document.getText(), `Hello,\n\n${sentence}\n${added}\n\nBye\n`);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.deepEqual(await decided, ['accepted']);
    assert.equal(editor.document.getText(), `Hello,\n\n${added}\n\nBye\n`);
  });

  it('is one undo step when accepted', async function () {
    const editor = await openText(`${sentence}\n`);
    editor.selection = new vscode.Selection(0, 0, 0, sentence.length);
    const { decided } = rewrite();
    await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    await decided;
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `${sentence}\n`);
  });

  it('leaves the document as it was when rejected', async function () {
    const editor = await openText(`${sentence}\n`);
    const { decided } = rewrite();
    await ready();
    await vscode.commands.executeCommand('tqstar.rejectRewrite');
    assert.deepEqual(await decided, ['rejected']);
    assert.equal(editor.document.getText(), `${sentence}\n`);
  });

  it('rewrites the paragraph when nothing is selected', async function () {
    const editor = await openText(`one\n\n${sentence}\nIt comes next week.\n\nthree`);
    editor.selection = new vscode.Selection(3, 2, 3, 2);
    rewrite();
    await ready();
    assert.equal(api.ctx.rewrites.pending!.original, `${sentence}\nIt comes next week.`);
  });

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
    rewrite();
    await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    const text = editor.document.getText();
    assert.match(text, /^ {2}- \S[^\r\n]*\r\n\r\n {2}- \[ \] \S[^\r\n]* {2}\r\n\r\nend$/u);
    assert.doesNotMatch(text, /[^\r]\n/u);
  });

  it('writes part of a line in place, with emoji and tabs around it', async function () {
    const editor = await openText(`\t🙂 start ${sentence} 🙂 end`);
    const start = '\t🙂 start '.length;
    editor.selection = new vscode.Selection(0, start, 0, start + sentence.length);
    rewrite();
    const added = await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.equal(editor.document.getText(), `\t🙂 start ${added} 🙂 end`);
  });

  it('shows the reward of the draft and of the new text', async function () {
    const editor = await openText(`${sentence}\n`);
    rewrite();
    await ready();
    const lenses = async (): Promise<string> => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        editor.document.uri,
      );
      return found.map(({ command }) => command?.title ?? '').join(' | ');
    };
    let titles = '';
    await until(() => {
      void lenses().then((found) => {
        titles = found;
      });
      return titles.includes('→');
    });
    assert.match(titles, /Accept.*Reject.*Try Again.*positive-tone: \d\.\d\d → \d\.\d\d/u);
  });

  it('writes another text when tried again', async function () {
    await openText(`${sentence}\n`);
    rewrite();
    const first = api.ctx.rewrites.pending;
    await ready();
    void vscode.commands.executeCommand('tqstar.tryRewriteAgain');
    await until(() => api.ctx.rewrites.pending !== first && api.ctx.rewrites.ready);
    assert.equal(api.ctx.rewrites.pending!.original, sentence);
  });

  it('keeps what the person types elsewhere while it writes', async function () {
    const editor = await openText(`top\n\n${sentence}\n`);
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    rewrite();
    await until(() => (api.ctx.rewrites.pending?.addedText ?? '') !== '');
    await type(editor, new vscode.Position(0, 0), 'my own line\n');
    const added = await ready();
    assert.equal(editor.document.getText(), `my own line\ntop\n\n${sentence}\n${added}\n`);
  });

  it('gives way to the person who edits the text being rewritten', async function () {
    const editor = await openText(`${sentence}\n`);
    const message = nextMessage(api, /your text was kept/u);
    const { decided } = rewrite();
    await until(() => (api.ctx.rewrites.pending?.addedText ?? '') !== '');
    await type(editor, new vscode.Position(0, 4), 'NOT ');
    await message;
    assert.deepEqual(await decided, ['conflict']);
    assert.equal(editor.document.getText(), `${sentence.slice(0, 4)}NOT ${sentence.slice(4)}\n`);
  });

  it('takes several selections one after the other', async function () {
    const editor = await openText(`${sentence}\n\nIt will come two weeks later.\n`);
    editor.selections = [
      new vscode.Selection(0, 0, 0, sentence.length),
      new vscode.Selection(2, 0, 2, 29),
    ];
    const { decided } = rewrite();
    const first = await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    await until(() => api.ctx.rewrites.pending?.original === 'It will come two weeks later.');
    const second = await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.deepEqual(await decided, ['accepted', 'accepted']);
    assert.equal(editor.document.getText(), `${first}\n\n${second}\n`);
  });

  it('says so when there is no text to rewrite', async function () {
    await openText('');
    const message = nextMessage(api, /no text to rewrite/u);
    rewrite();
    assert.equal((await message).severity, 'error');
  });

  it('can be started again as soon as the one before was decided', async function () {
    const editor = await openText(`${sentence}\n`);
    for (let round = 0; round < 2; round++) {
      rewrite();
      await ready();
      await vscode.commands.executeCommand('tqstar.rejectRewrite');
    }
    assert.equal(editor.document.getText(), `${sentence}\n`);
  });

  it('is left out of a document that is saved, with a message', async function () {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(folder, 'saved.md');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(`${sentence}\n`));
    const editor = await vscode.window.showTextDocument(uri);
    const told = nextMessage(api, /left out of the saved document/u);
    const { decided } = rewrite();
    await ready();
    await vscode.commands.executeCommand('workbench.action.files.save');
    await told;
    assert.deepEqual(await decided, ['rejected']);
    assert.equal(editor.document.getText(), `${sentence}\n`);
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), `${sentence}\n`);
  });

  it('ends when its document is closed', async function () {
    await openText(`${sentence}\n`);
    const { decided } = rewrite();
    await ready();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.match(String(await decided), /^(?:closed|undone|conflict)$/u);
  });

  it('goes away when the person undoes it', async function () {
    const editor = await openText(`${sentence}\n`);
    const { decided } = rewrite();
    await ready();
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(await decided, ['undone']);
    assert.equal(editor.document.getText(), `${sentence}\n`);
  });

  it('tells a document that cannot be written', async function () {
    const uri = api.ctx.texts.set('read-only.txt', `${sentence}\n`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const told = nextMessage(api, /read-only/u);
    rewrite();
    assert.equal((await told).severity, 'error');
    assert.equal(vscode.window.activeTextEditor!.document.getText(), `${sentence}\n`);
  });

  it('works in a document of a virtual file system', async function () {
    const registration = registerMemory(`${sentence}\n`);
    const uri = vscode.Uri.parse('memory:/draft.md');
    const editor = await vscode.window.showTextDocument(uri);
    rewrite();
    const added = await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
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
    rewrite();
    const added = await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.equal(document.getText(), added);
  });

  it('works on a paragraph of a document of 200 kB', async function () {
    const filler = `${'word '.repeat(20)}\n\n`.repeat(2000);
    const editor = await openText(`${filler}${sentence}\n`);
    const line = editor.document.lineCount - 2;
    editor.selection = new vscode.Selection(line, 0, line, 0);
    rewrite();
    const added = await ready();
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.equal(editor.document.getText(), `${filler}${added}\n`);
  });

  it('says how much fits when the selection is longer than the context', async function () {
    const editor = await openText('word '.repeat(20_000));
    const before = editor.document.getText();
    const told = nextMessage(api, /at most \d+ prompt tokens fit/u);
    rewrite();
    await told;
    assert.equal(editor.document.getText(), before);
  });

  it('marks the old and the new text where they stand', async function () {
    const editor = await openText(`${sentence}\n`);
    rewrite();
    await ready();
    const { removed, added } = api.ctx.rewrites.pending!;
    assert.equal(editor.document.getText(rangeOf(editor.document, removed)), sentence);
    assert.equal(rangeOf(editor.document, added).start.line, 1);
  });
});

async function type(
  editor: vscode.TextEditor,
  position: vscode.Position,
  text: string,
): Promise<void> {
  // The person's keystroke may meet an edit of the rewrite; it is made again then, as one types.
  while (
    !(await editor.edit((edit) => {
      edit.insert(position, text);
    }))
  );
}

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { rangeOf } from '../../src/extension/editor/rewrite-decorations.ts';
import { rewriteReward } from '../../src/extension/settings/generation-settings.ts';
import { nextMessage, openText, quick, setSettings, until, useExtension } from './extension-api.ts';
import { accepted, ready, rewrite, sentence } from './rewriting.ts';

describe('Rewrite Selection', function () {
  const fixture = useExtension(quick);

  it('shows the new text after the old one, and keeps only the new one when accepted', async function () {
    const editor = await openText(`Hello,\n\n${sentence}\n\nBye\n`);
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    const { decided } = rewrite();
    const added = await ready(fixture);
    assert.notEqual(added, '');
    assert.equal(editor.document.getText(), `Hello,\n\n${sentence}\n${added}\n\nBye\n`);
    const pending = fixture.api.ctx.rewrites.pending!;
    assert.equal(editor.document.getText(rangeOf(editor.document, pending.removed)), sentence);
    assert.equal(rangeOf(editor.document, pending.added).start.line, 3);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.deepEqual(await decided, ['accepted']);
    assert.equal(editor.document.getText(), `Hello,\n\n${added}\n\nBye\n`);
  });

  it('is one undo step when accepted', async function () {
    const editor = await openText(`${sentence}\n`);
    editor.selection = new vscode.Selection(0, 0, 0, sentence.length);
    const added = await accepted(fixture);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `${sentence}\n`);
    await vscode.commands.executeCommand('redo');
    assert.equal(editor.document.getText(), `${added}\n`);
  });

  it('restores the document when rejected, and can start again at once', async function () {
    const editor = await openText(`${sentence}\n`);
    for (let round = 0; round < 2; round++) {
      const { decided } = rewrite();
      await ready(fixture);
      await vscode.commands.executeCommand('tqstar.rejectRewrite');
      assert.equal(editor.document.getText(), `${sentence}\n`);
      if (round === 1) assert.deepEqual(await decided, ['rejected']);
    }
  });

  it('rewrites the paragraph when nothing is selected', async function () {
    const editor = await openText(`one\n\n${sentence}\nIt comes next week.\n\nthree`);
    editor.selection = new vscode.Selection(3, 2, 3, 2);
    rewrite();
    await ready(fixture);
    const { original } = fixture.api.ctx.rewrites.pending!;
    assert.equal(original, `${sentence}\nIt comes next week.`);
  });

  it('shows the reward of the draft and of the new text', async function () {
    const editor = await openText(`${sentence}\n`);
    rewrite();
    await ready(fixture);
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

  it('weights keeps-meaning by tqstar.rewriteMeaningWeight', async function () {
    const choice = { label: 'concision', spec: 'concision' };
    assert.deepEqual(rewriteReward(choice, 0), choice);
    assert.deepEqual(rewriteReward(choice, 2).spec, {
      id: 'concision + keeps-meaning*2',
      type: 'sum',
      parts: [
        { reward: 'concision', weight: 1 },
        { reward: 'keeps-meaning', weight: 2 },
      ],
    });
    await setSettings({ rewriteMeaningWeight: 1 });
    await openText(`${sentence}\n`);
    assert.notEqual(await accepted(fixture), '');
    await setSettings({ rewriteMeaningWeight: 0 });
  });

  it('starts over on Try Again', async function () {
    await openText(`${sentence}\n`);
    rewrite();
    await ready(fixture);
    const { rewrites } = fixture.api.ctx;
    const first = rewrites.pending;
    void vscode.commands.executeCommand('tqstar.tryRewriteAgain');
    await until(() => rewrites.pending !== first && rewrites.ready);
    assert.equal(rewrites.pending!.original, sentence);
  });

  it('keeps the text so far when stopped', async function () {
    await setSettings({ maxTokens: 200 });
    const editor = await openText(`${sentence}\n`);
    const { decided } = rewrite();
    const { rewrites } = fixture.api.ctx;
    await until(() => (rewrites.pending?.addedText ?? '') !== '');
    await vscode.commands.executeCommand('tqstar.stop');
    const added = await ready(fixture);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.deepEqual(await decided, ['accepted']);
    assert.equal(editor.document.getText(), `${added}\n`);
    await setSettings({ maxTokens: quick.maxTokens });
  });

  it('rewrites several selections one after the other', async function () {
    const editor = await openText(`${sentence}\n\nIt will come two weeks later.\n`);
    editor.selections = [
      new vscode.Selection(0, 0, 0, sentence.length),
      new vscode.Selection(2, 0, 2, 29),
    ];
    const { decided } = rewrite();
    const first = await ready(fixture);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    const { rewrites } = fixture.api.ctx;
    await until(() => rewrites.pending?.original === 'It will come two weeks later.');
    const second = await ready(fixture);
    await vscode.commands.executeCommand('tqstar.acceptRewrite');
    assert.deepEqual(await decided, ['accepted', 'accepted']);
    assert.equal(editor.document.getText(), `${first}\n\n${second}\n`);
  });

  it('refuses a second rewrite, with buttons for the open one', async function () {
    const editor = await openText(`${sentence}\n\nAnother paragraph.\n`);
    rewrite();
    await ready(fixture);
    const before = editor.document.getText();
    const shown = nextMessage(fixture, /Another rewrite is open/u);
    rewrite();
    assert.deepEqual((await shown).buttons, ['Accept', 'Reject']);
    assert.equal(editor.document.getText(), before);
  });
});

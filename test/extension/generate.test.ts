import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Comparison } from '../../src/webview/panel/messages.ts';
import { openText, quick, useExtension } from './extension-api.ts';

const instruction = 'Write a short note that thanks a colleague for help.';

describe('Generate', function () {
  const fixture = useExtension({ ...quick, maxTokens: 12 });

  it('writes the aligned and the plain text of one request in the panel', async function () {
    const { ctx } = fixture.api;
    const comparison = await vscode.commands.executeCommand<Comparison>('tqstar.generate', {
      instruction,
    });
    assert.equal(comparison.phase, 'done');
    for (const { tokens, done } of [comparison.aligned, comparison.plain]) {
      assert.equal(tokens.length, 12);
      assert.ok(done && done.reward !== null);
    }
    assert.ok(comparison.aligned.done!.reward! >= 0);
    assert.equal(ctx.engine.state.device?.actual, 'cpu');
  });

  it('shows reward, baseline and device in the status bar', function () {
    const { statusBar } = fixture.api;
    assert.match(statusBar.text, /clear-writing .*smollm2-135m-instruct · cpu · ready/u);
  });

  it('inserts the aligned text at the cursor as one undo step', async function () {
    const { ctx } = fixture.api;
    const editor = await openText('before after');
    editor.selection = new vscode.Selection(0, 7, 0, 7);
    const comparison = ctx.panel.comparison!;
    await ctx.panel.actions.run({ type: 'insert', stream: 'aligned' }, comparison);
    const text = comparison.aligned.done!.text;
    assert.equal(editor.document.getText(), `before ${text}after`);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'before after');
  });
});

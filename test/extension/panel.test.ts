import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { HistoryStore } from '../../src/extension/panel/history-store.ts';
import { PanelController, panelViewType } from '../../src/extension/panel/panel-controller.ts';
import { runSweep } from '../../src/extension/panel/reward-sweep.ts';
import type { Comparison, Sweep } from '../../src/webview/panel/messages.ts';
import { closeEditors, openText, quick, useExtension } from './extension-api.ts';

const draft = 'The parts are late because the supplier has no steel.';

describe('Compare and the panel', function () {
  const fixture = useExtension(quick, { keepEditors: true });
  let comparison: Comparison;
  let editor: vscode.TextEditor;

  before(async function () {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    editor = await openText(`Before.\n${draft}\nAfter.`);
    editor.selection = new vscode.Selection(1, 0, 1, draft.length);
    comparison = await vscode.commands.executeCommand('tqstar.compare');
  });

  it('compares rewrites of the selected text', function () {
    assert.equal(comparison.instruction, draft);
    assert.equal(comparison.replaces, true);
  });

  it('keeps the comparison in the history of the workspace', async function () {
    const [entry] = fixture.api.ctx.panel.state.history;
    assert.equal(entry?.id, comparison.id);
    assert.equal(entry.alignedReward, comparison.aligned.done!.reward);
  });

  it('copies a text', async function () {
    await fixture.api.ctx.panel.actions.run(
      { type: 'copy', stream: 'plain' },
      comparison,
      undefined,
    );
    assert.equal(await vscode.env.clipboard.readText(), comparison.plain.done!.text);
  });

  it('does not replace a selection that has changed', async function () {
    const range = new vscode.Range(1, 0, 1, draft.length);
    const replaces = { uri: editor.document.uri, range, text: 'something else' };
    const request = { prompt: { text: draft }, options: {}, reward: '', replaces };
    const action = { type: 'replace', stream: 'aligned' } as const;
    await assert.rejects(
      fixture.api.ctx.panel.actions.run(action, comparison, request),
      /not replaced/u,
    );
    assert.match(editor.document.getText(), /The parts are late/u);
  });

  it('replaces the selected text', async function () {
    const range = new vscode.Range(1, 0, 1, draft.length);
    const replaces = { uri: editor.document.uri, range, text: draft };
    const request = { prompt: { text: draft }, options: {}, reward: '', replaces };
    await fixture.api.ctx.panel.actions.run(
      { type: 'replace', stream: 'aligned' },
      comparison,
      request,
    );
    assert.equal(editor.document.getText(), `Before.\n${comparison.aligned.done!.text}\nAfter.`);
  });

  it('exports a comparison as Markdown and as JSON', async function () {
    await fixture.api.ctx.panel.actions.run(
      { type: 'export', format: 'markdown' },
      comparison,
      undefined,
    );
    const markdown = vscode.window.activeTextEditor!.document;
    assert.equal(markdown.languageId, 'markdown');
    assert.match(markdown.getText(), /\| reward \| \d\.\d{4} \| \d\.\d{4} \|/u);
    await fixture.api.ctx.panel.actions.run(
      { type: 'export', format: 'json' },
      comparison,
      undefined,
    );
    const json = JSON.parse(vscode.window.activeTextEditor!.document.getText()) as Comparison;
    assert.equal(json.aligned.tokens.length, comparison.aligned.tokens.length);
  });

  it('restores the comparison after a reload of the window', async function () {
    const { ctx } = fixture.api;
    const { extensionUri } = ctx.extension;
    const history = new HistoryStore(ctx.extension);
    const reloaded = new PanelController({ ...ctx, extensionUri, history });
    const tab = vscode.window.createWebviewPanel(panelViewType, 'Reloaded', { viewColumn: 1 });
    await reloaded.deserializeWebviewPanel(tab, { id: comparison.id });
    const { aligned, plain } = reloaded.comparison!;
    assert.deepEqual(aligned.done, comparison.aligned.done);
    assert.deepEqual(plain.tokens, comparison.plain.tokens);
    assert.equal(reloaded.state.history[0]?.id, comparison.id);
    reloaded.dispose();
  });

  it('plots the reward against α with progress, and stops on request', async function () {
    const { engine } = fixture.api.ctx;
    const prompt = { text: draft };
    const options = { reward: 'concision', k: 2, rollout: 2, maxTokens: 3 };
    const seen: Sweep[] = [];
    const { signal } = new AbortController();
    await runSweep(engine, prompt, options, [2, 0.5], (sweep) => seen.push(sweep), signal);
    const points = seen.map(({ points: { length } }) => length);
    assert.deepEqual(points, [0, 1, 2, 2]);
    assert.deepEqual(
      seen.at(-1)!.points.map(({ alpha }) => alpha),
      [0.5, 2],
    );
    assert.notEqual(seen.at(-1)!.plainReward, null);
    const stop = new AbortController();
    const stopped: Sweep[] = [];
    const onChange = (sweep: Sweep): void => {
      stopped.push(sweep);
      if (sweep.points.length === 1) stop.abort();
    };
    await runSweep(engine, prompt, options, [0.5, 1, 2], onChange, stop.signal);
    assert.equal(stopped.at(-1)!.points.length, 1);
    assert.equal(stopped.at(-1)!.running, false);
  });

  it('opens a diff of the two texts', async function () {
    await fixture.api.ctx.panel.actions.run({ type: 'openDiff' }, comparison, undefined);
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab!;
    assert.ok(input instanceof vscode.TabInputTextDiff);
  });

  it('explains a token of the aligned text', async function () {
    await vscode.commands.executeCommand('tqstar.explainToken');
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isPanel).length, 1);
  });

  it('explains the token at the cursor in the inserted aligned text', async function () {
    const inserted = await openText('Start: ');
    inserted.selection = new vscode.Selection(0, 7, 0, 7);
    const { panel } = fixture.api.ctx;
    await panel.actions.run({ type: 'insert', stream: 'aligned' }, comparison, undefined);
    const [first, second] = comparison.aligned.tokens;
    const cursor = 7 + first!.text.length + Math.floor(second!.text.length / 2);
    inserted.selection = new vscode.Selection(
      inserted.document.positionAt(cursor),
      inserted.document.positionAt(cursor),
    );
    const { inspect } = panel;
    const asked: number[] = [];
    panel.inspect = (index) => {
      asked.push(index);
      inspect.call(panel, index);
    };
    await vscode.commands.executeCommand('tqstar.explainToken');
    panel.inspect = inspect;
    assert.deepEqual(asked, [1]);
  });

  it('refuses to insert when no editor is open', async function () {
    await closeEditors();
    const insert = fixture.api.ctx.panel.actions.run(
      { type: 'insert', stream: 'aligned' },
      comparison,
      undefined,
    );
    await assert.rejects(insert, /No text editor is open/u);
  });
});

function isPanel({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.includes('tqstar');
}

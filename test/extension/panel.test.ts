import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import type { Comparison } from '../../src/protocol/panel.ts';
import { activated, closeEditors, openText, setSettings } from './extension-api.ts';

const draft = 'The parts are late because the supplier has no steel.';

describe('Compare and the panel', function () {
  let api: ExtensionApi;
  let comparison: Comparison;
  let editor: vscode.TextEditor;

  before(async function () {
    api = await activated();
    await setSettings({ maxTokens: 10, k: 4, rolloutLength: 4 });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    editor = await openText(`Before.\n${draft}\nAfter.`);
    editor.selection = new vscode.Selection(1, 0, 1, draft.length);
    comparison = await vscode.commands.executeCommand('tqstar.compare');
  });

  after(async function () {
    await setSettings({ maxTokens: undefined, k: undefined, rolloutLength: undefined });
    await closeEditors();
  });

  it('compares rewrites of the selected text', function () {
    assert.equal(comparison.instruction, draft);
    assert.equal(comparison.replaces, true);
  });

  it('keeps the comparison in the history of the workspace', async function () {
    const [entry] = api.ctx.panel.state.history;
    assert.equal(entry?.id, comparison.id);
    assert.equal(entry.alignedReward, comparison.aligned.done!.reward);
  });

  it('copies a text', async function () {
    await api.ctx.panel.actions.run({ type: 'copy', stream: 'plain' }, comparison, undefined);
    assert.equal(await vscode.env.clipboard.readText(), comparison.plain.done!.text);
  });

  it('does not replace a selection that was changed meanwhile', async function () {
    const range = new vscode.Range(1, 0, 1, draft.length);
    const replaces = { uri: editor.document.uri, range, text: 'something else' };
    const request = { prompt: { text: draft }, options: {}, reward: '', replaces };
    const action = { type: 'replace', stream: 'aligned' } as const;
    await assert.rejects(api.ctx.panel.actions.run(action, comparison, request), /not replaced/u);
    assert.match(editor.document.getText(), /The parts are late/u);
  });

  it('replaces the selected text', async function () {
    const range = new vscode.Range(1, 0, 1, draft.length);
    const replaces = { uri: editor.document.uri, range, text: draft };
    const request = { prompt: { text: draft }, options: {}, reward: '', replaces };
    await api.ctx.panel.actions.run({ type: 'replace', stream: 'aligned' }, comparison, request);
    assert.equal(editor.document.getText(), `Before.\n${comparison.aligned.done!.text}\nAfter.`);
  });

  it('exports a comparison as Markdown and as JSON', async function () {
    await api.ctx.panel.actions.run({ type: 'export', format: 'markdown' }, comparison, undefined);
    const markdown = vscode.window.activeTextEditor!.document;
    assert.equal(markdown.languageId, 'markdown');
    assert.match(markdown.getText(), /\| reward \| \d\.\d{4} \| \d\.\d{4} \|/u);
    await api.ctx.panel.actions.run({ type: 'export', format: 'json' }, comparison, undefined);
    const json = JSON.parse(vscode.window.activeTextEditor!.document.getText()) as Comparison;
    assert.equal(json.aligned.tokens.length, comparison.aligned.tokens.length);
  });

  it('opens the difference of the two texts', async function () {
    await api.ctx.panel.actions.run({ type: 'openDiff' }, comparison, undefined);
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab!;
    assert.ok(input instanceof vscode.TabInputTextDiff);
  });

  it('explains a token of the aligned text', async function () {
    await vscode.commands.executeCommand('tqstar.explainToken');
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isPanel).length, 1);
  });

  it('says why nothing can be inserted when no editor is open', async function () {
    await closeEditors();
    const insert = api.ctx.panel.actions.run(
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

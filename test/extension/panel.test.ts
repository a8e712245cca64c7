import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ActionResult } from '../../src/extension/panel/panel-actions.ts';
import { HistoryStore } from '../../src/extension/panel/history-store.ts';
import { PanelController } from '../../src/extension/panel/panel-controller.ts';
import { runSweep } from '../../src/extension/panel/reward-sweep.ts';
import type { Comparison, Sweep } from '../../src/webview/panel/messages.ts';
import { closeEditors, openText, quick, until, useExtension } from './extension-api.ts';
import { fakeWebview, type FakeWebview } from './fake-webview.ts';

const draft = 'The parts are late because the supplier has no steel before 29 May.';

describe('Compare and the panel', function () {
  const fixture = useExtension(quick, { keepEditors: true });
  let comparison: Comparison;
  let editor: vscode.TextEditor;
  /** The last question of a dialog, and the answer to it. */
  let asked = '';
  let answer = false;

  before(async function () {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    editor = await openText(`Before.\n${draft}\nAfter.`);
    editor.selection = new vscode.Selection(1, 0, 1, draft.length);
    comparison = await vscode.commands.executeCommand('tqstar.compare');
    fixture.api.ctx.messages.confirm = (text, detail) => {
      asked = `${text} ${detail}`;
      return Promise.resolve(answer);
    };
  });

  after(function () {
    Reflect.deleteProperty(fixture.api.ctx.messages, 'confirm');
  });

  function replace(shown: Comparison, agreed: boolean): Promise<ActionResult> {
    answer = agreed;
    const { actions } = fixture.api.ctx.panel;
    return actions.run({ type: 'replace', stream: 'aligned' }, shown);
  }

  it('compares rewrites of the selected text', function () {
    assert.match(comparison.instruction, /^Rewrite the text so that it is clear/u);
    assert.equal(comparison.draft, draft);
    assert.deepEqual(comparison.replaces, { uri: uriOf(editor), start: 8, text: draft });
  });

  it('compares the facts of both texts with those of the draft', function () {
    for (const { review } of [comparison.aligned, comparison.plain]) {
      assert.equal(review?.draftLanguage, 'en');
      assert.ok(review.facts!.missing.includes('29 May'));
    }
  });

  it('keeps the comparison in the history of the workspace', async function () {
    const [entry] = fixture.api.ctx.panel.state.history;
    assert.equal(entry?.id, comparison.id);
    assert.equal(entry.alignedReward, comparison.aligned.done!.reward);
  });

  it('copies a text', async function () {
    await fixture.api.ctx.panel.actions.run({ type: 'copy', stream: 'plain' }, comparison);
    assert.equal(await vscode.env.clipboard.readText(), comparison.plain.done!.text);
  });

  it('does not replace a selection that has changed', async function () {
    const replaces = { uri: uriOf(editor), start: 8, text: 'something else' };
    await assert.rejects(replace({ ...comparison, replaces }, true), /not replaced/u);
    assert.match(editor.document.getText(), /The parts are late/u);
  });

  it('asks before it replaces a draft with a text that is cut off or lost facts', async function () {
    const result = await replace(comparison, false);
    assert.deepEqual(result, { notice: '' });
    assert.match(asked, /cut off.*lost facts of the draft: .*29 May/u);
    assert.match(editor.document.getText(), /The parts are late/u);
  });

  it('replaces the selected text, also where it moved to', async function () {
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'New first line.\n');
    });
    const { replaces } = await replace(comparison, true);
    const { text } = comparison.aligned.done!;
    assert.equal(editor.document.getText(), `New first line.\nBefore.\n${text}\nAfter.`);
    assert.deepEqual(replaces, { uri: uriOf(editor), start: 24, text });
    const whole = new vscode.WorkspaceEdit();
    const { uri } = editor.document;
    whole.replace(uri, new vscode.Range(0, 0, 9, 0), `Moved.\nBefore.\n${draft}\nAfter.`);
    assert.ok(await vscode.workspace.applyEdit(whole));
  });

  it('exports a comparison as Markdown and as JSON', async function () {
    await fixture.api.ctx.panel.actions.run({ type: 'export', format: 'markdown' }, comparison);
    const markdown = vscode.window.activeTextEditor!.document;
    assert.equal(markdown.languageId, 'markdown');
    assert.match(markdown.getText(), /\| reward \| \d\.\d{4} \| \d\.\d{4} \|/u);
    await fixture.api.ctx.panel.actions.run({ type: 'export', format: 'json' }, comparison);
    const json = JSON.parse(vscode.window.activeTextEditor!.document.getText()) as Comparison;
    assert.equal(json.aligned.tokens.length, comparison.aligned.tokens.length);
  });

  describe('after a reload of the window', function () {
    let reloaded: PanelController;
    let page: FakeWebview;

    before(async function () {
      const { ctx } = fixture.api;
      const { extensionUri } = ctx.extension;
      const history = new HistoryStore(ctx.extension);
      reloaded = new PanelController({ ...ctx, extensionUri, history });
      page = fakeWebview();
      await reloaded.deserializeWebviewPanel(page.panel, { id: comparison.id });
      page.send({ type: 'ready' });
    });

    after(function () {
      reloaded.dispose();
    });

    it('shows the comparison with its draft and what it can replace', function () {
      const { aligned, plain, replaces } = reloaded.comparison!;
      assert.deepEqual(aligned, comparison.aligned);
      assert.deepEqual(plain.tokens, comparison.plain.tokens);
      assert.deepEqual(replaces, comparison.replaces);
      assert.equal(reloaded.state.history[0]?.id, comparison.id);
    });

    it('says what an action did, and why one was refused', async function () {
      page.send({ type: 'copy', stream: 'plain' });
      await noticed(/^Copied$/u);
    });

    it('runs a rewrite again as a rewrite, with the same or another instruction', async function () {
      for (const instruction of [comparison.instruction, 'Say it in French']) {
        const last = reloaded.comparison!.id;
        page.send({ type: 'run', instruction, alpha: 0.5, k: 2 });
        await until(() => reloaded.comparison!.id !== last);
        await until(() => reloaded.comparison!.phase === 'done');
        assert.equal(reloaded.comparison!.instruction, instruction);
        assert.equal(reloaded.comparison!.draft, draft);
        assert.deepEqual(reloaded.comparison!.replaces, comparison.replaces);
      }
    });

    it('replaces with one text after the other, and a comparison of the history too', async function () {
      answer = true;
      page.send({ type: 'openHistory', id: comparison.id });
      await until(() => reloaded.comparison?.id === comparison.id);
      for (const stream of ['aligned', 'plain'] as const) {
        page.send({ type: 'replace', stream });
        await until(() => reloaded.comparison!.replaces!.text === textIn(stream));
        assert.ok(editor.document.getText().includes(`Before.\n${textIn(stream)}\nAfter.`));
      }
    });

    it('opens the text of a point of the plot', async function () {
      page.send({ type: 'sweep', alphas: [0.5, 2] });
      await until(() => reloaded.state.sweep?.running === false);
      const [, point] = reloaded.state.sweep!.points;
      page.send({ type: 'openPoint', index: 1 });
      await until(() => vscode.window.activeTextEditor?.document.uri.scheme === 'tqstar-text');
      const { document } = vscode.window.activeTextEditor!;
      assert.equal(document.getText(), point!.text);
      assert.match(document.uri.path, /α = 2/u);
    });

    it('refuses to insert when no editor is open', async function () {
      await closeEditors();
      const insert = fixture.api.ctx.panel.actions.run(
        { type: 'insert', stream: 'aligned' },
        comparison,
      );
      await assert.rejects(insert, /No text editor is open/u);
    });

    async function noticed(pattern: RegExp): Promise<void> {
      await until(() => page.received.some((m) => m.type === 'notice' && pattern.test(m.text)));
    }

    function textIn(stream: 'aligned' | 'plain'): string {
      return comparison[stream].done!.text;
    }
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
    await fixture.api.ctx.panel.actions.run({ type: 'openDiff' }, comparison);
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
    await panel.actions.run({ type: 'insert', stream: 'aligned' }, comparison);
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
});

function uriOf({ document }: vscode.TextEditor): string {
  return document.uri.toString();
}

function isPanel({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.includes('tqstar');
}

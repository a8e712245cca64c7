import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { EvaluationPanel } from '../../src/extension/evaluation/evaluation-panel.ts';
import { EvaluationPanels } from '../../src/extension/evaluation/evaluation-panels.ts';
import { nextMessage, until, useExtension } from './extension-api.ts';

const evaluation = join(__dirname, '../../../test/fixtures/evaluation-report');

describe('Show Evaluation', function () {
  const fixture = useExtension();
  const root = vscode.workspace.workspaceFolders![0]!.uri;
  const runs = vscode.Uri.joinPath(root, 'runs');
  /** A new folder for each test: watchers can miss one that is deleted and created again. */
  let folder: vscode.Uri;
  let tests = 0;
  const name = (): string => vscode.workspace.asRelativePath(folder);
  const at = (path: string): string => vscode.Uri.joinPath(folder, path).fsPath;

  before(function () {
    mkdirSync(runs.fsPath);
  });

  beforeEach(function () {
    tests += 1;
    folder = vscode.Uri.joinPath(runs, `clear-${tests}`);
    cpSync(evaluation, folder.fsPath, { recursive: true });
  });

  afterEach(function () {
    rmSync(folder.fsPath, { recursive: true });
  });

  after(function () {
    rmSync(runs.fsPath, { recursive: true });
  });

  async function show(uri?: vscode.Uri): Promise<EvaluationPanel> {
    const panel = await vscode.commands.executeCommand<EvaluationPanel | undefined>(
      'tqstar.showEvaluation',
      uri,
    );
    assert.ok(panel);
    return panel;
  }

  /** The message that refuses a folder. */
  async function refusal(uri: vscode.Uri): Promise<string> {
    const shown = nextMessage(fixture, /./u);
    await vscode.commands.executeCommand('tqstar.showEvaluation', uri);
    assert.deepEqual(openPanels(), []);
    return (await shown).text;
  }

  it('opens a folder, or its report.json, in one panel with its title', async function () {
    const panel = await show(folder);

    assert.ok('report' in panel.state);
    assert.equal(panel.state.drawings.filter((drawing) => 'svg' in drawing).length, 6);
    assert.equal(await show(vscode.Uri.joinPath(folder, 'report.json')), panel);
    await until(() => openPanels().length > 0);
    assert.deepEqual(openPanels(), ['Evaluation: Clear writing']);
  });

  it('lists the evaluations of the workspace, and no report.json of another program', async function () {
    const other = vscode.Uri.joinPath(runs, 'coverage').fsPath;
    mkdirSync(other);
    writeFileSync(join(other, 'report.json'), '{"lines": 100}');
    const found = await fixture.api.ctx.evaluationFolders.find();

    assert.deepEqual(
      found.map(({ folder: uri, title }) => [uri.fsPath, title]),
      [[folder.fsPath, 'Evaluation: Clear writing']],
    );
  });

  it('asks for the folder when none is given', async function () {
    const shown = vscode.commands.executeCommand('tqstar.showEvaluation');
    await until(() => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return openPanels().length > 0;
    });
    await shown;
    assert.deepEqual(openPanels(), ['Evaluation: Clear writing']);
  });

  it('updates when the report changes', async function () {
    const panel = await show(folder);
    const text = readFileSync(at('report.json'), 'utf8');
    // The way an evaluation writes it.
    writeFileSync(at('report.json.new'), text.replace('Evaluation: Clear', 'Again: Clear'));
    renameSync(at('report.json.new'), at('report.json'));
    await until(() => 'report' in panel.state && panel.state.report.title.includes('Again'));
    writeFileSync(at('report.json'), '{');
    await until(() => 'problem' in panel.state);

    assert.deepEqual(panel.state, { problem: `${name()}/report.json is not valid JSON.` });
  });

  it('opens the CSV of a table of the report, but no other file', async function () {
    const panel = await show(folder);
    await panel.openTable('../../letter');
    await panel.openTable('rewards');
    await until(() => vscode.window.activeTextEditor !== undefined);

    assert.equal(vscode.window.activeTextEditor!.document.fileName, at('rewards.csv'));
  });

  it('shows a sentence for each figure that cannot be drawn', async function () {
    rmSync(at('figures/rewards.svg'));
    writeFileSync(at('figures/cost.svg'), '<html></html>');
    const { state } = await show(folder);

    assert.ok('drawings' in state);
    const problems = state.drawings.filter((drawing) => 'problem' in drawing);
    assert.deepEqual(problems, [
      { id: 'rewards', problem: `The file ${name()}/figures/rewards.svg does not exist.` },
      {
        id: 'cost',
        problem: `${name()}/figures/cost.svg is not a drawing of an evaluation (the element <html> is not allowed).`,
      },
    ]);
  });

  it('refuses a folder without a report, and names the missing file', async function () {
    rmSync(at('report.json'));

    assert.match(
      await refusal(folder),
      /^runs\/clear-\d+ is not a finished evaluation: .*report\.json/u,
    );
    assert.match(
      await refusal(vscode.Uri.joinPath(root, 'nowhere')),
      /^nowhere is not a finished/u,
    );
  });

  it('shows no link of a hostile folder name', async function () {
    const hostile = vscode.Uri.joinPath(runs, '[x](command:tqstar.stop)');
    assert.match(
      await refusal(hostile),
      /^runs\/\[x\]\u2060\(command:tqstar\.stop\) is not a finished evaluation/u,
    );
  });

  it('refuses a report that is malformed or too large', async function () {
    writeFileSync(at('report.json'), '{"format": "tqstar-report-9"}');
    assert.match(await refusal(folder), /is not an evaluation report \(format: [^\n]+\)\.$/u);
    truncateSync(at('report.json'), 3_000_000_000);
    assert.equal(await refusal(folder), `${name()}/report.json is larger than 4 MB, the limit.`);
  });

  it('restores the report after a reload of the window', async function () {
    const { extension, messages } = fixture.api.ctx;
    const panels = new EvaluationPanels({ extensionUri: extension.extensionUri, messages });
    const tab = vscode.window.createWebviewPanel('tqstar.evaluation', 'Reloaded', 1);
    await panels.deserializeWebviewPanel(tab, { folder: folder.toString() });

    assert.equal(tab.title, 'Evaluation: Clear writing');
    const unknown = vscode.window.createWebviewPanel('tqstar.evaluation', 'Reloaded', 1);
    await panels.deserializeWebviewPanel(unknown, undefined);
    await until(() => openPanels().length === 1);
    panels.dispose();
  });
});

/** Titles of the tabs that show a report. */
function openPanels(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputWebview && input.viewType.includes('tqstar.evaluation'),
    )
    .map(({ label }) => label);
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import type { Comparison } from '../../src/webview/panel/messages.ts';
import {
  nextMessage,
  openText,
  quick,
  setSettings,
  until,
  useExtension,
  writeFile,
} from './extension-api.ts';
import { ScriptedEngine } from './rewriting.ts';

interface Contribution {
  readonly commands: readonly { readonly command: string; readonly icon: string }[];
}

describe('Commands', function () {
  const fixture = useExtension(quick);

  it('are all registered and have icons', async function () {
    const { ctx } = fixture.api;
    const { contributes } = ctx.extension.extension.packageJSON as { contributes: Contribution };
    const registered = await vscode.commands.getCommands(true);
    for (const { command, icon } of contributes.commands) {
      assert.ok(registered.includes(command), command);
      assert.match(icon, /^\$\(/u);
    }
  });

  it('appear as code actions for a selection', async function () {
    const { document } = await openText('Some text to rewrite.');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, 0, 9),
    );
    const titles = actions.map(({ title }) => title);
    assert.ok(titles.includes('Rewrite: Friendlier'), titles.join());
  });

  it('offer own presets as code actions, which replace built-in ones by id', async function () {
    const instruction = 'Rewrite the text as a release note';
    const presets = [
      { id: 'shorter', title: 'Very short', instruction },
      { id: 'note', title: 'Release note', instruction },
    ];
    await setSettings({ presets });
    const { document } = await openText('Some text to rewrite.');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, 0, 9),
    );
    await setSettings({ presets: undefined });
    const titles = actions.map(({ title }) => title);
    assert.ok(titles.includes('Rewrite: Release note'), titles.join());
    assert.ok(titles.includes('Rewrite: Very short'), titles.join());
    assert.ok(!titles.includes('Rewrite: Shorter'), titles.join());
  });

  it('report that no git repository is open for a commit message', async function () {
    const shown = nextMessage(fixture, /No git repository is open/u);
    await vscode.commands.executeCommand('tqstar.rewriteCommitMessage', { instruction: 'Shorter' });
    await shown;
  });

  it('rewrite the commit message after the person confirms', async function () {
    const { inputBox } = await openRepository();
    const draft = 'Use a cache due to the fact that the parser is slow';
    const scripted = new ScriptedEngine(fixture);
    scripted.answer = () => 'Use a cache because the parser is slow';
    inputBox.value = draft;
    const rewritten = vscode.commands.executeCommand('tqstar.rewriteCommitMessage', {
      instruction: 'Rewrite the text so that it says the same in fewer words',
    });
    await until(() => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return inputBox.value !== draft;
    });
    await rewritten;
    scripted.restore();
    assert.equal(inputBox.value, 'Use a cache because the parser is slow');
    assert.equal(scripted.requests[0]?.document.language, 'git-commit');
    await vscode.workspace.getConfiguration('git').update('enabled', undefined, true);
  });

  for (const [command, setting] of [
    ['selectBaselinePolicy', 'baselinePolicy'],
    ['selectReferencePolicy', 'referencePolicy'],
  ] as const) {
    it(`set the ${setting} to a given id`, async function () {
      const model = 'smollm2-135m-instruct';
      await vscode.commands.executeCommand(`tqstar.${command}`, { model });
      assert.equal(fixture.api.ctx.settings.get(setting), model);
      await setSettings({ [setting]: undefined });
    });
  }

  it('compare answers to an instruction when nothing is selected', async function () {
    await openText('');
    const instruction = 'Write a word.';
    const comparison = await vscode.commands.executeCommand<Comparison>('tqstar.compare', {
      instruction,
    });
    assert.equal(comparison.phase, 'done');
    assert.equal(comparison.instruction, instruction);
  });

  it('show the log', async function () {
    await vscode.commands.executeCommand('tqstar.showLog');
    await until(() => vscode.window.visibleTextEditors.some(isLog));
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('stop when nothing runs, and unload when nothing is loaded', async function () {
    await vscode.commands.executeCommand('tqstar.stop');
    await fixture.api.ctx.engine.stop();
    const shown = nextMessage(fixture, /No model is loaded/u);
    await vscode.commands.executeCommand('tqstar.unloadModels');
    await shown;
  });
});

function isLog({ document }: vscode.TextEditor): boolean {
  return document.uri.scheme === 'output' && /Transfer|transfer/u.test(document.uri.path);
}

interface Repository {
  readonly inputBox: { value: string };
}
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): {
    readonly repositories: readonly Repository[];
    openRepository(root: vscode.Uri): Promise<Repository | null>;
  };
}

async function openRepository(): Promise<Repository> {
  const root = vscode.workspace.workspaceFolders![0]!.uri;
  execFileSync('git', ['init', '--quiet', root.fsPath]);
  await vscode.workspace.getConfiguration('git').update('enabled', true, true);
  const git = await vscode.extensions.getExtension<GitExtension>('vscode.git')!.activate();
  await until(() => git.enabled);
  const repository = await git.getAPI(1).openRepository(root);
  return repository ?? git.getAPI(1).repositories[0]!;
}

describe('Rewards in settings files', function () {
  useExtension();

  it('are marked when an id is built-in or duplicate, or a sum contains itself', async function () {
    const rewards = [
      { id: 'readability', type: 'style-guide', avoid: [], prefer: [] },
      { id: 'mine', type: 'sum', parts: [{ reward: 'mine', weight: 1 }] },
      { id: 'mine', type: 'style-guide', avoid: [], prefer: [] },
    ];
    const text = JSON.stringify({ 'tqstar.rewards': rewards }, null, 2);
    const uri = await writeFile('sample/settings.json', text);
    const document = await vscode.workspace.openTextDocument(uri);
    const found = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Transfer Q⋆');
    await until(() => found().length === 3);
    const places = found().map(({ range, message }) => `${document.getText(range)} ${message}`);
    assert.match(
      places.join('\n'),
      /"readability" The id "readability" belongs to a built-in reward/u,
    );
    assert.match(places.join('\n'), /"mine" The reward "mine" cannot be a part of itself/u);
    assert.match(places.join('\n'), /"mine" The id "mine" is used twice/u);
  });
});

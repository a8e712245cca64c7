import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import {
  activated,
  closeEditors,
  nextMessage,
  openText,
  setSettings,
  until,
} from './extension-api.ts';

interface Contribution {
  readonly commands: readonly { readonly command: string; readonly icon: string }[];
}

describe('Commands', function () {
  afterEach(closeEditors);

  it('are all there, each with an icon', async function () {
    const { ctx } = await activated();
    const { contributes } = ctx.extension.extension.packageJSON as { contributes: Contribution };
    const registered = await vscode.commands.getCommands(true);
    for (const { command, icon } of contributes.commands) {
      assert.ok(registered.includes(command), command);
      assert.match(icon, /^\$\(/u);
    }
  });

  it('are offered as code actions of a selection', async function () {
    const { document } = await openText('Some text to rewrite.');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, 0, 9),
    );
    const titles = actions.map(({ title }) => title);
    assert.ok(titles.includes('Rewrite: Friendlier'), titles.join());
  });

  it('say so when there is no git repository for a commit message', async function () {
    const told = nextMessage(await activated(), /no git repository/u);
    await vscode.commands.executeCommand('tqstar.rewriteCommitMessage', { instruction: 'Shorter' });
    await told;
  });

  it('rewrite the commit message once the person says so', async function () {
    const { inputBox } = await openRepository();
    await setSettings({ maxTokens: 10, k: 4, rolloutLength: 4 });
    inputBox.value = 'fix the thing that was broken';
    const rewritten = vscode.commands.executeCommand('tqstar.rewriteCommitMessage', {
      instruction: 'Make it formal',
    });
    await until(() => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return inputBox.value !== 'fix the thing that was broken';
    });
    await rewritten;
    assert.notEqual(inputBox.value, '');
    await setSettings({ maxTokens: undefined, k: undefined, rolloutLength: undefined });
    await vscode.workspace.getConfiguration('git').update('enabled', undefined, true);
  });

  it('choose policies by their id', async function () {
    const { ctx } = await activated();
    const model = 'smollm2-135m-instruct';
    await vscode.commands.executeCommand('tqstar.selectBaselinePolicy', { model });
    assert.equal(ctx.settings.get('baselinePolicy'), model);
    await vscode.workspace.getConfiguration('tqstar').update('baselinePolicy', undefined, true);
  });
});

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

describe('Own rewards in settings files', function () {
  afterEach(closeEditors);

  it('are marked where an id is taken or given twice, or a sum names itself', async function () {
    const rewards = [
      { id: 'readability', type: 'style-guide', avoid: [], prefer: [] },
      { id: 'mine', type: 'sum', parts: [{ reward: 'mine', weight: 1 }] },
      { id: 'mine', type: 'style-guide', avoid: [], prefer: [] },
    ];
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(folder, 'sample', 'settings.json');
    const text = JSON.stringify({ 'tqstar.rewards': rewards }, null, 2);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    const document = await vscode.workspace.openTextDocument(uri);
    const found = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Transfer Q⋆');
    await until(() => found().length === 3);
    const places = found().map(({ range, message }) => `${document.getText(range)} ${message}`);
    assert.match(places.join('\n'), /"readability" "readability" is the id of a reward/u);
    assert.match(places.join('\n'), /"mine" The reward "mine" cannot be a part of itself/u);
    assert.match(places.join('\n'), /"mine" The id "mine" is given twice/u);
  });
});

import * as vscode from 'vscode';
import { requests, type ModelEntry } from '../../protocol/requests.ts';
import type { Ctx } from '../context.ts';
import { megabytes } from './run-diagnosis.ts';

type PolicyItem = vscode.QuickPickItem & { readonly id: string | undefined };
type PolicySetting = 'baselinePolicy' | 'referencePolicy';

/** Chooses the policy whose words are aligned. */
export function selectBaselinePolicy(ctx: Ctx, given?: { model?: string }): Promise<void> {
  return selectPolicy(ctx, 'baselinePolicy', given?.model);
}

/** Chooses the policy that plain text comes from and the KL is measured to. */
export function selectReferencePolicy(ctx: Ctx, given?: { model?: string }): Promise<void> {
  return selectPolicy(ctx, 'referencePolicy', given?.model);
}

async function selectPolicy(ctx: Ctx, setting: PolicySetting, given?: string): Promise<void> {
  const model = given ?? (await pickPolicy(ctx, setting));
  if (model === undefined) return;
  await ctx.settings.set(setting, model, ctx.editor.document);
}

async function pickPolicy(ctx: Ctx, setting: PolicySetting): Promise<string | undefined> {
  const baseline = setting === 'baselinePolicy';
  const picked = await vscode.window.showQuickPick(policyItems(ctx, baseline), {
    title: baseline ? vscode.l10n.t('Baseline Policy') : vscode.l10n.t('Reference Policy'),
    placeHolder: baseline
      ? vscode.l10n.t('The model whose words are aligned')
      : vscode.l10n.t('The model that plain text comes from'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked) return undefined;
  return picked.id ?? (await askForFile());
}

async function policyItems(ctx: Ctx, baseline: boolean): Promise<PolicyItem[]> {
  const models = await ctx.engine.query(requests.listModels, {});
  const policies = models.filter(({ kind }) =>
    baseline ? /language-model|policy-adapter/u.test(kind) : kind === 'language-model',
  );
  const same: PolicyItem = {
    id: '',
    label: vscode.l10n.t('The reference policy'),
    description: vscode.l10n.t('no other baseline'),
  };
  const file: PolicyItem = {
    id: undefined,
    label: vscode.l10n.t('A model file or folder…'),
    description: vscode.l10n.t('GGUF, safetensors or an adapter'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
  return [...(baseline ? [same] : []), ...policies.map(describeModel), file];
}

function describeModel({
  id,
  title,
  licence,
  source,
  bytes,
  problem,
  loaded,
  alignment,
}: ModelEntry): PolicyItem {
  const place = loaded ? vscode.l10n.t('in memory') : vscode.l10n.t('on disk');
  return {
    id,
    label: title,
    description: [megabytes(bytes), licence, problem === '' ? place : problem].join(' · '),
    detail: alignment
      ? vscode.l10n.t('aligned to {0} (β {1}); {2}', alignment.reward, alignment.beta, source)
      : source,
    iconPath: new vscode.ThemeIcon(problem === '' ? 'hubot' : 'warning'),
  };
}

async function askForFile(): Promise<string | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Model file or folder'),
      canSelectFiles: true,
      canSelectFolders: true,
    })) ?? [];
  return file?.fsPath;
}

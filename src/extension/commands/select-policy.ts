import * as vscode from 'vscode';
import { requests, type ModelEntry } from '../../protocol/requests.ts';
import type { Ctx } from '../context.ts';
import { pickItem } from '../editor-messages.ts';
import { askForLocalModel, localModelItem } from '../models/ask-for-model.ts';
import { canBeBaseline, iconOf, summaryOf } from '../models/model-facts.ts';

type PolicyItem = vscode.QuickPickItem & { readonly id: string | undefined };
type PolicySetting = 'baselinePolicy' | 'referencePolicy';

/** Chooses the policy that the reward steers. */
export function selectBaselinePolicy(ctx: Ctx, given?: { model?: string }): Promise<void> {
  return selectPolicy(ctx, 'baselinePolicy', given?.model);
}

/** Chooses the policy that writes the plain text, and to which the KL is measured. */
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
  const picked = await pickItem(policyItems(ctx, baseline), {
    title: baseline ? vscode.l10n.t('Baseline Policy') : vscode.l10n.t('Reference Policy'),
    placeHolder: baseline
      ? vscode.l10n.t('The model that the reward steers')
      : vscode.l10n.t('The model that writes the plain text'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked) return undefined;
  return picked.id ?? askForLocalModel();
}

async function policyItems(ctx: Ctx, baseline: boolean): Promise<PolicyItem[]> {
  const models = await ctx.engine.query(requests.listModels, {});
  const policies = models.filter((model) =>
    baseline ? canBeBaseline(model) : model.kind === 'language-model',
  );
  const same: PolicyItem = {
    id: '',
    label: vscode.l10n.t('The reference policy'),
    description: vscode.l10n.t('no separate baseline'),
  };
  const file: PolicyItem = { ...localModelItem(), id: undefined };
  return [...(baseline ? [same] : []), ...policies.map(describeModel), file];
}

function describeModel(model: ModelEntry): PolicyItem {
  const { id, title, source, alignment } = model;
  return {
    id,
    label: title,
    description: summaryOf(model),
    detail: alignment
      ? vscode.l10n.t('aligned with {0} (β {1}); {2}', alignment.reward, alignment.beta, source)
      : source,
    iconPath: iconOf(model),
  };
}

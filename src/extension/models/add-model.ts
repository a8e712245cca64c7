import * as vscode from 'vscode';
import { formatBytes } from '../../protocol/units.ts';
import { requests } from '../../protocol/requests.ts';
import type { ModelEntry, ModelPlan } from '../../protocol/store.ts';
import type { Ctx } from '../context.ts';
import { pickItem } from '../editor-messages.ts';
import { canBeBaseline, describePlan } from './model-facts.ts';
import { withModelProgress } from './model-progress.ts';
import { networkOptions } from './network-options.ts';

/**
 * Adds a model from a hub or a path, after the person has seen its size, licence and memory.
 * @returns undefined when the person cancels
 */
export async function addModel(ctx: Ctx, source: string): Promise<ModelEntry | undefined> {
  const network = networkOptions();
  const base = ctx.settings.get('adapterBase', undefined).trim();
  const asked = { source, network, ...(base !== '' && { base }) };
  const inspect = (file?: string): Promise<ModelPlan> =>
    withModelProgress(ctx, vscode.l10n.t('Inspecting {0}', source), (onEvent, signal) => {
      const params = { ...asked, ...(file !== undefined && { file }) };
      return ctx.engine.runInBackground(requests.planModel, params, onEvent, signal);
    });
  let plan = await inspect();
  let file: string | undefined;
  if (plan.choices.length > 0) {
    file = await chooseFile(plan);
    if (file === undefined) return undefined;
    plan = await inspect(file);
  }
  if (!(await confirm(plan))) return undefined;
  const title = vscode.l10n.t('Adding {0}', plan.id);
  const added = await withModelProgress(ctx, title, (onEvent, signal) => {
    const params = { ...asked, ...(file !== undefined && { file }) };
    return ctx.engine.runInBackground(requests.addModel, params, onEvent, signal);
  });
  const use = { command: 'tqstar.selectBaselinePolicy', argument: { model: added.id } };
  const actions = canBeBaseline(added)
    ? [{ title: vscode.l10n.t('Use as Baseline Policy'), ...use }]
    : [];
  void ctx.messages.show('info', vscode.l10n.t('{0} was added.', added.id), actions);
  return added;
}

async function chooseFile({ id, choices }: ModelPlan): Promise<string | undefined> {
  const items = choices.map(({ path, bytes }) => ({
    label: path,
    description: formatBytes(bytes),
  }));
  const picked = await pickItem(items, {
    title: id,
    placeHolder: vscode.l10n.t('Choose a GGUF file. Smaller files are less accurate.'),
  });
  return picked?.label;
}

async function confirm(plan: ModelPlan): Promise<boolean> {
  const yes = vscode.l10n.t('Add {0}', plan.id);
  const [facts = '', ...more] = describePlan(plan);
  const items: vscode.QuickPickItem[] = [
    {
      label: yes,
      description: formatBytes(plan.bytes),
      detail: facts,
      iconPath: icon('cloud-download'),
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...more.map((label) => ({ label, iconPath: icon('info') })),
    { label: plan.source, iconPath: icon('repo') },
  ];
  const placeHolder = vscode.l10n.t('Press Enter to add it, or Escape to cancel');
  const picked = await pickItem(items, { title: yes, placeHolder });
  return picked?.label === yes;
}

function icon(name: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name);
}

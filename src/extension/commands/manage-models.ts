import * as vscode from 'vscode';
import { requests } from '../../protocol/requests.ts';
import type { ModelEntry } from '../../protocol/store.ts';
import type { Ctx } from '../context.ts';
import { addModel, askForHubModel, askForLocalModel, withProgress } from '../models/add-model.ts';
import { describeEntry, factsText, size } from '../models/model-facts.ts';

type Action = 'details' | 'verify' | 'remove';
type Choice =
  { readonly kind: 'hub' | 'local' } | { readonly kind: Action; readonly model: ModelEntry };

interface ModelItem extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

/** Lists the models, adds, verifies and removes them; `add` names a model to begin with. */
export async function manageModels(
  ctx: Ctx,
  given?: { add?: string },
): Promise<ModelEntry | undefined> {
  if (given?.add !== undefined) return addModel(ctx, given.add);
  const choice = await pick(ctx);
  if (!choice) return undefined;
  switch (choice.kind) {
    case 'hub':
    case 'local': {
      const source = await (choice.kind === 'hub' ? askForHubModel() : askForLocalModel());
      return source === undefined ? undefined : addModel(ctx, source.trim());
    }
    case 'details':
      await showDetails(ctx, choice.model);
      return choice.model;
    case 'verify':
      await verify(ctx, choice.model.id);
      return choice.model;
    case 'remove':
      await remove(ctx, choice.model);
      return undefined;
  }
}

async function pick(ctx: Ctx): Promise<Choice | undefined> {
  const models = await ctx.engine.query(requests.listModels, {});
  const picker = vscode.window.createQuickPick<ModelItem>();
  picker.title = vscode.l10n.t('Models');
  picker.placeholder = vscode.l10n.t('Choose a model for its details');
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = [...models.map(describe), ...addItems()];
  try {
    return await new Promise<Choice | undefined>((resolve) => {
      picker.onDidAccept(() => {
        resolve(picker.selectedItems[0]?.choice);
      });
      picker.onDidTriggerItemButton(({ item: { choice }, button }) => {
        const kind = (button as ActionButton).action;
        if (choice && 'model' in choice) resolve({ ...choice, kind });
      });
      picker.onDidHide(() => {
        resolve(undefined);
      });
      picker.show();
    });
  } finally {
    picker.dispose();
  }
}

interface ActionButton extends vscode.QuickInputButton {
  readonly action: Action;
}

function describe(model: ModelEntry): ModelItem {
  const { id, bytes, licence, problem, loaded, shipped } = model;
  const place = loaded ? vscode.l10n.t('in memory') : vscode.l10n.t('on disk');
  const buttons: ActionButton[] = [
    button('details', 'info', vscode.l10n.t('Details')),
    button('verify', 'verified', vscode.l10n.t('Verify the files')),
    ...(shipped ? [] : [button('remove', 'trash', vscode.l10n.t('Remove'))]),
  ];
  return {
    label: id,
    description: [size(bytes), licence, problem === '' ? place : problem].join(' · '),
    detail: factsText(model),
    iconPath: new vscode.ThemeIcon(problem === '' ? 'hubot' : 'warning'),
    buttons,
    choice: { kind: 'details', model },
  };
}

function button(action: Action, icon: string, tooltip: string): ActionButton {
  return { action, iconPath: new vscode.ThemeIcon(icon), tooltip };
}

function addItems(): ModelItem[] {
  return [
    { label: vscode.l10n.t('Add'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('A model from a hub…'),
      description: 'owner/name',
      iconPath: new vscode.ThemeIcon('cloud-download'),
      alwaysShow: true,
      choice: { kind: 'hub' },
    },
    {
      label: vscode.l10n.t('A model file or folder…'),
      description: vscode.l10n.t('GGUF, safetensors or an adapter'),
      iconPath: new vscode.ThemeIcon('folder-opened'),
      alwaysShow: true,
      choice: { kind: 'local' },
    },
  ];
}

async function showDetails({ texts }: Ctx, model: ModelEntry): Promise<void> {
  const uri = texts.set(`models/${model.id}.md`, describeEntry(model));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

async function verify(ctx: Ctx, id: string): Promise<void> {
  const title = vscode.l10n.t('Verifying {0}', id);
  const [result] = await withProgress(ctx, title, (onEvent, signal) =>
    ctx.engine.attend(requests.verifyModels, { id }, onEvent, signal),
  );
  if (result?.problem) void ctx.messages.show('error', result.problem);
  else void ctx.messages.show('info', vscode.l10n.t('Every byte of {0} is as it was.', id));
}

async function remove(ctx: Ctx, { id, bytes }: ModelEntry): Promise<void> {
  const agreed = await ctx.messages.confirm(
    vscode.l10n.t('Remove {0}?', id),
    vscode.l10n.t('This frees {0} on the disk.', size(bytes)),
    vscode.l10n.t('Remove'),
  );
  if (!agreed) return;
  await ctx.engine.query(requests.removeModel, { id });
  void ctx.messages.show('info', vscode.l10n.t('{0} was removed.', id));
}

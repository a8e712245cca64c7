import * as vscode from 'vscode';
import { formatBytes } from '../../protocol/units.ts';
import { requests } from '../../protocol/requests.ts';
import type { ModelEntry } from '../../protocol/store.ts';
import type { Ctx } from '../context.ts';
import { Picker } from '../editor-messages.ts';
import { addModel } from '../models/add-model.ts';
import { askForHubModel, askForLocalModel, localModelItem } from '../models/ask-for-model.ts';
import { describeEntry, factsText, iconOf, summaryOf } from '../models/model-facts.ts';
import { withModelProgress } from '../models/model-progress.ts';

type Action = 'details' | 'verify' | 'remove';
type Choice =
  { readonly kind: 'hub' | 'local' } | { readonly kind: Action; readonly model: ModelEntry };

interface ModelItem extends vscode.QuickPickItem {
  readonly choice?: Choice;
  readonly buttons?: readonly ActionButton[];
}

/** Lists, adds, verifies and removes models; with `add`, adds that model without the list. */
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
  const picker = new Picker<ModelItem>({
    title: vscode.l10n.t('Models'),
    placeholder: vscode.l10n.t('Choose a model to see its details'),
    matchOnDetails: true,
  });
  picker.items = [...models.map(describe), ...addItems()];
  try {
    return await new Promise<Choice | undefined>((resolve) => {
      picker.onDidAccept(() => {
        resolve(picker.selected?.choice);
      });
      picker.onDidPress(({ choice, buttons }, index) => {
        const pressed = buttons?.[index];
        if (choice && 'model' in choice && pressed) resolve({ ...choice, kind: pressed.action });
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
  const buttons: ActionButton[] = [
    button('details', 'info', vscode.l10n.t('Details')),
    button('verify', 'verified', vscode.l10n.t('Verify checksums')),
    ...(model.shipped ? [] : [button('remove', 'trash', vscode.l10n.t('Remove'))]),
  ];
  return {
    label: model.id,
    description: summaryOf(model),
    detail: factsText(model),
    iconPath: iconOf(model),
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
    { ...localModelItem(), alwaysShow: true, choice: { kind: 'local' } },
  ];
}

async function showDetails({ texts }: Ctx, model: ModelEntry): Promise<void> {
  const uri = texts.set(`models/${model.id}.md`, describeEntry(model));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

async function verify(ctx: Ctx, id: string): Promise<void> {
  const title = vscode.l10n.t('Verifying {0}', id);
  const [result] = await withModelProgress(ctx, title, (onEvent, signal) =>
    ctx.engine.runInBackground(requests.verifyModels, { id }, onEvent, signal),
  );
  if (result?.problem) void ctx.messages.show('error', result.problem);
  else void ctx.messages.show('info', vscode.l10n.t('{0} verified: all checksums match.', id));
}

async function remove(ctx: Ctx, { id, bytes }: ModelEntry): Promise<void> {
  const agreed = await ctx.messages.confirm(
    vscode.l10n.t('Remove {0}?', id),
    vscode.l10n.t('This frees {0} on disk.', formatBytes(bytes)),
    vscode.l10n.t('Remove'),
  );
  if (!agreed) return;
  await ctx.engine.query(requests.removeModel, { id });
  void ctx.messages.show('info', vscode.l10n.t('{0} was removed.', id));
}

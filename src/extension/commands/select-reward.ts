import * as vscode from 'vscode';
import { formatBytes } from '../../protocol/units.ts';
import { requests, type RewardEntry } from '../../protocol/requests.ts';
import type { Ctx } from '../context.ts';
import { askForText, pickItem } from '../editor-messages.ts';
import { rewardTitles } from '../settings/reward-titles.ts';
import type { SettingSchema } from '../settings/setting-schema.ts';
import type { OwnReward } from '../settings/settings.ts';

type RewardItem = vscode.QuickPickItem & { readonly id?: string; readonly open?: true };

/** Chooses the target reward of the current document: built in, from the settings or typed. */
export async function selectTargetReward(ctx: Ctx, given?: { reward?: string }): Promise<void> {
  const { settings, panel } = ctx;
  const scope = ctx.editor.document;
  const members = settings.schema('targetReward').enum ?? [];
  const reward = given?.reward ?? (await pickReward(ctx));
  if (reward === undefined) return;
  const ofCatalogue = members.includes(reward) && reward !== 'own';
  if (!ofCatalogue) await settings.set('ownReward', reward, scope);
  await settings.set('targetReward', ofCatalogue ? reward : 'own', scope);
  panel.refresh();
}

async function pickReward(ctx: Ctx): Promise<string | undefined> {
  const items = rewardItems(ctx);
  const picked = await pickItem(items, {
    title: vscode.l10n.t('Target Reward'),
    placeHolder: vscode.l10n.t('What should the text score well on?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'tqstar.rewards');
  } else if (picked && picked.id === undefined) {
    return askForExpression();
  }
  return picked?.id;
}

async function rewardItems(ctx: Ctx): Promise<RewardItem[]> {
  const own = ctx.settings.get('rewards', ctx.editor.document);
  const schema = ctx.settings.schema('targetReward');
  const members = schema.enum ?? [];
  const entries = await ctx.engine.query(requests.listRewards, {});
  return [
    ...entries
      .filter(({ id, bytes }) => members.includes(id) || bytes !== null)
      .map((entry) => describeReward(entry, schema)),
    { label: vscode.l10n.t('Your rewards'), kind: vscode.QuickPickItemKind.Separator },
    ...own.map(describeOwnReward),
    {
      label: vscode.l10n.t('Expression…'),
      description: 'readability:grade=6 + concision*0.5',
      iconPath: new vscode.ThemeIcon('symbol-operator'),
    },
    {
      label: vscode.l10n.t('Define a reward in settings…'),
      iconPath: new vscode.ThemeIcon('settings-gear'),
      open: true,
    },
  ];
}

/** A reward of the engine as an item of the list, in the language of the editor. */
export function describeReward(entry: RewardEntry, schema: SettingSchema): RewardItem {
  const { id, range, licence, bytes } = entry;
  const { title, favours } = rewardTitles()[id] ?? entry;
  const index = schema.enum?.indexOf(id) ?? -1;
  const description = schema.markdownEnumDescriptions?.[index] ?? entry.description;
  const bounds = range ? `[${range[0]}, ${range[1]}]` : vscode.l10n.t('no fixed range');
  const size = bytes === null ? [] : [formatBytes(bytes)];
  return {
    id,
    label: title,
    description: vscode.l10n.t('favours {0}', favours),
    detail: [`${description} ${bounds}`, ...size, licence].join(' · '),
    iconPath: new vscode.ThemeIcon('target'),
  };
}

function describeOwnReward({ id, type }: OwnReward): RewardItem {
  // The engine says what an id or type must be.
  return {
    id,
    label: String(id),
    description: String(type),
    iconPath: new vscode.ThemeIcon('person'),
  };
}

function askForExpression(): Thenable<string | undefined> {
  return askForText({
    title: vscode.l10n.t('Target Reward'),
    prompt: vscode.l10n.t(
      'Rewards with weights, or the path of a reward definition: positive-tone*0.5 + readability:grade=6',
    ),
    problemOf: (text) =>
      text.trim() === '' ? vscode.l10n.t('Enter a reward, or press Escape to cancel.') : undefined,
  });
}

import * as vscode from 'vscode';
import { requests } from '../../protocol/requests.ts';
import type { Ctx } from '../context.ts';
import { Picker } from '../editor-messages.ts';
import { Refusal } from '../messages.ts';
import { addModel } from '../models/add-model.ts';
import { askForLocalModel, localModelItem } from '../models/ask-for-model.ts';
import { canBeBaseline } from '../models/model-facts.ts';
import { newServer, newServerModels, type FoundServerModel } from '../models/new-server.ts';
import {
  foundModelItem,
  foundServerItem,
  knownModelItem,
  recommendedItem,
  section,
  serverItem,
  type PolicyChoice,
  type PolicyItem,
} from '../models/policy-items.ts';
import { recommendedFor } from '../models/recommended-models.ts';
import { configuredServers } from '../settings/server-settings.ts';

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
  const choice: PolicyChoice | undefined =
    given === undefined ? await pickPolicy(ctx, setting) : { kind: 'model', model: given };
  const model = choice && (await policyOf(ctx, choice));
  if (model === undefined) return;
  await ctx.settings.set(setting, model, ctx.editor.document);
}

/**
 * What names the chosen policy in the settings: adds a server that was found, downloads a model, or
 * asks for a file. Undefined when the person cancels.
 */
export async function policyOf(ctx: Ctx, choice: PolicyChoice): Promise<string | undefined> {
  switch (choice.kind) {
    case 'model':
      return choice.model;
    case 'server':
      return addServer(ctx, choice.found);
    case 'download':
      return (await addModel(ctx, choice.source))?.id;
    case 'file':
      return askForLocalModel();
  }
}

async function addServer({ settings }: Ctx, found: FoundServerModel): Promise<string> {
  const { kind, program, url } = found.server;
  if (kind === null) {
    throw new Refusal(
      vscode.l10n.t(
        '{0} at {1} gives no token ids, so its answers cannot be steered. Choose its model file from the list, or run llama-server on that file.',
        program,
        url,
      ),
    );
  }
  const server = newServer(found, configuredServers(settings));
  await settings.set('servers', [...settings.get('servers'), server]);
  return `server:${server.id}`;
}

/** Shows the list at once, and fills it while the answers of engine and servers come. */
async function pickPolicy(ctx: Ctx, setting: PolicySetting): Promise<PolicyChoice | undefined> {
  const baseline = setting === 'baselinePolicy';
  const picker = new Picker<PolicyItem>({
    title: baseline ? vscode.l10n.t('Baseline Policy') : vscode.l10n.t('Reference Policy'),
    placeholder: baseline
      ? vscode.l10n.t('The model that the reward steers')
      : vscode.l10n.t('The model that writes the plain text'),
    matchOnDetails: true,
  });
  try {
    return await new Promise<PolicyChoice | undefined>((resolve, reject) => {
      picker.busy = true;
      policyItems(ctx, baseline, (items) => {
        picker.fill(items);
      }).then(() => {
        picker.busy = false;
      }, reject);
      picker.onDidAccept(() => {
        resolve(picker.selected?.choice);
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

/**
 * Calls `show` with the items that are known so far: at once, with the models of the engine, and
 * with what other programs have.
 */
export async function policyItems(
  ctx: Ctx,
  baseline: boolean,
  show: (items: readonly PolicyItem[]) => void,
): Promise<void> {
  const servers = configuredServers(ctx.settings);
  const same: PolicyItem = {
    choice: { kind: 'model', model: '' },
    label: vscode.l10n.t('The reference policy'),
    description: vscode.l10n.t('no separate baseline'),
  };
  const file: PolicyItem = { ...localModelItem(), choice: { kind: 'file' } };
  const first = baseline ? [same] : [];
  const own = section(vscode.l10n.t('Your servers'), servers.map(serverItem));
  const last = section(vscode.l10n.t('Other models'), [file]);
  show([...first, ...own, ...last]);

  const found = foundItems(ctx, servers);
  // Shown and awaited below; meanwhile a failure of the engine ends this function.
  found.catch(() => undefined);
  const [models, { memory }] = await Promise.all([
    ctx.engine.query(requests.listModels, {}),
    ctx.engine.query(requests.capabilities, {}),
  ]);
  const policies = models.filter((model) =>
    baseline ? canBeBaseline(model) : model.kind === 'language-model',
  );
  const known = [...first, ...policies.map(knownModelItem), ...own];
  const present = models.map(({ id }) => id);
  const recommended = section(
    vscode.l10n.t('Recommended for this machine'),
    recommendedFor(memory, present).map((model) => recommendedItem(model, memory.available)),
  );
  show([...known, ...recommended, ...last]);
  show([...known, ...(await found), ...recommended, ...last]);
}

/** What other programs have on this machine: asks its usual ports unless a setting forbids it. */
async function foundItems(
  { engine, settings }: Ctx,
  known: ReturnType<typeof configuredServers>,
): Promise<readonly PolicyItem[]> {
  const found = await engine.query(requests.findModels, { servers: settings.get('findServers') });
  return section(vscode.l10n.t('Found on this machine'), [
    ...newServerModels(found.servers, known).map(foundServerItem),
    ...found.models.map(foundModelItem),
  ]);
}

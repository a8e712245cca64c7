import * as vscode from 'vscode';
import { originOf } from '../../protocol/server-address.ts';
import type { Ctx } from '../context.ts';
import { askForText, pickItem } from '../editor-messages.ts';
import { openSettings, Refusal } from '../messages.ts';
import { configuredServers } from '../settings/server-settings.ts';

/** Asks for the key of a server, and keeps it in VS Code's secret storage. */
export async function setServerKey(ctx: Ctx): Promise<void> {
  const { messages, servers } = ctx;
  const origin = await pickOrigin(ctx);
  if (origin === undefined) return;
  const key = await askForText({
    title: vscode.l10n.t('Key of {0}', origin),
    prompt: vscode.l10n.t('Only this server gets the key. An empty input removes it.'),
    password: true,
    problemOf: (text) =>
      /^[\x21-\x7e]*$/u.test(text.trim())
        ? undefined
        : vscode.l10n.t('A key has no spaces, accents or line breaks.'),
  });
  if (key === undefined) return;
  await servers.setKey(origin, key);
  const text =
    key.trim() === ''
      ? vscode.l10n.t('The key of {0} was removed.', origin)
      : vscode.l10n.t('The key of {0} was stored.', origin);
  void messages.show('info', text);
}

/** The origin of the only server, or of the chosen one. */
async function pickOrigin({ settings }: Ctx): Promise<string | undefined> {
  const servers = configuredServers(settings);
  const origins = [...new Set(servers.map(({ url }) => originOf(url)))];
  if (origins.length === 0) {
    throw new Refusal(
      vscode.l10n.t('No server is set. Add one to tqstar.servers, then set its key.'),
      [openSettings('tqstar.servers')],
    );
  }
  if (origins.length === 1) return origins[0];
  const items = origins.map((label) => ({
    label,
    description: servers
      .filter(({ url }) => originOf(url) === label)
      .map(({ id }) => id)
      .join(', '),
  }));
  const placeHolder = vscode.l10n.t('The server that gets the key');
  return (await pickItem(items, { title: vscode.l10n.t('Key of a Server'), placeHolder }))?.label;
}

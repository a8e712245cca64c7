import { l10n } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { serverIdOf, serverSchema, type ServerOptions } from '../../protocol/servers.ts';
import { checkedEntry } from './checked-entry.ts';
import type { Settings } from './settings.ts';

/**
 * The servers of the setting tqstar.servers.
 * @throws TqError invalidInput for an entry that cannot be used, or an id that two have
 */
export function configuredServers(settings: Settings): readonly ServerOptions[] {
  const servers = settings
    .get('servers')
    .map((entry, index) =>
      checkedEntry(serverSchema, entry, index, (name, problem) =>
        l10n.t('The server {0} of tqstar.servers cannot be used: {1}.', name, problem),
      ),
    );
  const ids = servers.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return servers;
  throw new TqError(
    ErrorCode.invalidInput,
    l10n.t('Two servers of tqstar.servers have the id {0}. Give one of them another id.', twice),
  );
}

/**
 * The servers for the engine, if a policy names one. A wrong entry does not disturb who uses no
 * server.
 */
export function serverOptions(
  settings: Settings,
  { policy, baseline }: Pick<GenerationOptionsInput, 'policy' | 'baseline'>,
): Pick<GenerationOptionsInput, 'servers'> {
  const isNamed = [policy, baseline].some((name) => serverIdOf(name ?? '') !== undefined);
  return isNamed ? { servers: [...configuredServers(settings)] } : {};
}

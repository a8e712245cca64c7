import * as vscode from 'vscode';
import type { FoundModelEntry } from '../../protocol/found-models.ts';
import type { ModelEntry } from '../../protocol/requests.ts';
import type { ServerOptions } from '../../protocol/servers.ts';
import { formatBytes } from '../../protocol/units.ts';
import { iconOf, summaryOf } from './model-facts.ts';
import type { FoundServerModel } from './new-server.ts';
import { memoryOf, type RecommendedModel } from './recommended-models.ts';

/** What an item of the list of policies stands for. */
export type PolicyChoice =
  /** A model by its id, path or name. */
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'server'; readonly found: FoundServerModel }
  | { readonly kind: 'download'; readonly source: string }
  | { readonly kind: 'file' };

export type PolicyItem = vscode.QuickPickItem & { readonly choice?: PolicyChoice };

/** Items under a heading; nothing without items. */
export function section(label: string, items: readonly PolicyItem[]): readonly PolicyItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

export function knownModelItem(model: ModelEntry): PolicyItem {
  const { id, title, source, alignment } = model;
  return {
    choice: { kind: 'model', model: id },
    label: title,
    description: summaryOf(model),
    detail: alignment
      ? vscode.l10n.t('aligned with {0} (β {1}); {2}', alignment.reward, alignment.beta, source)
      : source,
    iconPath: iconOf(model),
  };
}

/** A server of the setting tqstar.servers. */
export function serverItem({ id, url, model, adapter }: ServerOptions): PolicyItem {
  return {
    choice: { kind: 'model', model: `server:${id}` },
    label: `server:${id}`,
    description: [url, model, adapter].filter((part) => part !== undefined).join(' · '),
    iconPath: new vscode.ThemeIcon('server'),
  };
}

/** A server that answered. */
export function foundServerItem(found: FoundServerModel): PolicyItem {
  const { server, model = server.models[0] } = found;
  return {
    choice: { kind: 'server', found },
    label: vscode.l10n.t('{0} at {1}', server.program, server.url),
    description: model ?? vscode.l10n.t('no model is loaded'),
    detail:
      server.kind === null
        ? vscode.l10n.t('gives no token ids: choose its model file instead')
        : vscode.l10n.t('adds this server to the settings'),
    iconPath: new vscode.ThemeIcon(server.kind === null ? 'circle-slash' : 'server'),
  };
}

/** A model that another program keeps on this machine. */
export function foundModelItem(found: FoundModelEntry): PolicyItem {
  const { program, name, reference, bytes, format, context, chat } = found;
  const facts = [
    program,
    format === '' ? vscode.l10n.t('its header cannot be read') : format,
    formatBytes(bytes),
    ...(context === null ? [] : [vscode.l10n.t('{0} tokens of context', context)]),
    ...(chat === null ? [] : [chat ? vscode.l10n.t('chat-tuned') : vscode.l10n.t('base model')]),
  ];
  return {
    choice: { kind: 'model', model: reference },
    label: name,
    description: facts.join(' · '),
    detail: reference,
    iconPath: new vscode.ThemeIcon('file-binary'),
  };
}

/** @param available bytes of free memory */
export function recommendedItem(model: RecommendedModel, available: number): PolicyItem {
  const { title, source, bytes, licence, languages } = model;
  const need = memoryOf(model);
  const memory = vscode.l10n.t(
    'needs {0} of memory; {1} free',
    formatBytes(need),
    formatBytes(available),
  );
  const spoken =
    typeof languages === 'number' ? vscode.l10n.t('{0} languages', languages) : languages.join(' ');
  return {
    choice: { kind: 'download', source },
    label: title,
    description: [
      vscode.l10n.t('{0} to download', formatBytes(bytes)),
      need > available ? `⚠ ${memory}` : memory,
    ].join(' · '),
    detail: [licence, spoken, source].join(' · '),
    iconPath: new vscode.ThemeIcon('cloud-download'),
  };
}

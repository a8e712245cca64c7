import * as vscode from 'vscode';
import { formatBytes } from '../../protocol/units.ts';
import {
  requests,
  type Capabilities,
  type DeviceState,
  type ModelEntry,
} from '../../protocol/requests.ts';
import { redacted } from '../../protocol/secrets.ts';
import type { Ctx } from '../context.ts';
import { plainInMarkdown } from '../plain.ts';

/** Opens a document that describes the engine, the models and the settings. */
export async function runDiagnosis(ctx: Ctx): Promise<vscode.TextDocument> {
  const uri = ctx.texts.set('diagnosis.md', await report(ctx));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

async function report(ctx: Ctx): Promise<string> {
  const lines = ['# Transfer Q⋆', '', ...hostLines(ctx), ''];
  try {
    const { engine } = ctx;
    const capabilities = await engine.query(requests.capabilities, {});
    const models = await engine.query(requests.listModels, {});
    const devices = await engine.query(requests.checkDevices, {});
    const { device } = engine.state;
    const used = device
      ? `${device.actual} (${device.requested}: ${device.reason})`
      : vscode.l10n.t('no model loaded yet');
    lines.push(...engineLines(capabilities, devices, used), '', ...modelLines(models));
  } catch (error) {
    lines.push(
      `## ${vscode.l10n.t('The engine does not start')}`,
      '',
      plainInMarkdown(redacted(error instanceof Error ? error.message : String(error))),
    );
  }
  return `${lines.join('\n')}\n`;
}

function hostLines({ extension, settings }: Ctx): string[] {
  const { version } = extension.extension.packageJSON as { version: string };
  const scheme = vscode.workspace.workspaceFolders?.[0]?.uri.scheme ?? '–';
  return list([
    ['Transfer Q⋆', version],
    ['VS Code', `${vscode.version} (${vscode.env.appName})`],
    [vscode.l10n.t('System'), `${process.platform}-${process.arch}`],
    ['Node', settings.get('nodePath') || process.execPath],
    [vscode.l10n.t('Workspace'), scheme],
    [vscode.l10n.t('Trusted'), yesNo(vscode.workspace.isTrusted)],
  ]);
}

function engineLines(
  capabilities: Capabilities,
  devices: readonly DeviceState[],
  device: string,
): string[] {
  const { memory, cacheProblem } = capabilities;
  return [
    `## ${vscode.l10n.t('Engine')}`,
    '',
    ...list([
      [vscode.l10n.t('Version'), capabilities.version],
      ['Node', capabilities.node],
      ['onnxruntime', capabilities.onnxruntime],
      [vscode.l10n.t('Process'), String(capabilities.processId)],
      [vscode.l10n.t('Threads'), `${capabilities.threads} (${capabilities.threadsReason})`],
      [vscode.l10n.t('Devices'), devices.map(describeDevice).join('; ')],
      [vscode.l10n.t('Device in use'), device],
      [vscode.l10n.t('Free memory'), formatBytes(memory.available)],
      [vscode.l10n.t('Engine memory'), formatBytes(memory.engine)],
      [
        vscode.l10n.t('Compiled models'),
        `${capabilities.cacheFolder} (${formatBytes(capabilities.cacheBytes)})`,
      ],
      ...(cacheProblem ? ([[vscode.l10n.t('Problem'), cacheProblem]] as const) : []),
    ]),
  ];
}

function describeDevice({ device, problem }: DeviceState): string {
  return problem === '' ? device : `${device} (${problem})`;
}

function modelLines(models: readonly ModelEntry[]): string[] {
  const rows = models.map(
    ({ id, kind, bytes, licence, problem }) =>
      `| ${[id, kind, formatBytes(bytes), licence, problem || 'OK'].map(cell).join(' | ')} |`,
  );
  return [
    `## ${vscode.l10n.t('Models')}`,
    '',
    `| id | ${vscode.l10n.t('kind')} | ${vscode.l10n.t('size')} | ${vscode.l10n.t('licence')} | ${vscode.l10n.t('state')} |`,
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function cell(text: string): string {
  return plainInMarkdown(text).replaceAll('|', '\\|');
}

function list(entries: readonly (readonly [string, string])[]): string[] {
  return entries.map(([name, value]) => `- ${name}: ${plainInMarkdown(value)}`);
}

function yesNo(value: boolean): string {
  return value ? vscode.l10n.t('yes') : vscode.l10n.t('no');
}

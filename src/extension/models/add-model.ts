import * as vscode from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import { requests } from '../../protocol/requests.ts';
import type { ModelEntry, ModelPlan } from '../../protocol/store.ts';
import type { Ctx } from '../context.ts';
import { describe } from '../service/load-progress.ts';
import { describePlan, size } from './model-facts.ts';
import { networkOptions } from './network-options.ts';

/**
 * Adds a model: looks at it, tells what it is and needs, and fetches it when the person says so.
 * @returns undefined when the person does not want it
 */
export async function addModel(ctx: Ctx, source: string): Promise<ModelEntry | undefined> {
  const network = networkOptions();
  const look = (file?: string): Promise<ModelPlan> =>
    withProgress(ctx, vscode.l10n.t('Looking at {0}', source), (onEvent, signal) => {
      const asked = { source, network, ...(file !== undefined && { file }) };
      return ctx.engine.attend(requests.planModel, asked, onEvent, signal);
    });
  let plan = await look();
  let file: string | undefined;
  if (plan.choices.length > 0) {
    file = await chooseFile(plan);
    if (file === undefined) return undefined;
    plan = await look(file);
  }
  if (!(await confirm(plan))) return undefined;
  const added = await withProgress(ctx, vscode.l10n.t('Adding {0}', plan.id), (onEvent, signal) => {
    const asked = { source, network, ...(file !== undefined && { file }) };
    return ctx.engine.attend(requests.addModel, asked, onEvent, signal);
  });
  const use = { command: 'tqstar.selectBaselinePolicy', argument: { model: added.id } };
  const actions = /language-model|policy-adapter/u.test(added.kind)
    ? [{ title: vscode.l10n.t('Use as Baseline Policy'), ...use }]
    : [];
  void ctx.messages.show('info', vscode.l10n.t('{0} was added.', added.id), actions);
  return added;
}

/** Asks for a model of a hub. */
export function askForHubModel(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Add a Model from a Hub'),
    prompt: vscode.l10n.t(
      'owner/name, owner/name@revision, or owner/name/file.gguf. Nothing is fetched before you confirm it.',
    ),
    placeHolder: 'HuggingFaceTB/SmolLM2-360M-Instruct',
    validateInput: (text) =>
      /^[^/\s]+\/[^\s]+$/u.test(text.trim()) ? undefined : vscode.l10n.t('Write owner/name.'),
  });
}

/** Asks for a model of this machine. */
export async function askForLocalModel(): Promise<string | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Model file or folder'),
      canSelectFiles: true,
      canSelectFolders: true,
    })) ?? [];
  return file?.fsPath;
}

async function chooseFile({ id, choices }: ModelPlan): Promise<string | undefined> {
  const items = choices.map(({ path, bytes }) => ({ label: path, description: size(bytes) }));
  const picked = await vscode.window.showQuickPick(items, {
    title: id,
    placeHolder: vscode.l10n.t('Which of the GGUF files? Smaller ones are less exact.'),
  });
  return picked?.label;
}

async function confirm(plan: ModelPlan): Promise<boolean> {
  const yes = vscode.l10n.t('Add {0}', plan.id);
  const [facts = '', ...more] = describePlan(plan);
  const items: vscode.QuickPickItem[] = [
    { label: yes, description: size(plan.bytes), detail: facts, iconPath: icon('cloud-download') },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...more.map((label) => ({ label, iconPath: icon('info') })),
    { label: plan.source, iconPath: icon('repo') },
  ];
  const placeHolder = vscode.l10n.t('Enter adds it, Escape leaves it');
  const picked = await vscode.window.showQuickPick(items, { title: yes, placeHolder });
  return picked?.label === yes;
}

function icon(name: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name);
}

/** Shows how far a request is, with a button that cancels it; what has come is kept. */
export function withProgress<T>(
  { log }: Ctx,
  title: string,
  work: (onEvent: (event: EngineEvent) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title,
    cancellable: true,
  };
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => {
        controller.abort();
      });
      let shown = 0;
      const onEvent = (event: EngineEvent): void => {
        if (event.type === 'note') {
          log.info(event.text);
          progress.report({ message: event.text });
        }
        if (event.type !== 'progress') return;
        const done = Math.round((event.done ?? 0) * 100);
        const { bytes } = event;
        const amount = bytes ? ` (${size(bytes.done)} / ${size(bytes.total)})` : '';
        progress.report({ message: `${describe(event)}${amount}`, increment: done - shown });
        shown = done;
      };
      try {
        return await work(onEvent, controller.signal);
      } catch (error) {
        if (!controller.signal.aborted) throw error;
        throw new TqError(ErrorCode.cancelled, 'The request was cancelled.', { cause: error });
      }
    }),
  );
}

import * as vscode from 'vscode';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import { redacted } from '../protocol/secrets.ts';
import { showDialog, showMessage, type Severity } from './editor-messages.ts';
import { plain } from './plain.ts';
import { EngineCrash } from './service/engine-crash.ts';

/** A message as it was shown. */
export interface ShownMessage {
  readonly severity: Severity;
  readonly text: string;
  readonly buttons: readonly string[];
}

/** A button of a message and the command that it runs. */
export interface MessageAction {
  readonly title: string;
  readonly command: string;
  readonly argument?: unknown;
}

/** An action that the extension itself refuses, with buttons for what the person can do. */
export class Refusal extends TqError {
  constructor(
    message: string,
    readonly actions: readonly MessageAction[] = [],
  ) {
    super(ErrorCode.invalidInput, message);
  }
}

/** Shows messages with buttons that help. */
export class Messages implements vscode.Disposable {
  readonly #shown = new vscode.EventEmitter<ShownMessage>();
  readonly onDidShow = this.#shown.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Shows a message and runs the command of the pressed button; resolves when it is closed. */
  async show(
    severity: Severity,
    text: string,
    actions: readonly MessageAction[] = [],
  ): Promise<void> {
    const titles = actions.map(({ title }) => title);
    this.#shown.fire({ severity, text: plain(text), buttons: titles });
    const pressed = await showMessage(severity, text, titles);
    const action = actions.find(({ title }) => title === pressed);
    if (action) await vscode.commands.executeCommand(action.command, action.argument);
  }

  /** Asks for confirmation in a dialog; true when the button was pressed. */
  async confirm(text: string, detail: string, button: string): Promise<boolean> {
    this.#shown.fire({ severity: 'warning', text: plain(text), buttons: [button] });
    return showDialog(text, detail, button);
  }

  /** Logs and shows an error, with buttons that help; ignores a cancellation. */
  fail(error: unknown): void {
    if (error instanceof TqError) {
      if (error.code === ErrorCode.cancelled) return;
      this.log.error(error.message);
      if (error instanceof EngineCrash) return;
      void this.show('error', error.message, helpFor(error));
      return;
    }
    this.log.error(
      redacted(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    const reason = redacted(error instanceof Error ? error.message : String(error));
    void this.show('error', vscode.l10n.t('Transfer Q⋆ failed: {0}', reason), [showLog()]);
  }

  dispose(): void {
    this.#shown.dispose();
  }
}

export function showLog(): MessageAction {
  return { title: vscode.l10n.t('Show Log'), command: 'tqstar.showLog' };
}

export function restartEngine(): MessageAction {
  return { title: vscode.l10n.t('Restart Engine'), command: 'tqstar.restartEngine' };
}

/** A button that runs a command of this extension. */
export function command(title: string, name: string): MessageAction {
  return { title, command: `tqstar.${name}` };
}

export function openSettings(setting = 'tqstar'): MessageAction {
  return {
    title: vscode.l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    argument: setting,
  };
}

function helpFor(error: TqError): readonly MessageAction[] {
  if (error instanceof Refusal) return error.actions;
  const diagnose = { title: vscode.l10n.t('Run Diagnosis'), command: 'tqstar.runDiagnosis' };
  switch (error.code) {
    case ErrorCode.engineGone:
      return [restartEngine(), showLog()];
    case ErrorCode.invalidInput:
    case ErrorCode.unknownId:
    case ErrorCode.badReward:
      return [openSettings()];
    case ErrorCode.forbidden:
      return [
        { title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' },
      ];
    case ErrorCode.device:
      return [openSettings('tqstar.device'), openSettings('tqstar.nodePath'), diagnose];
    case ErrorCode.server:
      return [
        command(vscode.l10n.t('Set Key'), 'setServerKey'),
        openSettings('tqstar.servers'),
        showLog(),
      ];
    case ErrorCode.hub:
      return [openSettings('http.proxy'), showLog()];
    case ErrorCode.badModel:
    case ErrorCode.storage:
    case ErrorCode.outOfMemory:
      return [diagnose, showLog()];
    default:
      return [];
  }
}

import * as vscode from 'vscode';
import { shippedEngineMemory } from '../protocol/shipped-memory.ts';
import { formatBytes } from '../protocol/units.ts';
import { registerCommands } from './commands/register-commands.ts';
import type { Ctx } from './context.ts';
import { GhostText } from './editor/ghost-text.ts';
import { LastEditor } from './editor/last-editor.ts';
import { RewriteActions } from './editor/rewrite-actions.ts';
import { RewriteController } from './editor/rewrite-controller.ts';
import { WritePrompt } from './editor/write-prompt.ts';
import { EvaluationFolders } from './evaluation/evaluation-folders.ts';
import { EvaluationPanels, evaluationViewType } from './evaluation/evaluation-panels.ts';
import { Messages, openSettings, restartEngine, showLog } from './messages.ts';
import { HistoryStore } from './panel/history-store.ts';
import { PanelController, panelViewType } from './panel/panel-controller.ts';
import { ReadonlyTexts } from './panel/readonly-texts.ts';
import { EngineRegistry } from './service/engine-registry.ts';
import { EngineService } from './service/engine-service.ts';
import { ServerAccess } from './service/server-access.ts';
import { RewardDiagnostics } from './settings/reward-diagnostics.ts';
import { Settings } from './settings/settings.ts';
import { StatusBar } from './status-bar.ts';

/** The extension's exports, for tests. */
export interface ExtensionApi {
  readonly activationMs: number;
  readonly ctx: Ctx;
  readonly statusBar: StatusBar;
}

let engine: EngineService | undefined;

/** Creates and registers everything; the engine starts with the first request. */
export function activate(extension: vscode.ExtensionContext): ExtensionApi {
  const started = performance.now();
  const log = vscode.window.createOutputChannel('Transfer Q⋆', { log: true });
  const messages = new Messages(log);
  const settings = new Settings(extension.extension, (text, setting) => {
    void messages.show('error', text, [openSettings(setting)]);
  });
  const editor = new LastEditor();
  const servers = new ServerAccess({
    secrets: extension.secrets,
    state: extension.globalState,
    confirm: (...question) => messages.confirm(...question),
  });
  engine = createEngine(extension, settings, { messages, servers, log });
  const texts = new ReadonlyTexts();
  const history = new HistoryStore(extension);
  const { extensionUri } = extension;
  const panel = new PanelController({
    extensionUri,
    settings,
    engine,
    editor,
    messages,
    history,
    texts,
  });
  const rewrites = new RewriteController({ settings, engine, messages });
  const prompt = new WritePrompt(settings, engine);
  const ghostText = new GhostText(settings, engine, messages);
  const statusBar = new StatusBar(settings, engine, editor);
  const evaluations = new EvaluationPanels({ extensionUri, messages });
  const evaluationFolders = new EvaluationFolders();
  const ctx: Ctx = {
    extension,
    log,
    messages,
    settings,
    engine,
    servers,
    editor,
    panel,
    rewrites,
    prompt,
    ghostText,
    texts,
    evaluations,
    evaluationFolders,
  };
  extension.subscriptions.push(
    ...[log, messages, editor, panel, rewrites, prompt, ghostText, statusBar, texts, engine],
    ...[evaluations, evaluationFolders],
    registerCommands(ctx),
    RewriteActions.register(settings),
    new RewardDiagnostics(settings.schema('targetReward').enum ?? []),
    vscode.window.registerWebviewPanelSerializer(panelViewType, panel),
    vscode.window.registerWebviewPanelSerializer(evaluationViewType, evaluations),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('tqstar')) return;
      settings.check();
      // The next request starts an engine with the new folder.
      if (event.affectsConfiguration('tqstar.modelStore')) void engine?.stop();
      panel.refresh();
      ctx.engine.applySettings();
    }),
  );
  return { activationMs: performance.now() - started, ctx, statusBar };
}

/** VS Code waits for this promise, so that no engine process stays behind. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}

function createEngine(
  { extensionUri, globalStorageUri }: vscode.ExtensionContext,
  settings: Settings,
  { messages, servers, log }: Pick<Ctx, 'messages' | 'servers' | 'log'>,
): EngineService {
  return new EngineService({
    program: vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath,
    nodePath: () => settings.get('nodePath').trim(),
    storeFolder: () => settings.get('modelStore').trim(),
    idleMinutes: () => settings.get('idleUnloadMinutes'),
    log,
    registry: new EngineRegistry(vscode.Uri.joinPath(globalStorageUri, 'engines').fsPath),
    servers,
    confirmSecondEngine: () =>
      messages.confirm(
        vscode.l10n.t('Another window already runs an engine. Start a second one?'),
        vscode.l10n.t(
          'Each engine needs its own memory: about {0} with the shipped model.',
          formatBytes(shippedEngineMemory),
        ),
        vscode.l10n.t('Start'),
      ),
    onCrash: (how, restarts) => {
      const text = restarts
        ? vscode.l10n.t('The engine crashed ({0}). It is restarting.', how)
        : vscode.l10n.t(
            'The engine crashed five times in three minutes ({0}). To try again, restart it.',
            how,
          );
      void messages.show('error', text, restarts ? [showLog()] : [restartEngine(), showLog()]);
    },
  });
}

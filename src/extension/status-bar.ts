import * as vscode from 'vscode';
import type { LastEditor } from './editor/last-editor.ts';
import type { EngineService } from './service/engine-service.ts';
import type { EnginePhase, EngineState } from './service/engine-state.ts';
import { rewardName } from './settings/generation-settings.ts';
import type { Settings } from './settings/settings.ts';

/**
 * Three status bar items: everything that writes, the reward of the current document, and the
 * engine with its model.
 */
export class StatusBar implements vscode.Disposable {
  readonly #write = createItem('write', 102, 'tqstar.write');
  readonly #reward = createItem('reward', 101, 'tqstar.selectTargetReward');
  readonly #engine = createItem('engine', 100, 'tqstar.selectBaselinePolicy');
  readonly #subscriptions: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly engine: EngineService,
    private readonly editor: LastEditor,
  ) {
    this.#write.name = vscode.l10n.t('Write with Transfer Q⋆');
    this.#write.text = `$(edit-sparkle) ${vscode.l10n.t('Write')}`;
    this.#write.tooltip = vscode.l10n.t('Rewrite, continue or write a text');
    this.#reward.name = vscode.l10n.t('Transfer Q⋆: reward');
    this.#engine.name = vscode.l10n.t('Transfer Q⋆: engine');
    this.#subscriptions = vscode.Disposable.from(
      this.#write,
      this.#reward,
      this.#engine,
      engine.onDidChange(() => {
        this.#draw();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tqstar')) this.#draw();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#draw();
      }),
    );
    this.#draw();
    this.#write.show();
    this.#reward.show();
    this.#engine.show();
  }

  /** The text of reward and engine. */
  get text(): string {
    return `${this.#reward.text} ${this.#engine.text}`;
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #draw(): void {
    const scope = this.editor.document;
    const reward = rewardName(this.settings, scope);
    const alpha = this.settings.get('alpha', scope);
    const baseline =
      this.settings.get('baselinePolicy', scope) || this.settings.get('referencePolicy', scope);
    const { state } = this.engine;
    this.#reward.text = `$(target) ${reward || '–'}`;
    this.#reward.tooltip = vscode.l10n.t(
      'Target reward: {0}, α = {1}. Click to choose another reward.',
      reward || '–',
      alpha,
    );
    const model = baseline.split(/[\\/]/u).at(-1)!;
    this.#engine.text = [`${icons[state.phase]} ${model}`, deviceOf(state), phaseTitle(state.phase)]
      .filter(Boolean)
      .join(' · ');
    this.#engine.tooltip = this.#tooltip(baseline, state);
    this.#engine.backgroundColor =
      state.phase === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    const busy = ['loading', 'busy', 'starting'].includes(state.phase);
    void vscode.commands.executeCommand('setContext', 'tqstar.busy', busy);
  }

  #tooltip(baseline: string, { phase, device, processId }: EngineState): vscode.MarkdownString {
    const text = new vscode.MarkdownString('', true);
    text.isTrusted = {
      enabledCommands: [
        'tqstar.stop',
        'tqstar.unloadModels',
        'tqstar.restartEngine',
        'tqstar.showLog',
      ],
    };
    const lines = [
      vscode.l10n.t('Baseline policy: {0}', baseline),
      device
        ? vscode.l10n.t(
            'Device: {0} (setting: {1}; {2})',
            device.actual,
            device.requested,
            device.reason,
          )
        : vscode.l10n.t('Device: known after a model is loaded'),
      processId === undefined
        ? vscode.l10n.t('Engine: starts with the first request')
        : vscode.l10n.t('Engine: process {0}, {1}', processId, phaseTitle(phase)),
    ];
    for (const line of lines) text.appendText(line).appendMarkdown('\n\n');
    const links = [
      `[${vscode.l10n.t('Stop')}](command:tqstar.stop)`,
      `[${vscode.l10n.t('Unload Models')}](command:tqstar.unloadModels)`,
      `[${vscode.l10n.t('Restart Engine')}](command:tqstar.restartEngine)`,
      `[${vscode.l10n.t('Show Log')}](command:tqstar.showLog)`,
    ];
    return text.appendMarkdown(links.join(' · '));
  }
}

const icons: Readonly<Record<EnginePhase, string>> = {
  stopped: '$(circle-outline)',
  starting: '$(loading~spin)',
  ready: '$(circle-filled)',
  loading: '$(loading~spin)',
  busy: '$(sync~spin)',
  stopping: '$(loading~spin)',
  failed: '$(error)',
};

function phaseTitle(phase: EnginePhase): string {
  return {
    stopped: vscode.l10n.t('not started'),
    starting: vscode.l10n.t('starting'),
    ready: vscode.l10n.t('ready'),
    loading: vscode.l10n.t('loading'),
    busy: vscode.l10n.t('writing'),
    stopping: vscode.l10n.t('stopping'),
    failed: vscode.l10n.t('failed'),
  }[phase];
}

/** The device in use, followed by the requested one when they differ. */
function deviceOf({ device }: EngineState): string {
  if (!device) return '';
  const { requested, actual } = device;
  return requested === actual || requested === 'auto' ? actual : `${actual} (${requested})`;
}

function createItem(id: string, priority: number, command: string): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority);
  item.command = command;
  return item;
}

import * as vscode from 'vscode';
import { hover, StatusBarEntry } from './editor-messages.ts';
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
  readonly #write = new StatusBarEntry({
    id: 'write',
    priority: 102,
    command: 'tqstar.write',
    name: vscode.l10n.t('Write with Transfer Q⋆'),
  });
  readonly #reward = new StatusBarEntry({
    id: 'reward',
    priority: 101,
    command: 'tqstar.selectTargetReward',
    name: vscode.l10n.t('Transfer Q⋆: reward'),
  });
  readonly #engine = new StatusBarEntry({
    id: 'engine',
    priority: 100,
    command: 'tqstar.selectBaselinePolicy',
    name: vscode.l10n.t('Transfer Q⋆: engine'),
  });
  readonly #subscriptions: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly engine: EngineService,
    private readonly editor: LastEditor,
  ) {
    const { t } = vscode.l10n;
    this.#write.draw('edit-sparkle', t('Write'), t('Rewrite, continue or write a text'));
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
    this.#reward.draw(
      'target',
      reward || '–',
      vscode.l10n.t(
        'Target reward: {0}, α = {1}. Click to choose another reward.',
        reward || '–',
        alpha,
      ),
    );
    const model = baseline.split(/[\\/]/u).at(-1)!;
    const text = [model, deviceOf(state), phaseTitle(state.phase)].filter(Boolean).join(' · ');
    this.#engine.draw(icons[state.phase], text, tooltip(baseline, state));
    this.#engine.failed = state.phase === 'failed';
    const busy = ['loading', 'busy', 'starting'].includes(state.phase);
    void vscode.commands.executeCommand('setContext', 'tqstar.busy', busy);
  }
}

function tooltip(
  baseline: string,
  { phase, device, processId }: EngineState,
): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const lines = [
    t('Baseline policy: {0}', baseline),
    device
      ? t('Device: {0} (setting: {1}; {2})', device.actual, device.requested, device.reason)
      : t('Device: known after a model is loaded'),
    processId === undefined
      ? t('Engine: starts with the first request')
      : t('Engine: process {0}, {1}', processId, phaseTitle(phase)),
  ];
  return hover(lines, [
    [t('Stop'), 'tqstar.stop'],
    [t('Unload Models'), 'tqstar.unloadModels'],
    [t('Restart Engine'), 'tqstar.restartEngine'],
    [t('Show Log'), 'tqstar.showLog'],
  ]);
}

const icons: Readonly<Record<EnginePhase, string>> = {
  stopped: 'circle-outline',
  starting: 'loading~spin',
  ready: 'circle-filled',
  loading: 'loading~spin',
  busy: 'sync~spin',
  stopping: 'loading~spin',
  failed: 'error',
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

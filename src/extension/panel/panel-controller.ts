import * as vscode from 'vscode';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import {
  guestMessageSchema,
  type Comparison,
  type GuestMessage,
  type HostMessage,
  type PanelState,
  type Sweep,
} from '../../webview/panel/messages.ts';
import type { LastEditor } from '../editor/last-editor.ts';
import { command, Refusal, type Messages } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { generationOptions, rewardName } from '../settings/generation-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { ComparisonRun, type ComparisonRequest } from './comparison-run.ts';
import type { HistoryStore } from './history-store.ts';
import { PanelActions } from './panel-actions.ts';
import { panelHtml } from './panel-html.ts';
import { panelStrings } from './panel-strings.ts';
import type { ReadonlyTexts } from './readonly-texts.ts';
import { runSweep } from './reward-sweep.ts';

export const panelViewType = 'tqstar.panel';

export interface PanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly settings: Settings;
  readonly engine: EngineService;
  readonly editor: LastEditor;
  readonly messages: Messages;
  readonly history: HistoryStore;
  readonly texts: ReadonlyTexts;
}

/**
 * The panel: aligned beside plain text. What it shows is kept here, so that the webview may be
 * hidden, moved or reloaded at any time; each one that says it is ready gets all of it.
 */
export class PanelController implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly actions: PanelActions;
  #panel: vscode.WebviewPanel | undefined;
  #ready = false;
  #toInspect: number | undefined;
  #run: ComparisonRun | undefined;
  #shown: Comparison | undefined;
  #sweep: { state: Sweep; controller: AbortController } | undefined;

  constructor(private readonly deps: PanelDeps) {
    this.actions = new PanelActions(deps);
  }

  /** What the panel shows, also while it is hidden. */
  get state(): PanelState {
    const { settings, editor, history } = this.deps;
    const scope = editor.document;
    return {
      comparison: this.comparison ?? null,
      sweep: this.#sweep?.state ?? null,
      history: history.entries,
      alpha: settings.get('alpha', scope),
      k: settings.get('k', scope),
      reward: rewardName(settings, scope),
    };
  }

  get comparison(): Comparison | undefined {
    return this.#run?.comparison ?? this.#shown;
  }

  show(): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, false);
      return;
    }
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : undefined;
    this.#adopt(
      vscode.window.createWebviewPanel(
        panelViewType,
        vscode.l10n.t('Aligned and Plain'),
        column ?? vscode.ViewColumn.Active,
      ),
    );
  }

  /** Called for a panel that was open when the window was reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { id } = (state ?? {}) as { id?: string };
    if (id !== undefined) this.#shown = await this.deps.history.open(id);
    this.#adopt(panel);
  }

  /** Opens the panel and runs a comparison in it. */
  async compare(request: ComparisonRequest): Promise<Comparison> {
    if (request.prompt.text.trim() === '') {
      throw new Refusal(vscode.l10n.t('The instruction is empty; say what is to be written.'), [
        command(vscode.l10n.t('Generate…'), 'generate'),
      ]);
    }
    this.show();
    this.stop();
    const run = new ComparisonRun(request, this.deps.engine, {
      onEvents: (id, events) => {
        if (this.#run?.id === id) this.#post({ type: 'events', id, events });
      },
      onPhase: (comparison) => {
        if (this.#run?.id === comparison.id) this.#update({ comparison });
      },
    });
    this.#run = run;
    this.#sweep = undefined;
    const comparison = await run.run();
    if (comparison.aligned.tokens.length > 0) {
      await this.deps.history.add(comparison).catch((error: unknown) => {
        this.deps.messages.fail(error);
      });
      this.#update({ history: this.deps.history.entries });
    }
    return comparison;
  }

  stop(): void {
    this.#run?.stop();
    this.#sweep?.controller.abort();
  }

  /** Shows why a token was chosen. */
  inspect(index: number): void {
    // A hidden panel loses its content and what is sent to it; it asks again when it is shown.
    if (!this.#panel?.visible) this.#toInspect = index;
    this.show();
    this.#postInspect(index);
  }

  /** Something the panel shows was changed elsewhere. */
  refresh(): void {
    this.#update(this.state);
  }

  dispose(): void {
    this.stop();
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.deps;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#panel = panel;
    this.#ready = false;
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'panel.svg');
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = guestMessageSchema.safeParse(raw);
      if (!message.success) return;
      this.#handle(message.data).catch((error: unknown) => {
        this.deps.messages.fail(error);
      });
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#ready = false;
      this.stop();
    });
    panel.webview.html = panelHtml(panel.webview, dist, { name: 'webview', images: false });
  }

  async #handle(message: GuestMessage): Promise<void> {
    const { comparison } = this;
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#post({ type: 'state', state: this.state, strings: panelStrings() });
        if (this.#toInspect !== undefined) this.#postInspect(this.#toInspect);
        this.#toInspect = undefined;
        return;
      case 'run':
        await this.#rerun(message.instruction, { alpha: message.alpha, k: message.k });
        return;
      case 'stop':
        this.stop();
        return;
      case 'sweep':
        await this.#runSweep(message.alphas);
        return;
      case 'selectReward':
        await vscode.commands.executeCommand('tqstar.selectTargetReward');
        return;
      case 'openHistory':
        this.stop();
        this.#run = undefined;
        this.#sweep = undefined;
        this.#shown = await this.deps.history.open(message.id);
        this.refresh();
        return;
      case 'clearHistory':
        await this.deps.history.clear();
        this.#update({ history: [] });
        return;
      default:
        if (comparison) await this.actions.run(message, comparison, this.#run?.request);
    }
  }

  /** Runs the same request with other numbers; another instruction is a request of its own. */
  async #rerun(instruction: string, numbers: { alpha: number; k: number }): Promise<void> {
    const { settings, editor } = this.deps;
    const last = this.#run?.request;
    const scope = editor.document;
    const same = last && instruction === this.#run?.comparison.instruction;
    const prompt = same ? last.prompt : { text: instruction };
    const options: GenerationOptionsInput = { ...generationOptions(settings, scope), ...numbers };
    const reward = rewardName(settings, scope);
    await this.compare({ prompt, options, reward, replaces: same ? last.replaces : undefined });
  }

  async #runSweep(alphas: readonly number[]): Promise<void> {
    const { comparison } = this;
    if (!comparison) {
      throw new Refusal(vscode.l10n.t('Run an instruction first; the plot is about its text.'), [
        command(vscode.l10n.t('Generate…'), 'generate'),
      ]);
    }
    this.stop();
    const { engine, settings, editor } = this.deps;
    const prompt = this.#run?.request.prompt ?? { text: comparison.instruction };
    const options = this.#run?.request.options ?? generationOptions(settings, editor.document);
    const controller = new AbortController();
    await runSweep(
      engine,
      prompt,
      { ...options, ...(options.method === 'sft' && { method: 'tq' }) },
      alphas,
      (sweep) => {
        this.#sweep = { state: sweep, controller };
        this.#update({ sweep });
      },
      controller.signal,
    );
  }

  #postInspect(index: number): void {
    this.#post({ type: 'inspect', stream: 'aligned', index });
  }

  #update(state: Partial<PanelState>): void {
    this.#post({ type: 'update', state });
  }

  #post(message: HostMessage): void {
    if (this.#ready) void this.#panel?.webview.postMessage(message);
  }
}

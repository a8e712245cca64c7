import * as vscode from 'vscode';
import {
  guestMessageSchema,
  type Comparison,
  type GuestMessage,
  type HostMessage,
  type PanelState,
  type ReplacedText,
  type Sweep,
} from '../../webview/panel/messages.ts';
import type { LastEditor } from '../editor/last-editor.ts';
import { openTab } from '../editor-messages.ts';
import { command, Refusal, type Messages } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { generationOptions, rewardName } from '../settings/generation-settings.ts';
import { rewardTitle } from '../settings/reward-titles.ts';
import type { Settings } from '../settings/settings.ts';
import { loadPage } from '../webview/webview-page.ts';
import { ComparisonRun, promptOf, taskOf, type Task } from './comparison-run.ts';
import type { HistoryStore } from './history-store.ts';
import { PanelActions } from './panel-actions.ts';
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

/** The numbers that a person can set in the panel. */
interface Numbers {
  readonly alpha: number;
  readonly k: number;
}

/**
 * The panel with the aligned and the plain text. It keeps the panel's state, because VS Code may
 * hide, move or reload the webview at any time; a webview that is ready gets all of it.
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

  /** What the panel shows, or will show when it is visible again. */
  get state(): PanelState {
    const { settings, editor, history } = this.deps;
    const scope = editor.document;
    return {
      comparison: this.comparison ?? null,
      sweep: this.#sweep?.state ?? null,
      history: history.entries,
      alpha: settings.get('alpha', scope),
      k: settings.get('k', scope),
      reward: rewardTitle(rewardName(settings, scope)),
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
      openTab(
        panelViewType,
        vscode.l10n.t('Aligned and Plain'),
        column ?? vscode.ViewColumn.Active,
      ),
    );
  }

  /** VS Code calls this for a panel that was open when the window reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { id } = (state ?? {}) as { id?: string };
    if (id !== undefined) this.#shown = await this.deps.history.open(id);
    this.#adopt(panel);
  }

  /**
   * Opens the panel and runs a comparison in it, with the settings of the document in front.
   * @param numbers to use instead of the settings
   * @throws Refusal when the instruction is empty
   */
  async compare(task: Task, numbers?: Numbers): Promise<Comparison> {
    if (task.instruction.trim() === '') {
      throw new Refusal(
        vscode.l10n.t('The instruction is empty. Say what the model should write.'),
        [command(vscode.l10n.t('Generate…'), 'generate')],
      );
    }
    const { settings, editor } = this.deps;
    const scope = editor.document;
    const reward = rewardName(settings, scope);
    const request = {
      ...task,
      options: { ...generationOptions(settings, scope), ...numbers },
      reward,
      rewardTitle: rewardTitle(reward),
    };
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
    if (comparison.aligned.tokens.length > 0) await this.#remember(comparison);
    return comparison;
  }

  stop(): void {
    this.#run?.stop();
    this.#sweep?.controller.abort();
  }

  /** Shows why a token was chosen. */
  inspect(index: number): void {
    // A hidden webview loses its content and its messages; it sends "ready" when it is shown again.
    if (!this.#panel?.visible) this.#toInspect = index;
    this.show();
    this.#postInspect(index);
  }

  /** Sends the whole state to the webview, after settings or documents changed. */
  refresh(): void {
    this.#update(this.state);
  }

  dispose(): void {
    this.stop();
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri, messages } = this.deps;
    this.#panel = panel;
    this.#ready = false;
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#ready = false;
      this.stop();
    });
    loadPage(panel, {
      extensionUri,
      name: 'webview',
      images: false,
      messageSchema: guestMessageSchema,
      onMessage: (message) => this.#handle(message),
      onError: (error) => {
        messages.fail(error);
        if (error instanceof Refusal) this.#post({ type: 'notice', text: error.message });
      },
    });
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
      case 'openPoint': {
        const point = this.#sweep?.state.points[message.index];
        if (point) await this.actions.openPoint(point);
        return;
      }
      case 'stop':
        this.stop();
        return;
      case 'sweep':
        await this.#runSweep(message.alphas);
        return;
      case 'selectReward':
        await vscode.commands.executeCommand('tqstar.selectTargetReward');
        return;
      case 'openHistory': {
        const stored = await this.deps.history.open(message.id);
        this.stop();
        this.#run = undefined;
        this.#sweep = undefined;
        this.#shown = stored;
        this.refresh();
        return;
      }
      case 'clearHistory':
        await this.deps.history.clear();
        this.#update({ history: [] });
        return;
      default:
        if (comparison) await this.#act(message, comparison);
    }
  }

  async #act(action: Parameters<PanelActions['run']>[0], comparison: Comparison): Promise<void> {
    const { notice, replaces } = await this.actions.run(action, comparison);
    if (notice !== '') this.#post({ type: 'notice', text: notice });
    if (replaces && this.comparison?.id === comparison.id) await this.#setReplaces(replaces);
  }

  /** After a replacement, the other text can take the place of the first. */
  async #setReplaces(replaces: ReplacedText): Promise<void> {
    if (this.#run) this.#run.setReplaces(replaces);
    else if (this.#shown) this.#shown = { ...this.#shown, replaces };
    const { comparison } = this;
    if (!comparison) return;
    this.#update({ comparison });
    await this.#remember(comparison);
  }

  async #remember(comparison: Comparison): Promise<void> {
    const { history, messages } = this.deps;
    await history.add(comparison).catch((error: unknown) => {
      messages.fail(error);
    });
    this.#update({ history: history.entries });
  }

  /** Runs the task that the panel shows again, with its draft if it has one. */
  async #rerun(instruction: string, numbers: Numbers): Promise<void> {
    const { comparison } = this;
    await this.compare({ ...(comparison && taskOf(comparison)), instruction }, numbers);
  }

  async #runSweep(alphas: readonly number[]): Promise<void> {
    const { comparison } = this;
    if (!comparison) {
      throw new Refusal(vscode.l10n.t('Run an instruction first. The plot compares its texts.'), [
        command(vscode.l10n.t('Generate…'), 'generate'),
      ]);
    }
    this.stop();
    const { engine, settings, editor } = this.deps;
    const prompt = promptOf(taskOf(comparison));
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

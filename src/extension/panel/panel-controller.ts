import * as vscode from 'vscode';
import type { PromptInput } from '../../protocol/options.ts';
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
import { loadPage } from '../webview/webview-page.ts';
import { ComparisonRun, type ReplacedText } from './comparison-run.ts';
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

interface ComparisonChanges {
  readonly numbers?: Numbers;
  readonly replaces?: ReplacedText | undefined;
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

  /** VS Code calls this for a panel that was open when the window reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { id } = (state ?? {}) as { id?: string };
    if (id !== undefined) this.#shown = await this.deps.history.open(id);
    this.#adopt(panel);
  }

  /**
   * Opens the panel and runs a comparison in it, with the settings of the document in front.
   * @param changes numbers to use instead of the settings, and the text the result may replace
   * @throws Refusal when the prompt is empty
   */
  async compare(
    prompt: PromptInput,
    { numbers, replaces }: ComparisonChanges = {},
  ): Promise<Comparison> {
    if (prompt.text.trim() === '') {
      throw new Refusal(
        vscode.l10n.t('The instruction is empty. Say what the model should write.'),
        [command(vscode.l10n.t('Generate…'), 'generate')],
      );
    }
    const { settings, editor } = this.deps;
    const scope = editor.document;
    const request = {
      prompt,
      options: { ...generationOptions(settings, scope), ...numbers },
      reward: rewardName(settings, scope),
      replaces,
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

  /** Runs the same prompt with other numbers; a changed instruction is a new prompt. */
  async #rerun(instruction: string, numbers: Numbers): Promise<void> {
    const last = this.#run?.request;
    const isSame = last && instruction === this.#run?.comparison.instruction;
    const prompt = isSame ? last.prompt : { text: instruction };
    await this.compare(prompt, { numbers, replaces: isSame ? last.replaces : undefined });
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

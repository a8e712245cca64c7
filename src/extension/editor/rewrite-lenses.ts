import * as vscode from 'vscode';
import type { PendingRewrite } from './pending-rewrite.ts';

export interface LensState {
  readonly phase: 'writing' | 'ready';
  /** Name of the reward; empty after the rewrite was stopped. */
  readonly reward: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** Shows the buttons of a rewrite above it, as code lenses. */
export class RewriteLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  #pending: PendingRewrite | undefined;
  #state: LensState | undefined;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    this.#registration = vscode.languages.registerCodeLensProvider({ pattern: '**' }, this);
  }

  get state(): LensState | undefined {
    return this.#state;
  }

  show(pending: PendingRewrite | undefined, state: LensState | undefined): void {
    this.#pending = pending;
    this.#state = state;
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const state = this.#state;
    if (!state || this.#pending?.document !== document) return [];
    const { line } = document.positionAt(this.#pending.removed.start);
    const range = new vscode.Range(line, 0, line, 0);
    return commandsOf(state).map((command) => new vscode.CodeLens(range, command));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function commandsOf(state: LensState): vscode.Command[] {
  const { t } = vscode.l10n;
  if (state.phase === 'writing') {
    return [
      { title: `$(loading~spin) ${t('Rewriting for {0}', state.reward)}`, command: '' },
      { title: `$(debug-stop) ${t('Stop')}`, command: 'tqstar.stop' },
      { title: `$(close) ${t('Reject')}`, command: 'tqstar.rejectRewrite' },
    ];
  }
  return [
    { title: `$(check) ${t('Accept')}`, command: 'tqstar.acceptRewrite' },
    { title: `$(close) ${t('Reject')}`, command: 'tqstar.rejectRewrite' },
    { title: `$(refresh) ${t('Try Again')}`, command: 'tqstar.tryRewriteAgain' },
    ...scoreOf(state),
  ];
}

function scoreOf({ reward, before, after }: LensState): vscode.Command[] {
  if (before === undefined || after === undefined) return [];
  const title = `${reward}: ${before.toFixed(2)} → ${after.toFixed(2)}`;
  return [{ title, command: 'tqstar.selectTargetReward' }];
}

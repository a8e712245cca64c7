import * as vscode from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { command, Refusal, type Messages } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { chosenReward, generationOptions, rewriteReward } from '../settings/generation-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { paragraphAt, selectedText, type SelectedText } from './paragraph.ts';
import { PendingRewrite, type Outcome } from './pending-rewrite.ts';
import { RewriteDecorations, rangeOf } from './rewrite-decorations.ts';
import type { RewriteJournal } from './rewrite-journal.ts';
import { RewriteLenses, type LensState } from './rewrite-lenses.ts';
import { anotherWording, scoreBoth, writeRewrite } from './rewrite-writer.ts';
import { SelectionQueue } from './selection-queue.ts';

export interface RewriteDeps {
  readonly settings: Settings;
  readonly engine: EngineService;
  readonly messages: Messages;
  readonly log: vscode.LogOutputChannel;
  readonly journal: RewriteJournal;
}

/** Runs one rewrite at a time: both texts stay in the document until the person decides. */
export class RewriteController implements vscode.Disposable {
  readonly #decorations = new RewriteDecorations();
  readonly #lenses = new RewriteLenses();
  readonly #subscriptions: vscode.Disposable[];
  #pending: PendingRewrite | undefined;
  #writing: AbortController | undefined;
  /** Settles when a decided rewrite is cleaned up. */
  #offered: Promise<unknown> = Promise.resolve();
  #retry = false;

  constructor(private readonly deps: RewriteDeps) {
    this.#subscriptions = [
      this.#decorations,
      this.#lenses,
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document === this.#pending?.document) {
          this.#pending.follow(event);
          if (!this.#pending.outcome) this.#draw();
          deps.journal.note(this.#pending);
        }
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#restore(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document === this.#pending?.document) this.#pending.close();
      }),
      vscode.workspace.onWillSaveTextDocument((event) => {
        this.#rejectBeforeSave(event);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.#draw();
      }),
    ];
    for (const document of vscode.workspace.textDocuments) this.#restore(document);
  }

  get pending(): PendingRewrite | undefined {
    return this.#pending;
  }

  /** Whether the new text is complete and waits for a decision. */
  get ready(): boolean {
    const pending = this.#pending;
    return pending !== undefined && pending.outcome === undefined && this.#writing === undefined;
  }

  /**
   * Rewrites each selection in turn; an empty selection means the paragraph at the cursor.
   * @returns how each rewrite ended; ends early when one is neither accepted nor rejected
   * @throws Refusal when another rewrite is open, or there is no text or instruction
   */
  async rewrite(editor: vscode.TextEditor, instruction: string): Promise<readonly Outcome[]> {
    const { document, selections } = editor;
    if (instruction.trim() === '') {
      throw new Refusal(
        vscode.l10n.t('The instruction is empty. Say how the text should change.'),
        [command(vscode.l10n.t('Rewrite Again'), 'rewriteSelection')],
      );
    }
    if (this.#pending?.outcome) await this.#offered;
    if (this.#pending) {
      throw new Refusal(vscode.l10n.t('Another rewrite is open. Accept or reject it first.'), [
        command(vscode.l10n.t('Accept'), 'acceptRewrite'),
        command(vscode.l10n.t('Reject'), 'rejectRewrite'),
      ]);
    }
    const ranges = selections.map((selection) =>
      selection.isEmpty ? paragraphAt(document, selection.active) : selection,
    );
    const wanted = ranges.flatMap((range) => (range ? (selectedText(document, range) ?? []) : []));
    if (wanted.length === 0) {
      throw new Refusal(
        vscode.l10n.t(
          'There is no text to rewrite. Select text, or move the cursor into a paragraph.',
        ),
      );
    }
    const queue = new SelectionQueue(
      document,
      wanted.map(({ span }) => span),
    );
    const outcomes: Outcome[] = [];
    try {
      for (let range = queue.next(); range; range = queue.next()) {
        const selected = selectedText(document, range);
        if (!selected) continue;
        const outcome = await this.#rewriteUntilDecided(document, selected, instruction);
        outcomes.push(outcome);
        if (outcome !== 'accepted' && outcome !== 'rejected') break;
      }
    } finally {
      queue.dispose();
    }
    return outcomes;
  }

  async accept(): Promise<void> {
    if (this.ready) await this.#pending?.accept();
  }

  async reject(): Promise<void> {
    this.stop();
    await this.#pending?.reject();
  }

  async tryAgain(): Promise<void> {
    if (!this.ready) return;
    this.#retry = true;
    await this.#pending?.reject();
  }

  /** Stops writing; the person can accept or reject the text so far. */
  stop(): void {
    this.#writing?.abort();
  }

  dispose(): void {
    this.stop();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #rewriteUntilDecided(
    document: vscode.TextDocument,
    first: SelectedText,
    instruction: string,
  ): Promise<Outcome> {
    let selected: SelectedText | undefined = first;
    for (let attempt = 0; selected; attempt++) {
      this.#retry = false;
      const pending = new PendingRewrite(document, selected.span, separatorOf(selected));
      const offered = this.#offer(pending, selected, instruction, attempt);
      this.#offered = offered;
      const outcome = await offered;
      if (!this.#retry) return outcome;
      selected = selectedText(document, rangeOf(document, pending.removed));
    }
    return 'rejected';
  }

  /** Writes the new text after the old one and waits for the person's decision. */
  async #offer(
    pending: PendingRewrite,
    selected: SelectedText,
    instruction: string,
    attempt: number,
  ): Promise<Outcome> {
    const { engine, journal, messages, settings } = this.deps;
    const { document } = pending;
    const writing = new AbortController();
    this.#pending = pending;
    this.#writing = writing;
    const outcome = pending.ended.then((how) => {
      writing.abort();
      return how;
    });
    try {
      const target = chosenReward(settings, document);
      const reward = rewriteReward(target, settings.get('rewriteMeaningWeight', document));
      const options = {
        ...generationOptions(settings, document),
        reward: reward.spec,
        ...anotherWording(settings, document, attempt),
      };
      this.#show({ phase: 'writing', reward: reward.label });
      let failure: unknown;
      const onText = (text: string): void => {
        pending.writePart(text).catch((error: unknown) => {
          failure ??= error;
          writing.abort();
        });
      };
      const task = { ...selected, instruction, options };
      const text = await writeRewrite(engine, task, onText, writing.signal);
      await pending.write(text);
      if (failure !== undefined) throw failure;
      this.#writing = undefined;
      this.#show({ phase: 'ready', reward: target.label });
      void this.#showRewards(pending, text, { ...options, reward: target.spec }, writing.signal);
    } catch (error) {
      this.#writing = undefined;
      const stopped = error instanceof TqError && error.code === ErrorCode.cancelled;
      if (stopped && pending.addedText !== '' && !pending.outcome) {
        this.#show({ phase: 'ready', reward: '' });
      } else {
        // When the person ended the rewrite, for example by closing the document, nothing failed.
        const ended = pending.outcome !== undefined;
        await pending.reject().catch(() => undefined);
        if (!ended) messages.fail(error);
      }
    }
    const how = await outcome;
    await journal.clear();
    this.#writing = undefined;
    this.#pending = undefined;
    this.#decorations.clear(document);
    this.#show(undefined);
    if (how === 'conflict' && !document.isClosed) this.#reportConflict();
    return how;
  }

  /** Shows the rewards of the draft and of the new text. */
  async #showRewards(
    pending: PendingRewrite,
    text: string,
    options: GenerationOptionsInput,
    signal: AbortSignal,
  ): Promise<void> {
    const { engine, log } = this.deps;
    try {
      const scores = await scoreBoth(engine, pending.original, text, options, signal);
      if (pending === this.#pending && !pending.outcome) {
        this.#show({ ...this.#lenses.state!, ...scores });
      }
    } catch (error) {
      if (!signal.aborted) log.warn(`Cannot score the rewrite: ${String(error)}`);
    }
  }

  #rejectBeforeSave(event: vscode.TextDocumentWillSaveEvent): void {
    const pending = this.#pending;
    if (event.document !== pending?.document || pending.outcome) return;
    // Auto save must not reject a rewrite while the person reads it.
    if (event.reason !== vscode.TextDocumentSaveReason.Manual) return;
    event.waitUntil(this.reject());
    void this.deps.messages.show(
      'info',
      vscode.l10n.t('The open rewrite was rejected, because the document was saved.'),
    );
  }

  /** Removes the new text that a window left in a document when it closed during a rewrite. */
  #restore(document: vscode.TextDocument): void {
    if (this.#pending) return;
    this.deps.journal.restore(document).then(
      (restored) => {
        if (!restored) return;
        const text = vscode.l10n.t(
          'An unfinished rewrite was removed. It was open when the window closed.',
        );
        void this.deps.messages.show('info', text);
      },
      (error: unknown) => {
        this.deps.messages.fail(error);
      },
    );
  }

  #reportConflict(): void {
    void this.deps.messages.show(
      'warning',
      vscode.l10n.t(
        'You edited the text during the rewrite, so the rewrite ended and your edit was kept.',
      ),
      [command(vscode.l10n.t('Rewrite Again'), 'rewriteSelection')],
    );
  }

  #show(state: LensState | undefined): void {
    this.#lenses.show(this.#pending, state);
    this.#draw();
    void vscode.commands.executeCommand('setContext', 'tqstar.rewritePending', state !== undefined);
    void vscode.commands.executeCommand('setContext', 'tqstar.rewriteReady', this.ready);
  }

  #draw(): void {
    const pending = this.#pending;
    if (!pending || pending.outcome) return;
    this.#decorations.show(pending.document, pending.removed, pending.added, this.ready);
  }
}

function separatorOf({ wholeLines, indent }: SelectedText): string {
  return wholeLines ? `\n${indent}` : '';
}

import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import { Refusal, type Messages } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { generationOptions } from '../settings/generation-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { Continuation } from './continuation.ts';
import { replaceRange, withLineEndingsOf } from './insert-text.ts';

/** The prompt is at most so much of the text before the cursor, to fit the model's context. */
const contextCharacters = 4000;

/** Showing a longer text hides the shorter one for a moment, so it must not happen all the time. */
const growMs = 300;

/**
 * Continues the text at the cursor as ghost text: on request, or while typing with the setting
 * tqstar.inlineSuggestions. VS Code cannot extend an inline completion, so each longer text is
 * offered as a new one.
 */
export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #subscriptions: vscode.Disposable;
  #current: Continuation | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly engine: EngineService,
    private readonly messages: Messages,
  ) {
    const everywhere = [{ pattern: '**' }, { scheme: 'vscode-scm' }, { scheme: 'untitled' }];
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerInlineCompletionItemProvider(everywhere, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.#current?.document && !this.#current.isFresh) this.drop();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document === this.#current?.document) this.drop();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        const current = this.#current;
        if (textEditor.document !== current?.document) return;
        if (!selections[0]?.active.isEqual(current.position)) this.drop();
      }),
    );
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const requested = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    let current = this.#current;
    if (!current?.isAt(document, position)) {
      if (!requested && !this.settings.get('inlineSuggestions', document)) return [];
      current = this.#begin(document, position, requested);
    }
    await current.waitForMore('');
    if (current.text === '' || !current.isFresh || token.isCancellationRequested) return [];
    const range = new vscode.Range(position, position);
    return [new vscode.InlineCompletionItem(withLineEndingsOf(document, current.text), range)];
  }

  /**
   * Inserts the text so far while the editor shows none of it, between two requests.
   * @returns false when there is no text yet
   */
  async accept(): Promise<boolean> {
    const { document, position, text = '', isFresh } = this.#current ?? {};
    const editor = vscode.window.activeTextEditor;
    if (text === '' || !isFresh || !position || editor?.document !== document) return false;
    await replaceRange(editor!, new vscode.Range(position, position), text);
    this.drop();
    return true;
  }

  /** Stops the continuation that is being written. */
  drop(): void {
    this.#current?.drop();
    this.#current = undefined;
    void vscode.commands.executeCommand('setContext', 'tqstar.continuing', false);
  }

  dispose(): void {
    this.drop();
    this.#subscriptions.dispose();
  }

  #begin(
    document: vscode.TextDocument,
    position: vscode.Position,
    requested: boolean,
  ): Continuation {
    this.drop();
    const continuation = new Continuation(document, position);
    this.#current = continuation;
    void vscode.commands.executeCommand('setContext', 'tqstar.continuing', true);
    const shown = this.#show(continuation);
    this.#write(continuation, requested)
      .catch((error: unknown) => {
        // The person did not request an automatic suggestion, so its failure shows no message.
        if (requested) this.messages.fail(error);
        continuation.drop();
      })
      .finally(async () => {
        continuation.finish();
        await shown;
        if (this.#current !== continuation) return;
        void vscode.commands.executeCommand('setContext', 'tqstar.continuing', false);
      });
    return continuation;
  }

  /** Makes the editor request completions again whenever the text has grown. */
  async #show(continuation: Continuation): Promise<void> {
    await continuation.waitForMore('');
    for (let shown = continuation.text; ;) {
      await delay(growMs);
      await continuation.waitForMore(shown);
      if (continuation.text === shown || !continuation.isFresh) return;
      shown = continuation.text;
      // VS Code answers a second request at one position from what it shows already.
      void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    }
  }

  async #write(continuation: Continuation, requested: boolean): Promise<void> {
    const { document, position, signal } = continuation;
    const before = document
      .getText(new vscode.Range(new vscode.Position(0, 0), position))
      .replaceAll('\r\n', '\n');
    const spaces = /[ \t]*$/u.exec(before)![0];
    // A word's token includes the space before it, so the prompt must not end with a space.
    const text = before.slice(-contextCharacters - spaces.length).trimEnd();
    if (text === '') {
      throw new Refusal(
        vscode.l10n.t('There is no text before the cursor to continue. Write the beginning first.'),
      );
    }
    const options: GenerationOptionsInput = {
      ...generationOptions(this.settings, document),
      maxTokens: this.settings.get('continueTokens', document),
    };
    // Nobody answers a question while typing.
    if (!requested && !this.engine.maySend(options)) return;
    const atSpace = spaces !== '' || before.endsWith('\n');
    const fitted = (written: string): string => (atSpace ? written.replace(/^\s+/u, '') : written);
    // The editor never shows a suggestion that started with only line breaks.
    const grow = (written: string): void => {
      if (written.trim() !== '') continuation.grow(fitted(written));
    };
    let written = '';
    const listen = (event: EngineEvent): void => {
      if (event.type !== 'token') return;
      written += event.text;
      grow(written);
    };
    const prompt = { text, raw: true };
    const done = await this.engine.run(requests.generate, { prompt, options }, listen, signal);
    if (done.stop !== 'cancelled') grow(done.text);
  }
}

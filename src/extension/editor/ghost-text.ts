import * as vscode from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import type { Messages } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { generationOptions } from '../settings/generation-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { withLineEndingsOf } from './insert-text.ts';

/** So much of the text before the cursor is continued; a model remembers no more. */
const contextCharacters = 4000;

/** Continues the text at the cursor as ghost text: when asked, or with inlineSuggestions on. */
export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #registration: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly engine: EngineService,
    private readonly messages: Messages,
  ) {
    const everywhere = [{ pattern: '**' }, { scheme: 'vscode-scm' }, { scheme: 'untitled' }];
    this.#registration = vscode.languages.registerInlineCompletionItemProvider(everywhere, this);
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const asked = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (!asked && !this.settings.get('inlineSuggestions', document)) return [];
    const { version } = document;
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    try {
      const text = await this.#continue(document, position, controller.signal);
      if (text === '' || document.version !== version) return [];
      const range = new vscode.Range(position, position);
      return [new vscode.InlineCompletionItem(withLineEndingsOf(document, text), range)];
    } catch (error) {
      // Nobody asked for an uninvited suggestion, so nobody is told that it failed.
      if (asked) this.messages.fail(error);
      return [];
    }
  }

  dispose(): void {
    this.#registration.dispose();
  }

  async #continue(
    document: vscode.TextDocument,
    position: vscode.Position,
    signal: AbortSignal,
  ): Promise<string> {
    const before = document
      .getText(new vscode.Range(new vscode.Position(0, 0), position))
      .replaceAll('\r\n', '\n');
    const spaces = /[ \t]*$/u.exec(before)![0];
    // Tokens start with their space, so a prompt must not end with one.
    const text = before.slice(-contextCharacters - spaces.length).trimEnd();
    if (text === '') {
      throw new TqError(
        ErrorCode.invalidInput,
        vscode.l10n.t('There is no text before the cursor to continue.'),
      );
    }
    const options: GenerationOptionsInput = {
      ...generationOptions(this.settings, document),
      maxTokens: this.settings.get('continueTokens', document),
    };
    const prompt = { text, raw: true };
    const done = await this.engine.run(requests.generate, { prompt, options }, undefined, signal);
    if (done.stop === 'cancelled') return '';
    const atSpace = spaces !== '' || before.endsWith('\n') || before === '';
    return atSpace ? done.text.replace(/^\s+/u, '') : done.text;
  }
}

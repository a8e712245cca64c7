import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { requests } from '../../protocol/requests.ts';
import { plain } from '../plain.ts';
import type { EngineService } from '../service/engine-service.ts';
import { generationOptions } from '../settings/generation-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { replaceRange } from './insert-text.ts';

/** After this time, VS Code shows a new thread. */
const shownMs = 400;

/** A thread in which a person says what to write, below the line of the cursor. */
interface OpenPrompt {
  readonly editor: vscode.TextEditor;
  readonly thread: vscode.CommentThread;
  readonly writing: AbortController;
  text: string;
}

/**
 * The prompt at the cursor: an input below the line. What it writes stays in its thread until the
 * person inserts it.
 */
export class WritePrompt implements vscode.Disposable {
  readonly #controller: vscode.CommentController;
  readonly #closing: vscode.Disposable;
  #open: OpenPrompt | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly engine: EngineService,
  ) {
    const { t } = vscode.l10n;
    this.#controller = vscode.comments.createCommentController('tqstar.prompt', t('Write here'));
    this.#controller.options = {
      prompt: t('Write something else'),
      placeHolder: t('Type an instruction, then press Ctrl+Enter'),
    };
    this.#closing = vscode.workspace.onDidCloseTextDocument((document) => {
      if (document === this.#open?.editor.document && document.isClosed) this.close();
    });
  }

  /** Opens the input below the cursor, with the focus; one that is open there moves. */
  async open(editor: vscode.TextEditor): Promise<void> {
    const { selection, document } = editor;
    const { line } = selection.end;
    const range = new vscode.Range(line, 0, line, 0);
    const thread = this.#waitingIn(document) ?? this.#create(document, range);
    // A thread that moves keeps what the person has typed into it.
    if (!thread.range?.isEqual(range)) thread.range = range;
    thread.label = selection.isEmpty
      ? vscode.l10n.t('What should be written here, or how should this paragraph change?')
      : vscode.l10n.t('How should the selected text change?');
    this.#open = { editor, thread, writing: new AbortController(), text: '' };
    // No event says that VS Code shows the thread.
    await delay(shownMs);
    // The first command focuses the thread, the second its input.
    await vscode.commands.executeCommand('workbench.action.focusCommentOnCurrentLine');
    await vscode.commands.executeCommand('widgetNavigation.focusNext');
  }

  /** Closes the input and returns the editor that it was in; undefined if none is open. */
  async takeEditor(): Promise<vscode.TextEditor | undefined> {
    const { editor } = this.#open ?? {};
    this.close();
    if (!editor || editor.document.isClosed) return undefined;
    return vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  get editor(): vscode.TextEditor | undefined {
    return this.#open?.editor;
  }

  /** Writes an answer to the instruction into the thread. */
  async write(instruction: string): Promise<void> {
    const open = this.#open;
    if (!open) return;
    const { thread, writing } = open;
    const options = generationOptions(this.settings, open.editor.document);
    const show = (text: string, label: string): void => {
      if (this.#open !== open) return;
      open.text = text;
      thread.comments = [
        {
          body: text,
          mode: vscode.CommentMode.Preview,
          author: { name: plain(instruction) },
          label,
        },
      ];
    };
    thread.label = plain(instruction);
    thread.canReply = false;
    thread.contextValue = 'writing';
    let text = '';
    try {
      const done = await this.engine.run(
        requests.generate,
        { prompt: { text: instruction }, options },
        (event) => {
          if (event.type !== 'token') return;
          text += event.text;
          show(text, vscode.l10n.t('Writing…'));
        },
        writing.signal,
      );
      show(done.text, done.stop === 'length' ? vscode.l10n.t('cut off at the maximum length') : '');
    } finally {
      // After a failure, the person can ask again in the same place.
      thread.contextValue = open.text === '' ? 'prompt' : 'written';
      thread.canReply = true;
    }
  }

  /** Inserts what was written at the cursor, as one undo step. */
  async insert(): Promise<void> {
    const { editor, text } = this.#open ?? {};
    if (!editor || text === '') return;
    const shown = await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    const { active } = shown.selection;
    await replaceRange(shown, new vscode.Range(active, active), text!);
    this.close();
  }

  close(): void {
    this.#open?.writing.abort();
    this.#open?.thread.dispose();
    this.#open = undefined;
  }

  dispose(): void {
    this.close();
    this.#closing.dispose();
    this.#controller.dispose();
  }

  /** The thread in a document that waits for an instruction. */
  #waitingIn(document: vscode.TextDocument): vscode.CommentThread | undefined {
    const { editor, thread } = this.#open ?? {};
    return editor?.document === document && thread?.contextValue === 'prompt' ? thread : undefined;
  }

  #create(document: vscode.TextDocument, range: vscode.Range): vscode.CommentThread {
    this.close();
    const thread = this.#controller.createCommentThread(document.uri, range, []);
    thread.contextValue = 'prompt';
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return thread;
  }
}

import * as vscode from 'vscode';
import { describeUnit } from './describe-rewrite.ts';
import { plain } from '../plain.ts';
import { presetTitle } from '../settings/presets.ts';
import { rangeOf } from './insert-text.ts';
import { needsList } from './rewrite-list.ts';
import type { RewriteSession } from './rewrite-session.ts';
import type { RewriteUnit } from './rewrite-unit.ts';

/** Shows the new wording of each unit in a comment thread below its draft. */
export class RewriteThreads implements vscode.Disposable {
  readonly #controller: vscode.CommentController;
  readonly #threads = new Map<RewriteUnit, vscode.CommentThread>();

  constructor() {
    const { t } = vscode.l10n;
    this.#controller = vscode.comments.createCommentController('tqstar.rewrite', t('Rewrites'));
    this.#controller.options = {
      prompt: t('Again, but …'),
      placeHolder: t('What should be different? For example: more formal, in one sentence'),
    };
  }

  /** The unit that a thread, or the reply in one, belongs to. */
  unitOf(thread: unknown): RewriteUnit | undefined {
    return [...this.#threads].find(([, each]) => each === thread)?.[0];
  }

  threadOf(unit: RewriteUnit): vscode.CommentThread | undefined {
    return this.#threads.get(unit);
  }

  /** Shows the units of a session that are written or offered, and removes all other threads. */
  show(session: RewriteSession): void {
    const { document, units, outcome } = session;
    const isOpen = outcome === undefined && !needsList(document);
    const shown = new Set(isOpen ? units.filter(isShown) : []);
    for (const [unit, thread] of this.#threads) {
      if (shown.has(unit)) continue;
      thread.dispose();
      this.#threads.delete(unit);
    }
    for (const unit of shown) this.#draw(session, unit);
  }

  /** Shows the longer text of one unit; the other threads stay as they are. */
  grow(session: RewriteSession, unit: RewriteUnit): void {
    if (session.outcome === undefined && !needsList(session.document) && isShown(unit)) {
      this.#draw(session, unit);
    }
  }

  dispose(): void {
    for (const thread of this.#threads.values()) thread.dispose();
    this.#controller.dispose();
  }

  #draw({ document, preset }: RewriteSession, unit: RewriteUnit): void {
    const title = presetTitle(preset);
    const range = rangeOf(document, unit.span);
    const { wording, text, place } = unit;
    const label = plain(describeUnit(unit));
    const comment: vscode.Comment = {
      // Plain text: VS Code shows it literally, and a screen reader reads no markup.
      body: wording?.source ?? text,
      mode: vscode.CommentMode.Preview,
      author: { name: plain(title) },
      label,
    };
    let thread = this.#threads.get(unit);
    if (!thread) {
      thread = this.#controller.createCommentThread(document.uri, range, [comment]);
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
      this.#threads.set(unit, thread);
    } else {
      thread.comments = [comment];
      if (!thread.range?.isEqual(range)) thread.range = range;
    }
    thread.label = plain(vscode.l10n.t('{0}: {1}', title, label));
    thread.canReply = wording !== undefined;
    thread.contextValue = wording ? (place.of > 1 ? 'ready several' : 'ready') : 'writing';
  }
}

function isShown({ state, text }: RewriteUnit): boolean {
  return state === 'changed' || (state === 'writing' && text !== '');
}

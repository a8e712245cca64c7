import * as vscode from 'vscode';
import type { PendingRewrite } from './pending-rewrite.ts';
import { rangeOf } from './rewrite-decorations.ts';

const key = 'tqstar.openRewrite';
/** A text may grow by a token every few milliseconds; so often is it noted. */
const intervalMs = 250;

interface Entry {
  readonly uri: string;
  readonly start: number;
  readonly original: string;
  /** What the rewrite has put behind the original, line break and all. */
  readonly added: string;
}

/**
 * Remembers the rewrite that is open. A window that ends with one leaves both texts in the
 * document, for VS Code keeps unsaved documents; the next window takes the new text out again.
 */
export class RewriteJournal {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly state: vscode.Memento) {}

  /** Notes the rewrite as it is, soon. */
  note(pending: PendingRewrite): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush(pending);
    }, intervalMs);
  }

  /** Notes the rewrite as it is, now. */
  async flush(pending: PendingRewrite): Promise<void> {
    const { document, removed, original } = pending;
    if (pending.outcome) return;
    const added = document.getText(
      rangeOf(document, { start: removed.end, end: pending.added.end }),
    );
    const entry: Entry = { uri: document.uri.toString(), start: removed.start, original, added };
    await this.state.update(key, entry);
  }

  async clear(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.state.update(key, undefined);
  }

  /** Takes out what an earlier window left in a document; true when there was something. */
  async restore(document: vscode.TextDocument): Promise<boolean> {
    const entry = this.state.get<Entry>(key);
    if (entry?.uri !== document.uri.toString()) return false;
    await this.clear();
    const { start, original, added } = entry;
    const end = start + original.length;
    if (added === '' || !document.getText().startsWith(original + added, start)) return false;
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, rangeOf(document, { start: end, end: end + added.length }));
    return vscode.workspace.applyEdit(edit);
  }
}

import * as vscode from 'vscode';
import type { PendingRewrite } from './pending-rewrite.ts';
import { rangeOf } from './rewrite-decorations.ts';

const key = 'tqstar.openRewrite';
/** Tokens can arrive every few milliseconds; the journal is written at most this often. */
const intervalMs = 250;

interface Entry {
  readonly uri: string;
  readonly start: number;
  readonly original: string;
  /** Text that the rewrite added after the original, with the separator. */
  readonly added: string;
}

/**
 * Records the open rewrite. When a window closes during a rewrite, VS Code keeps the unsaved
 * document with both texts; the next window uses the record to remove the new text.
 */
export class RewriteJournal {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly state: vscode.Memento) {}

  /** Records the rewrite soon. */
  note(pending: PendingRewrite): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush(pending);
    }, intervalMs);
  }

  /** Records the rewrite now. */
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

  /** Removes the new text that an earlier window left; returns whether there was one. */
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

import * as vscode from 'vscode';
import { rangeOf } from './rewrite-decorations.ts';
import { moved, touches, type Span } from './tracked-span.ts';

/** Selections to rewrite next. They move with edits before them; an edited selection is dropped. */
export class SelectionQueue implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  #spans: readonly Span[];

  constructor(
    private readonly document: vscode.TextDocument,
    spans: readonly Span[],
  ) {
    this.#spans = [...spans].sort((a, b) => a.start - b.start);
    this.#subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document !== document) return;
      this.#spans = this.#spans
        .filter((span) => !event.contentChanges.some((change) => touches(change, span)))
        .map((span) => moved(span, event.contentChanges));
    });
  }

  next(): vscode.Range | undefined {
    const [span, ...rest] = this.#spans;
    this.#spans = rest;
    return span && !this.document.isClosed ? rangeOf(this.document, span) : undefined;
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

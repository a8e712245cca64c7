import type * as vscode from 'vscode';

/**
 * Ghost text for one position in one version of a document. It ends when the person types, accepts
 * the text or moves the cursor.
 */
export class Continuation {
  readonly #controller = new AbortController();
  readonly #version: number;
  #text = '';
  #finished = false;
  #waiting: (() => void)[] = [];

  constructor(
    readonly document: vscode.TextDocument,
    readonly position: vscode.Position,
  ) {
    this.#version = document.version;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The text so far. */
  get text(): string {
    return this.#text;
  }

  /** Whether the text may still grow. */
  get isOpen(): boolean {
    return !this.#finished && this.isFresh;
  }

  /** Whether the document is unchanged since the start and the continuation was not dropped. */
  get isFresh(): boolean {
    const { document } = this;
    return !this.signal.aborted && !document.isClosed && document.version === this.#version;
  }

  isAt(document: vscode.TextDocument, position: vscode.Position): boolean {
    return this.isFresh && document === this.document && position.isEqual(this.position);
  }

  /** Sets the text so far. */
  grow(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#wake();
  }

  finish(): void {
    this.#finished = true;
    this.#wake();
  }

  /** Stops writing and discards the text. */
  drop(): void {
    this.#controller.abort();
    this.#wake();
  }

  /** Resolves when the text is longer than `seen`, or cannot grow any more. */
  async waitForMore(seen: string): Promise<void> {
    while (this.isOpen && this.#text === seen) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

import type * as vscode from 'vscode';

/**
 * A continuation that is being written for one place of one version of a document. It ends with
 * that version: what the person types, accepts or moves away from is not continued.
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

  /** True while there may be more to come. */
  get isOpen(): boolean {
    return !this.#finished && this.isFresh;
  }

  /** Whether the document is as it was when this was begun. */
  get isFresh(): boolean {
    const { document } = this;
    return !this.signal.aborted && !document.isClosed && document.version === this.#version;
  }

  isAt(document: vscode.TextDocument, position: vscode.Position): boolean {
    return this.isFresh && document === this.document && position.isEqual(this.position);
  }

  /** Takes the text as far as it has come. */
  grow(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#tell();
  }

  finish(): void {
    this.#finished = true;
    this.#tell();
  }

  /** Stops writing; what has come is dropped. */
  drop(): void {
    this.#controller.abort();
    this.#tell();
  }

  /** Resolves when there is more text than was seen, or none will come. */
  async moreThan(seen: string): Promise<void> {
    while (this.isOpen && this.#text === seen) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

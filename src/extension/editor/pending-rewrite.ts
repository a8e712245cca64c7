import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';
import { refusal, showForEditing, withLineEndingsOf } from './insert-text.ts';
import { rangeOf } from './rewrite-decorations.ts';
import { moved, touches, type Change, type Span } from './tracked-span.ts';

/** How a rewrite ended. */
export type Outcome = 'accepted' | 'rejected' | 'undone' | 'conflict' | 'closed';

/**
 * A rewrite in progress: the document holds the old text, followed by the new one. The rewrite
 * tracks both while the person edits elsewhere. An edit inside them ends the rewrite and is kept.
 */
export class PendingRewrite {
  readonly original: string;
  /** Resolves with how the rewrite ended. */
  readonly ended: Promise<Outcome>;
  #end!: (outcome: Outcome) => void;
  #outcome: Outcome | undefined;
  #removed: Span;
  #added: Span;
  #separator: string;
  /** The edit that this class is making; its change event arrives before edit() resolves. */
  #expected: Change | undefined;
  #edits: Promise<unknown> = Promise.resolve();
  #isFirst = true;
  /** The person edits the rewrite, so this class stops writing. */
  #yields = false;

  constructor(
    readonly document: vscode.TextDocument,
    span: Span,
    /** Text between the old and the new text: a line break when both are whole lines. */
    separator: string,
  ) {
    this.#removed = span;
    this.#added = { start: span.end, end: span.end };
    this.#separator = withLineEndingsOf(document, separator);
    this.original = document.getText(rangeOf(document, span));
    this.ended = new Promise((resolve) => {
      this.#end = (outcome) => {
        this.#outcome ??= outcome;
        resolve(outcome);
      };
    });
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get removed(): Span {
    return this.#removed;
  }

  /** The place of the new text; empty before the first token. */
  get added(): Span {
    const { start, end } = this.#added;
    return { start: Math.min(end, start + this.#separator.length), end };
  }

  get addedText(): string {
    return this.document.getText(rangeOf(this.document, this.added));
  }

  /** Writes the text so far, if the document is visible; never opens a hidden document. */
  writePart(text: string): Promise<void> {
    return this.#write(text, () => editorShowing(this.document) !== undefined);
  }

  /** Replaces the new text, and edits only where it differs. */
  write(text: string): Promise<void> {
    return this.#write(text, () => !this.document.isClosed);
  }

  #write(text: string, isWanted: () => boolean): Promise<void> {
    return this.#queue(async () => {
      if (this.#outcome || this.#yields || !isWanted()) return;
      const wanted = this.#separator + withLineEndingsOf(this.document, text);
      await this.#edit(() => {
        const shown = this.document.getText(rangeOf(this.document, this.#added));
        const same = commonStart(shown, wanted);
        return { start: this.#added.start + same, end: this.#added.end, text: wanted.slice(same) };
      }, false);
    });
  }

  /** Keeps only the new text; one undo step. */
  accept(): Promise<void> {
    return this.#finish(() => ({ start: this.#removed.start, end: this.added.start }), 'accepted');
  }

  /** Keeps only the old text. */
  reject(): Promise<void> {
    return this.#finish(() => this.#added, 'rejected');
  }

  close(): void {
    this.#end('closed');
  }

  /** Updates the tracked places after a change, by the person or by this class. */
  follow({ contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (this.#outcome || contentChanges.length === 0) return;
    const [change] = contentChanges;
    if (contentChanges.length === 1 && this.#isExpected(change!)) {
      this.#expected = undefined;
      // Edits change the new text only, except the last one, which may delete the old text.
      const end = this.#added.end - change!.rangeLength + change!.text.length;
      this.#added = { start: this.#added.start, end };
      return;
    }
    const whole = { start: this.#removed.start, end: this.#added.end };
    if (this.#yields || !contentChanges.some((each) => touches(each, whole))) {
      this.#removed = moved(this.#removed, contentChanges);
      this.#added = moved(this.#added, contentChanges);
      return;
    }
    // The person undid the rewrite or reverted the file.
    if (reason !== undefined || !this.document.isDirty) {
      this.#end('undone');
      return;
    }
    this.#yieldToPerson(contentChanges);
  }

  /** Deletes the new text if the person edited only the old one; otherwise keeps everything. */
  #yieldToPerson(changes: readonly Change[]): void {
    this.#yields = true;
    const whole = changes.some((change) => touches(change, this.#added));
    if (whole) {
      this.#end('conflict');
      return;
    }
    const grown = changes.reduce(
      (sum, { text, rangeLength }) => sum + text.length - rangeLength,
      0,
    );
    this.#added = { start: this.#added.start + grown, end: this.#added.end + grown };
    void this.#queue(() => this.#edit(() => ({ ...this.#added, text: '' }), true))
      .catch(() => undefined)
      .finally(() => {
        this.#end('conflict');
      });
  }

  #finish(span: () => Span, outcome: Outcome): Promise<void> {
    return this.#queue(async () => {
      if (this.#outcome) return;
      await this.#edit(() => ({ ...span(), text: '' }), true);
      this.#end(outcome);
    });
  }

  #isExpected({ rangeOffset, rangeLength, text }: Change): boolean {
    const expected = this.#expected;
    return (
      expected?.rangeOffset === rangeOffset &&
      expected.rangeLength === rangeLength &&
      expected.text === text
    );
  }

  /** Runs edits one after the other; each starts from the version that the previous one left. */
  #queue(edit: () => Promise<void>): Promise<void> {
    const next = this.#edits.then(edit);
    this.#edits = next.catch(() => undefined);
    return next;
  }

  /** Makes an edit; repeats it when VS Code rejects it because the document changed meanwhile. */
  async #edit(replacement: () => Span & { readonly text: string }, last: boolean): Promise<void> {
    const { document } = this;
    const editor = await editorOf(document);
    const options = { undoStopBefore: this.#isFirst, undoStopAfter: last };
    for (let version = -1; version !== document.version;) {
      version = document.version;
      const { start, end, text } = replacement();
      if (start === end && text === '') return;
      this.#expected = { rangeOffset: start, rangeLength: end - start, text };
      const done = await editor.edit((edit) => {
        edit.replace(rangeOf(document, { start, end }), text);
      }, options);
      // For a read-only editor, edit() resolves with true; only the change event is reliable.
      const made = done && this.#expected === undefined;
      this.#expected = undefined;
      this.#isFirst &&= !made;
      if (made || (!last && (this.#outcome || this.#yields))) return;
    }
    throw new Refusal(refusal(document));
  }
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  // Never split a surrogate pair or CRLF.
  return length > 0 && /[\uD800-\uDBFF\r]/u.test(a[length - 1]!) ? length - 1 : length;
}

function editorShowing(document: vscode.TextDocument): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find((each) => each.document === document);
}

async function editorOf(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  return editorShowing(document) ?? showForEditing(document, { preserveFocus: true });
}

import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';
import { refusal, showToWrite, withLineEndingsOf } from './insert-text.ts';
import { rangeOf } from './rewrite-decorations.ts';
import { moved, touches, type Change, type Span } from './tracked-span.ts';

/** What became of the new text. */
export type Outcome = 'accepted' | 'rejected' | 'undone' | 'conflict' | 'closed';

/**
 * New text that stands in the document beside the text it may replace. Both are tracked while the
 * person edits elsewhere; an edit inside ends the rewrite, and the person's edit stays.
 */
export class PendingRewrite {
  readonly original: string;
  /** Resolves when the new text was accepted, or is gone. */
  readonly ended: Promise<Outcome>;
  #end!: (outcome: Outcome) => void;
  #outcome: Outcome | undefined;
  #removed: Span;
  #added: Span;
  #separator: string;
  /** The own edit under way; its change is told before it resolves. */
  #expected: Change | undefined;
  #edits: Promise<unknown> = Promise.resolve();
  #isFirst = true;
  /** The person writes inside: nothing is written any more. */
  #yields = false;

  constructor(
    readonly document: vscode.TextDocument,
    span: Span,
    /** What is put between the old and the new text: a line break where both are whole lines. */
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

  /** The new text; empty while there is none. */
  get added(): Span {
    const { start, end } = this.#added;
    return { start: Math.min(end, start + this.#separator.length), end };
  }

  get addedText(): string {
    return this.document.getText(rangeOf(this.document, this.added));
  }

  /** Writes as far as the text has come, where the document is in span: it is not brought back. */
  writePart(text: string): Promise<void> {
    return this.#write(text, () => editorShowing(this.document) !== undefined);
  }

  /** Makes the new text what is given; only what differs is edited. */
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

  /** Leaves the new text alone, as one undo step. */
  accept(): Promise<void> {
    return this.#finish(() => ({ start: this.#removed.start, end: this.added.start }), 'accepted');
  }

  /** Leaves the old text alone. */
  reject(): Promise<void> {
    return this.#finish(() => this.#added, 'rejected');
  }

  close(): void {
    this.#end('closed');
  }

  /** Follows a change of the document, the own ones too. */
  follow({ contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (this.#outcome || contentChanges.length === 0) return;
    const [change] = contentChanges;
    if (contentChanges.length === 1 && this.#isExpected(change!)) {
      this.#expected = undefined;
      // Only the new text is written to; an edit that takes away the old one is the last.
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
    // Undone by the person, or reverted to what is saved.
    if (reason !== undefined || !this.document.isDirty) {
      this.#end('undone');
      return;
    }
    this.#leaveToPerson(contentChanges);
  }

  /** Where only the old text was edited, the new text goes; otherwise everything stays. */
  #leaveToPerson(changes: readonly Change[]): void {
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

  /** One edit after the other: each is made on the version the one before it left. */
  #queue(edit: () => Promise<void>): Promise<void> {
    const next = this.#edits.then(edit);
    this.#edits = next.catch(() => undefined);
    return next;
  }

  /** vscode refuses an edit when the document has another version by then: it is made anew. */
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
      // A read-only editor says that it made the edit; only the change tells.
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
  // A surrogate pair is not taken apart, and a CRLF neither.
  return length > 0 && /[\uD800-\uDBFF\r]/u.test(a[length - 1]!) ? length - 1 : length;
}

function editorShowing(document: vscode.TextDocument): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find((each) => each.document === document);
}

async function editorOf(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  return editorShowing(document) ?? showToWrite(document, { preserveFocus: true });
}

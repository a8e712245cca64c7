import * as vscode from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import type { PresetInput } from '../../protocol/rewriting.ts';
import { Refusal } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { editorOf, rangeOf, refusal, withLineEndingsOf } from './insert-text.ts';
import { requestRewrite, type Wish } from './rewrite-request.ts';
import { RewriteUnit } from './rewrite-unit.ts';
import { followed, type Change, type Span } from './tracked-span.ts';

/** How a rewrite ended. */
export type Outcome = 'accepted' | 'rejected' | 'kept' | 'edited' | 'closed';

/**
 * A rewrite of a document. It never touches the document before the person accepts, and then only
 * the units whose draft is still there. The units follow edits elsewhere; a unit that the person
 * edits is dropped.
 */
export class RewriteSession implements vscode.Disposable {
  /** Resolves with how the rewrite ended. */
  readonly ended: Promise<Outcome>;
  #end!: (outcome: Outcome) => void;
  #outcome: Outcome | undefined;
  #units: readonly RewriteUnit[] = [];
  #writing: AbortController | undefined;
  #asked: readonly Span[] = [];
  /** Changes since the request that is being written. */
  #changes: (readonly Change[])[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #grew = new vscode.EventEmitter<RewriteUnit>();
  /** The text of a unit that is being written is longer; nothing else changed. */
  readonly onDidGrow = this.#grew.event;

  constructor(
    readonly document: vscode.TextDocument,
    readonly preset: PresetInput,
    private readonly engine: EngineService,
    private readonly options: GenerationOptionsInput,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get units(): readonly RewriteUnit[] {
    return this.#units;
  }

  /** Units whose new wording waits for a decision. */
  get offered(): readonly RewriteUnit[] {
    return this.#units.filter(({ wording }) => wording !== undefined);
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Whether everything is written and waits for a decision. */
  get isReady(): boolean {
    return this.#outcome === undefined && !this.isWriting && this.offered.length > 0;
  }

  /** Where the rewrite is, for the person to go to. */
  get place(): vscode.Range | undefined {
    const span = this.#units.find(({ isOpen }) => isOpen)?.span ?? this.#asked[0];
    return span && rangeOf(this.document, span);
  }

  /**
   * Writes ranges of the document. Stopped, it keeps the units that are finished.
   * @param ranges UTF-16 offsets in the document as it is now
   * @throws TqError when the engine fails; finished units stay open
   */
  async write(ranges: readonly Span[], wish: Wish): Promise<void> {
    const { document, engine, options } = this;
    const writing = new AbortController();
    const text = document.getText();
    let planned: readonly RewriteUnit[] = [];
    const at = (index: number): RewriteUnit | undefined => {
      const unit = planned[index];
      return unit?.state === 'waiting' || unit?.state === 'writing' ? unit : undefined;
    };
    this.#writing = writing;
    this.#changes = [];
    this.#asked = ranges;
    this.#changed.fire();
    try {
      const result = await requestRewrite(
        engine,
        { text, language: document.languageId, ranges, options, ...wish },
        {
          onPlan: (spans) => {
            planned = this.#plan(text, spans);
            this.#changed.fire();
          },
          onText: (index, written) => {
            const unit = at(index);
            if (!unit) return;
            unit.text = written;
            if (unit.state === 'writing') {
              this.#grew.fire(unit);
              return;
            }
            unit.state = 'writing';
            this.#changed.fire();
          },
          onUnit: (done) => {
            at(done.index)?.finish(done);
            this.#changed.fire();
          },
        },
        writing.signal,
      );
      for (const done of result.units) at(done.index)?.finish(done);
    } catch (error) {
      const stopped = error instanceof TqError && error.code === ErrorCode.cancelled;
      if (!stopped && this.#outcome === undefined) throw error;
    } finally {
      for (const unit of planned) unit.abandon();
      if (this.#writing === writing) this.#writing = undefined;
      this.#changed.fire();
    }
  }

  /** Stops writing; what is finished stays. */
  stop(): void {
    this.#writing?.abort();
  }

  /**
   * Puts the new wording of units into the document, as one edit.
   * @throws Refusal when the document cannot be edited
   */
  async accept(units: readonly RewriteUnit[] = this.offered): Promise<void> {
    const { document } = this;
    // Unlike a workspace edit, an editor refuses to edit a document that is read-only.
    const editor = await editorOf(document);
    for (;;) {
      const { version } = document;
      const accepted = units.filter((unit) => unit.wording && this.#isWhole(unit));
      if (accepted.length === 0) break;
      const changes = accepted.map(({ span, wording }) => ({
        range: rangeOf(document, span),
        text: withLineEndingsOf(document, wording!.source),
      }));
      // The change event of this edit must not look like the person's.
      for (const unit of accepted) unit.state = 'accepted';
      const done = await editor.edit((edit) => {
        for (const { range, text } of changes) edit.replace(range, text);
      });
      // For a read-only editor, edit() resolves with true although nothing changed.
      if (done && document.version !== version) break;
      for (const unit of accepted) unit.state = 'changed';
      if (document.version === version) throw new Refusal(refusal(document));
    }
    this.#endIfDecided();
  }

  /** Drops the new wording of units, or of all. */
  reject(units: readonly RewriteUnit[] = this.#units): void {
    for (const unit of units) if (unit.isOpen) unit.state = 'rejected';
    if (units === this.#units) this.finish('rejected');
    else this.#endIfDecided();
  }

  nextWording(unit: RewriteUnit): void {
    unit.nextWording();
    this.#changed.fire();
  }

  /** Ends the rewrite; the document stays as it is. */
  finish(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.stop();
    this.#end(outcome);
    this.#changed.fire();
  }

  /** Moves the units with a change of the document, and drops those that it touches. */
  follow({ contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.#outcome !== undefined || contentChanges.length === 0) return;
    if (this.isWriting) this.#changes.push(contentChanges);
    this.#asked = this.#asked.map((span) => followed(span, contentChanges) ?? span);
    for (const unit of this.#units) {
      const span = followed(unit.span, contentChanges);
      if (span) unit.span = span;
      else if (unit.isOpen || unit.state === 'kept') unit.state = 'edited';
    }
    if (this.#units.length > 0) this.#endIfDecided();
  }

  dispose(): void {
    this.finish('closed');
    this.#changed.dispose();
    this.#grew.dispose();
  }

  /** Ends when nothing is left to write or to decide; otherwise shows what is. */
  #endIfDecided(): void {
    const states = new Set(this.#units.map(({ state }) => state));
    const open = this.#units.some(({ isOpen }) => isOpen);
    if (open) this.#changed.fire();
    else if (states.has('accepted')) this.finish('accepted');
    else if (states.has('rejected')) this.finish('rejected');
    else if (states.has('edited')) this.finish('edited');
    else this.#changed.fire();
  }

  /** The units of a plan, with those of an earlier request that are the same. */
  #plan(text: string, spans: readonly Span[]): readonly RewriteUnit[] {
    const planned = spans.map(({ start, end }) => {
      const draft = text.slice(start, end);
      let now: Span | undefined = { start, end };
      for (const changes of this.#changes) now = now && followed(now, changes);
      const known = this.#units.find(
        (unit) => unit.draft === draft && unit.span.start === now?.start,
      );
      const unit = known ?? new RewriteUnit(now ?? { start, end }, draft);
      unit.state = now ? 'waiting' : 'edited';
      unit.text = '';
      return unit;
    });
    const others = this.#units.filter(
      ({ span }) => !planned.some((unit) => overlap(unit.span, span)),
    );
    this.#units = [...others, ...planned].sort((a, b) => a.span.start - b.span.start);
    return planned;
  }

  #isWhole({ span, draft }: RewriteUnit): boolean {
    return this.document.getText(rangeOf(this.document, span)) === draft;
  }
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

import * as vscode from 'vscode';
import type { PresetInput } from '../../protocol/rewriting.ts';
import { command, Refusal, type Messages } from '../messages.ts';
import type { EngineService } from '../service/engine-service.ts';
import { rewriteOptions } from '../settings/generation-settings.ts';
import { presetBut } from '../settings/presets.ts';
import type { Settings } from '../settings/settings.ts';
import { describeAllLostFacts } from './describe-rewrite.ts';
import { refusal, showForEditing } from './insert-text.ts';
import { wantedSpans } from './paragraph.ts';
import { chooseFromList, needsList } from './rewrite-list.ts';
import { RewriteDecorations } from './rewrite-decorations.ts';
import { RewriteFollower } from './rewrite-follower.ts';
import { RewriteLenses } from './rewrite-lenses.ts';
import { announceReady, reportEdited, reportKept } from './rewrite-messages.ts';
import type { Wish } from './rewrite-request.ts';
import { RewriteSession, type Outcome } from './rewrite-session.ts';
import { RewriteThreads } from './rewrite-threads.ts';
import type { RewriteUnit } from './rewrite-unit.ts';
import type { Span } from './tracked-span.ts';

export interface RewriteDeps {
  readonly settings: Settings;
  readonly engine: EngineService;
  readonly messages: Messages;
}

/** How many wordings "Three Wordings" asks for. */
const severalWordings = 3;

/** Runs one rewrite at a time, and shows it next to the document until the person decides. */
export class RewriteController implements vscode.Disposable {
  readonly #decorations = new RewriteDecorations();
  readonly #lenses = new RewriteLenses();
  readonly #threads = new RewriteThreads();
  readonly #follower = new RewriteFollower();
  readonly #subscriptions: vscode.Disposable[];
  #session: RewriteSession | undefined;

  constructor(private readonly deps: RewriteDeps) {
    this.#subscriptions = [
      this.#decorations,
      this.#lenses,
      this.#threads,
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.#follow(event);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        // VS Code also reports a document as closed when its language changes.
        if (document === this.#session?.document && document.isClosed) {
          this.#session.finish('closed');
        }
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        if (this.#session) this.#decorations.show(this.#session);
      }),
    ];
  }

  /** The rewrite that is written, or waits for a decision. */
  get session(): RewriteSession | undefined {
    return this.#session;
  }

  /** Whether everything is written and waits for a decision. */
  get ready(): boolean {
    return this.#session?.isReady ?? false;
  }

  /**
   * Rewrites the selections; an empty selection means the paragraph at the cursor.
   * @returns how the rewrite ended
   * @throws Refusal when another rewrite is open, or nothing can be rewritten
   */
  rewrite(
    { document, selections }: Pick<vscode.TextEditor, 'document' | 'selections'>,
    preset: PresetInput,
  ): Promise<Outcome> {
    this.#refuseAnother();
    const spans = wantedSpans(document, selections);
    if (spans.length === 0) {
      throw new Refusal(
        vscode.l10n.t(
          'There is no text to rewrite. Select text, or move the cursor into a paragraph.',
        ),
      );
    }
    if (isReadOnly(document)) throw new Refusal(refusal(document));
    return this.#run(document, spans, preset);
  }

  /** Accepts everything that is offered, or one unit; asks first when facts would be lost. */
  async accept(unit?: RewriteUnit): Promise<void> {
    const session = this.#session;
    if (!session || (!unit && !session.isReady)) return;
    const units = unit ? [unit] : session.offered;
    if (await this.#confirmsLostFacts(units)) await session.accept(units);
  }

  /** Rejects everything, or one unit. The document stays as it is. */
  reject(unit?: RewriteUnit): void {
    if (unit) this.#session?.reject([unit]);
    else this.#session?.reject();
  }

  /**
   * Writes everything that is not decided again, or one unit.
   * @param but what should be different
   */
  async tryAgain(unit?: RewriteUnit, but = ''): Promise<void> {
    const { preset } = this.#session ?? {};
    if (!preset) return;
    await this.#writeAgain(unit, { preset: presetBut(preset, but) });
  }

  /** Offers several wordings of each unit that is not decided, or of one. */
  async offerSeveral(unit?: RewriteUnit): Promise<void> {
    const { preset } = this.#session ?? {};
    if (preset) await this.#writeAgain(unit, { preset, candidates: severalWordings });
  }

  /** Shows another wording of a unit. */
  nextWording(unit: RewriteUnit): void {
    this.#session?.nextWording(unit);
  }

  /** The unit of a comment thread or a reply in one; without either, the unit at the cursor. */
  unitOf(given: unknown): RewriteUnit | undefined {
    const thread = (given as Partial<vscode.CommentReply> | undefined)?.thread ?? given;
    const unit = this.#threads.unitOf(thread);
    const editor = vscode.window.activeTextEditor;
    if (unit || given !== undefined || editor?.document !== this.#session?.document) return unit;
    const at = editor ? editor.document.offsetAt(editor.selection.active) : -1;
    return this.#session?.offered.find(({ span }) => span.start <= at && at <= span.end);
  }

  /** Shows the document of the open rewrite, at its first unit. */
  async show(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const editor = await showForEditing(session.document);
    if (session.place) editor.revealRange(session.place, vscode.TextEditorRevealType.InCenter);
  }

  /** Stops writing; the person decides about what is finished. */
  stop(): void {
    this.#session?.stop();
  }

  dispose(): void {
    this.#session?.finish('closed');
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #run(
    document: vscode.TextDocument,
    spans: readonly Span[],
    preset: PresetInput,
  ): Promise<Outcome> {
    const { settings, engine } = this.deps;
    const options = rewriteOptions(settings, document);
    const session = new RewriteSession(document, preset, engine, options);
    this.#session = session;
    this.#follower.reset();
    const shown = vscode.Disposable.from(
      session.onDidChange(() => {
        this.#draw(session);
      }),
      session.onDidGrow((unit) => {
        this.#threads.grow(session, unit);
      }),
    );
    try {
      await this.#write(session, spans, { preset });
      if (session.outcome === undefined && needsList(document)) await this.#askInList(session);
      return await session.ended;
    } finally {
      this.#session = undefined;
      this.#draw(session);
      shown.dispose();
      session.dispose();
    }
  }

  async #write(session: RewriteSession, spans: readonly Span[], wish: Wish): Promise<void> {
    const meaningWeight = this.deps.settings.get('rewriteMeaningWeight', session.document);
    try {
      await session.write(spans, { ...wish, meaningWeight });
    } catch (error) {
      this.deps.messages.fail(error);
      if (session.offered.length === 0) session.finish('kept');
      return;
    }
    if (session.outcome !== undefined) return;
    if (session.offered.length > 0) announceReady(this.deps.messages, session);
    else reportKept(this.deps.messages, session);
  }

  async #writeAgain(only: RewriteUnit | undefined, wish: Wish): Promise<void> {
    const session = this.#session;
    if (!session?.isReady) return;
    const units = only
      ? [only]
      : session.units.filter(({ state }) => state === 'changed' || state === 'kept');
    for (const unit of units) unit.attempt++;
    const attempt = Math.max(...units.map((unit) => unit.attempt));
    await this.#write(
      session,
      units.map(({ span }) => span),
      { ...wish, attempt },
    );
  }

  async #confirmsLostFacts(units: readonly RewriteUnit[]): Promise<boolean> {
    const lost = describeAllLostFacts(units);
    if (lost === '') return true;
    return this.deps.messages.confirm(
      vscode.l10n.t('Accept the rewrite although facts differ from the draft?'),
      lost,
      vscode.l10n.t('Accept'),
    );
  }

  async #askInList(session: RewriteSession): Promise<void> {
    const accepted = await chooseFromList(session.offered);
    if (accepted && (await this.#confirmsLostFacts(session.offered))) await session.accept();
    session.finish('rejected');
  }

  #follow(event: vscode.TextDocumentChangeEvent): void {
    const session = this.#session;
    if (event.document !== session?.document) return;
    const edited = (): number => session.units.filter(({ state }) => state === 'edited').length;
    const before = edited();
    session.follow(event);
    if (edited() > before) reportEdited(this.deps.messages);
  }

  #draw(session: RewriteSession): void {
    this.#lenses.show(session.outcome === undefined ? session : undefined);
    this.#decorations.show(session);
    this.#threads.show(session);
    this.#follower.follow(session);
    const open = session.outcome === undefined;
    void vscode.commands.executeCommand('setContext', 'tqstar.rewritePending', open);
    void vscode.commands.executeCommand('setContext', 'tqstar.rewriteReady', session.isReady);
  }

  #refuseAnother(): void {
    if (!this.#session) return;
    const name = vscode.workspace.asRelativePath(this.#session.document.uri);
    throw new Refusal(
      vscode.l10n.t('Another rewrite is open in {0}. Accept or reject it first.', name),
      [
        command(vscode.l10n.t('Show'), 'showRewrite'),
        command(vscode.l10n.t('Accept'), 'acceptRewrite'),
        command(vscode.l10n.t('Reject'), 'rejectRewrite'),
      ],
    );
  }
}

/** Whether VS Code says that nothing can be written there; files may be read-only all the same. */
function isReadOnly({ uri }: vscode.TextDocument): boolean {
  const elsewhere = ['untitled', 'vscode-notebook-cell', 'vscode-scm'];
  return !elsewhere.includes(uri.scheme) && !vscode.workspace.fs.isWritableFileSystem(uri.scheme);
}

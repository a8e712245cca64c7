import * as vscode from 'vscode';
import { lens } from '../editor-messages.ts';
import { describeAllLostFacts, describeKept, describeMeanReward } from './describe-rewrite.ts';
import type { RewriteSession } from './rewrite-session.ts';

/** Shows the buttons of a rewrite above its first unit, as code lenses. */
export class RewriteLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  #session: RewriteSession | undefined;
  #shown = '';

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    this.#registration = vscode.languages.registerCodeLensProvider({ pattern: '**' }, this);
  }

  show(session: RewriteSession | undefined): void {
    this.#session = session;
    const titles = session ? commandsOf(session).map(({ title }) => title) : [];
    const shown = [session?.place?.start.line, ...titles].join('\n');
    // Lenses flicker when they are drawn again, as at each edit elsewhere.
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const session = this.#session;
    if (session?.document !== document || !session.place) return [];
    const { line } = session.place.start;
    const range = new vscode.Range(line, 0, line, 0);
    return commandsOf(session).map((command) => lens(range, command));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function commandsOf(session: RewriteSession): vscode.Command[] {
  if (session.outcome !== undefined) return [];
  return session.isWriting ? whileWriting(session) : whenReady(session);
}

function whileWriting({ units }: RewriteSession): vscode.Command[] {
  const { t } = vscode.l10n;
  const at = units.findIndex(({ state }) => state === 'writing' || state === 'waiting');
  const title =
    units.length === 0
      ? t('Preparing the rewrite')
      : t('Rewriting: paragraph {0} of {1}', (at < 0 ? units.length - 1 : at) + 1, units.length);
  return [
    { title, command: 'tqstar.showRewrite' },
    { title: t('Stop'), command: 'tqstar.stop' },
    { title: t('Reject All'), command: 'tqstar.rejectRewrite' },
  ];
}

function whenReady(session: RewriteSession): vscode.Command[] {
  const { t } = vscode.l10n;
  const several = session.offered.length > 1;
  const facts = describeAllLostFacts(session.offered);
  const notes = [describeMeanReward(session), facts, describeKept(session)];
  return [
    { title: several ? t('Accept All') : t('Accept'), command: 'tqstar.acceptRewrite' },
    { title: several ? t('Reject All') : t('Reject'), command: 'tqstar.rejectRewrite' },
    { title: t('Again'), command: 'tqstar.tryRewriteAgain' },
    { title: t('Three Wordings'), command: 'tqstar.offerThreeWordings' },
    ...notes
      .filter((title) => title !== '')
      .map((title) => ({ title, command: 'tqstar.showRewrite' })),
  ];
}

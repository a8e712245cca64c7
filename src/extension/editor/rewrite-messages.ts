import * as vscode from 'vscode';
import { command, type Messages } from '../messages.ts';
import { describeAllLostFacts, describeKept, describeMeanReward } from './describe-rewrite.ts';
import type { RewriteSession } from './rewrite-session.ts';

/** Says that a rewrite is ready where the person may not see it: elsewhere, or by ear. */
export function announceReady(messages: Messages, session: RewriteSession): void {
  const { document } = session;
  const isSeen =
    vscode.window.state.focused &&
    vscode.window.visibleTextEditors.some((editor) => editor.document === document);
  const support = vscode.workspace.getConfiguration('editor').get('accessibilitySupport');
  if (isSeen && support !== 'on') return;
  const notes = [describeMeanReward(session), describeAllLostFacts(session.offered)];
  void messages.show(
    'info',
    vscode.l10n.t(
      'The rewrite of {0} is ready. {1}',
      vscode.workspace.asRelativePath(document.uri),
      [...notes, describeKept(session)].filter(Boolean).join('; '),
    ),
    [command(vscode.l10n.t('Show'), 'showRewrite')],
  );
}

/** Ends a rewrite that changed nothing, and says why. */
export function reportKept(messages: Messages, session: RewriteSession): void {
  const text =
    session.units.length === 0
      ? vscode.l10n.t(
          'There is no prose to rewrite here. Code, markup, links, signatures and paragraphs of more than 20,000 characters stay.',
        )
      : describeKept(session);
  session.finish('kept');
  void messages.show('info', text, [command(vscode.l10n.t('Rewrite Again'), 'rewriteSelection')]);
}

/** Says that a paragraph that the person edited has no rewrite any more. */
export function reportEdited(messages: Messages): void {
  void messages.show(
    'warning',
    vscode.l10n.t('You edited the text during the rewrite. Your edit stays, without a rewrite.'),
    [command(vscode.l10n.t('Rewrite Again'), 'rewriteSelection')],
  );
}

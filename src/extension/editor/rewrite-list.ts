import * as vscode from 'vscode';
import { pickItem } from '../editor-messages.ts';
import { describeAllLostFacts } from './describe-rewrite.ts';
import type { RewriteUnit } from './rewrite-unit.ts';

/** Whether VS Code shows no comment threads in a document. */
export function needsList({ uri }: vscode.TextDocument): boolean {
  return ['vscode-notebook-cell', 'vscode-scm'].includes(uri.scheme);
}

/** Lets the person choose between the wordings of some units and their drafts, in a list. */
export function chooseFromList(units: readonly RewriteUnit[]): Promise<boolean> {
  return chooseText({
    use: vscode.l10n.t('Use this text'),
    text: units.map(({ wording }) => wording!.source).join('\n'),
    draft: units.map(({ draft }) => draft).join('\n'),
    lost: describeAllLostFacts(units),
  });
}

/** Shows a new text and its draft in a list; true when the person takes the new one. */
export async function chooseText({
  use,
  text,
  draft,
  lost,
}: {
  readonly use: string;
  readonly text: string;
  readonly draft: string;
  /** Facts that the new text lost, changed or added; empty if none. */
  readonly lost: string;
}): Promise<boolean> {
  const picked = await pickItem(
    [
      { label: use, description: lost, detail: text },
      { label: vscode.l10n.t('Keep the draft'), detail: draft },
    ],
    { title: vscode.l10n.t('Transfer Q⋆: Rewrite'), ignoreFocusOut: true },
  );
  return picked?.label === use;
}

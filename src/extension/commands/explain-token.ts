import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';
import { command, Refusal } from '../messages.ts';

/** Inspects the token at the cursor, or else the first one that the reward changed. */
export function explainToken(ctx: Ctx): void {
  const { comparison } = ctx.panel;
  const tokens = comparison?.aligned.tokens ?? [];
  if (tokens.length === 0) {
    throw new Refusal(vscode.l10n.t('There is no aligned text to explain. Generate one first.'), [
      command(vscode.l10n.t('Generate…'), 'generate'),
    ]);
  }
  const changed = tokens.findIndex(({ id, candidates }) => {
    const likeliest = Math.max(...candidates.map(({ logprob }) => logprob));
    return candidates.some((each) => each.logprob === likeliest && each.id !== id);
  });
  ctx.panel.inspect(tokenAtCursor(ctx) ?? Math.max(0, changed));
}

/** Index of the token at the cursor; undefined when the inserted text has changed. */
function tokenAtCursor({ panel, editor }: Ctx): number | undefined {
  const { inserted } = panel.actions;
  const { document, selection } = editor;
  if (!inserted || !document || !selection || inserted.id !== panel.comparison?.id)
    return undefined;
  if (inserted.uri.toString() !== document.uri.toString()) return undefined;
  const start = document.positionAt(inserted.offset);
  const text = document.getText().replaceAll('\r\n', '\n');
  const before = document.getText(new vscode.Range(0, 0, start.line, start.character));
  const offset = before.replaceAll('\r\n', '\n').length;
  if (!text.startsWith(inserted.text, offset)) return undefined;
  const cursor = document
    .getText(new vscode.Range(new vscode.Position(0, 0), selection.active))
    .replaceAll('\r\n', '\n').length;
  let end = offset;
  const index = panel.comparison.aligned.tokens.findIndex(({ text: token }) => {
    end += token.length;
    return cursor >= offset && cursor < end;
  });
  return index < 0 ? undefined : index;
}

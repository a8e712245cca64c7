import type * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Ctx } from '../context.ts';
import type { RewriteUnit } from '../editor/rewrite-unit.ts';
import { Refusal } from '../messages.ts';

/** A comment thread, a reply in one, or nothing for the paragraph at the cursor. */
type Place = vscode.CommentThread | vscode.CommentReply | undefined;

export function acceptUnit({ rewrites }: Ctx, place: Place): Promise<void> {
  return rewrites.accept(unitAt({ rewrites }, place));
}

export function rejectUnit({ rewrites }: Ctx, place: Place): void {
  rewrites.reject(unitAt({ rewrites }, place));
}

export function tryUnitAgain({ rewrites }: Ctx, place: Place): Promise<void> {
  return rewrites.tryAgain(unitAt({ rewrites }, place));
}

/** Writes a unit again, with what the person replied to it. */
export function tryUnitAgainBut({ rewrites }: Ctx, reply: vscode.CommentReply): Promise<void> {
  return rewrites.tryAgain(unitAt({ rewrites }, reply), reply.text.trim().replace(/\.$/u, ''));
}

export function nextWording({ rewrites }: Ctx, place: Place): void {
  rewrites.nextWording(unitAt({ rewrites }, place));
}

function unitAt({ rewrites }: Pick<Ctx, 'rewrites'>, place: Place): RewriteUnit {
  const unit = rewrites.unitOf(place);
  if (unit?.wording) return unit;
  throw new Refusal(
    l10n.t('No new wording waits there. Move the cursor into a paragraph that was rewritten.'),
  );
}

import type { Comparison } from '../../webview/panel/messages.ts';
import { rewritePresets, rewritePrompt } from '../../client/rewrite.ts';
import type { Ctx } from '../context.ts';
import { generationOptions, rewardName } from '../settings/generation-settings.ts';
import { generate } from './generate.ts';

/**
 * Compares rewrites of the selected text, or with nothing selected the answers to an instruction.
 */
export async function compare(
  ctx: Ctx,
  given?: { instruction?: string },
): Promise<Comparison | undefined> {
  const { document, selection } = ctx.editor;
  if (!document || !selection || selection.isEmpty) return generate(ctx, given);
  const text = document.getText(selection);
  return ctx.panel.compare({
    prompt: rewritePrompt(text, given?.instruction ?? rewritePresets.clearer.instruction),
    options: generationOptions(ctx.settings, document),
    reward: rewardName(ctx.settings, document),
    replaces: { uri: document.uri, range: selection, text },
  });
}

import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';
import { wantedSpans } from '../editor/paragraph.ts';
import { needsList } from '../editor/rewrite-list.ts';
import type { PresetInput } from '../../protocol/rewriting.ts';
import { pickItem } from '../editor-messages.ts';
import { presetsFor, presetTitle } from '../settings/presets.ts';
import { rememberInstruction } from './recent-instructions.ts';
import { ownPreset, rewriteSelection } from './rewrite.ts';

/** Opens an input below the cursor that asks what to write, or how to rewrite. */
export async function writeHere(ctx: Ctx): Promise<void> {
  const editor = await ctx.editor.show();
  if (needsList(editor.document)) await rewriteSelection(ctx);
  else await ctx.prompt.open(editor);
}

/** Rewrites the text at the cursor as the person typed; without text there, writes a new one. */
export async function submitPrompt(
  ctx: Ctx,
  { text }: Pick<vscode.CommentReply, 'text'>,
): Promise<void> {
  const preset = ownPreset(text);
  const { editor } = ctx.prompt;
  if (!editor) return;
  if (wantedSpans(editor.document, editor.selections).length === 0) {
    await ctx.prompt.write(preset.instruction);
    return;
  }
  // VS Code empties the input, so what was typed there is kept in the list of instructions.
  await rememberInstruction(ctx, preset.instruction);
  // A refusal is thrown before the input closes.
  const rewritten = ctx.rewrites.rewrite(editor, preset);
  await ctx.prompt.takeEditor();
  await rewritten;
}

export function insertWritten({ prompt }: Ctx): Promise<void> {
  return prompt.insert();
}

export function closePrompt({ prompt }: Ctx): void {
  prompt.close();
}

type WriteItem = vscode.QuickPickItem & { readonly run?: () => unknown };

/** Shows everything that writes or rewrites at the cursor, in a list. */
export async function write(ctx: Ctx): Promise<void> {
  const { t } = vscode.l10n;
  const run = (name: string) => () => vscode.commands.executeCommand(`tqstar.${name}`);
  const action = (label: string, name: string, icon: string): WriteItem => ({
    label,
    iconPath: new vscode.ThemeIcon(icon),
    run: run(name),
  });
  const rewriteAs = (preset: PresetInput): WriteItem => ({
    label: presetTitle(preset),
    description: preset.instruction,
    iconPath: new vscode.ThemeIcon('edit-sparkle'),
    run: () => rewriteSelection(ctx, { preset: preset.id }),
  });
  const separator = (label: string): WriteItem => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const items = [
    separator(t('Rewrite')),
    ...presetsFor(ctx.settings, ctx.editor.document).map(rewriteAs),
    action(t('Own Instruction…'), 'writeHere', 'comment'),
    separator(t('Write')),
    action(t('Continue at Cursor'), 'continueAtCursor', 'debug-continue'),
    action(t('Generate…'), 'generate', 'sparkle'),
    action(t('Compare Aligned with Plain'), 'compare', 'split-horizontal'),
  ];
  const picked = await pickItem(items, {
    title: t('Write with Transfer Q⋆'),
    matchOnDescription: true,
  });
  await picked?.run?.();
}

import * as vscode from 'vscode';
import { rewritePresetIds, rewritePresets, type RewritePresetId } from '../../client/rewrite.ts';
import type { Ctx } from '../context.ts';
import { presetTitles } from '../editor/preset-titles.ts';
import type { Outcome } from '../editor/pending-rewrite.ts';
import { pickOrType } from '../pick-or-type.ts';

/** Arguments for keybindings and code actions; without any, the person is asked. */
export interface RewriteArguments {
  readonly preset?: RewritePresetId;
  readonly instruction?: string;
}

/** Rewrites the selections, or the paragraph at the cursor; the document shows both texts. */
export async function rewriteSelection(
  ctx: Ctx,
  given?: RewriteArguments,
): Promise<readonly Outcome[] | undefined> {
  const editor = await ctx.editor.show();
  const instruction = instructionOf(given) ?? (await askForRewriteInstruction());
  if (instruction === undefined) return undefined;
  return ctx.rewrites.rewrite(editor, instruction);
}

export function acceptRewrite({ rewrites }: Ctx): Promise<void> {
  return rewrites.accept();
}

export function rejectRewrite({ rewrites }: Ctx): Promise<void> {
  return rewrites.reject();
}

export function tryRewriteAgain({ rewrites }: Ctx): Promise<void> {
  return rewrites.tryAgain();
}

function instructionOf(given: RewriteArguments | undefined): string | undefined {
  return given?.instruction ?? (given?.preset && rewritePresets[given.preset].instruction);
}

/** Asks how to rewrite a text: one of the presets, or an instruction that the person types. */
export async function askForRewriteInstruction(): Promise<string | undefined> {
  const titles = presetTitles();
  const picked = await pickOrType({
    title: vscode.l10n.t('Transfer Q⋆: Rewrite'),
    placeholder: vscode.l10n.t('How should the text change? Choose, or type an instruction'),
    items: rewritePresetIds.map((id) => itemOf(titles[id], rewritePresets[id].instruction)),
    typedItem: (text) => ({
      ...itemOf(text, text),
      description: vscode.l10n.t('your instruction'),
    }),
    preferTyped: false,
  });
  return picked?.instruction;
}

function itemOf(
  label: string,
  instruction: string,
): vscode.QuickPickItem & { readonly instruction: string } {
  return { label, description: instruction, instruction };
}

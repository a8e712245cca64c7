import * as vscode from 'vscode';
import { rewritePresetIds, rewritePresets, type RewritePresetId } from '../../client/rewrite.ts';
import type { Ctx } from '../context.ts';
import { presetTitles } from '../editor/preset-titles.ts';
import type { Outcome } from '../editor/pending-rewrite.ts';

/** Arguments for keybindings and code actions; without any, the person is asked. */
export interface RewriteArguments {
  readonly preset?: RewritePresetId;
  readonly instruction?: string;
}

/** Rewrites the selections, or the paragraph at the cursor, as a diff in place. */
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

/** A list of presets, in which any other wish can be typed. */
export function askForRewriteInstruction(): Promise<string | undefined> {
  const titles = presetTitles();
  const presets = rewritePresetIds.map((id) => ({
    label: titles[id],
    description: rewritePresets[id].instruction,
    instruction: rewritePresets[id].instruction,
  }));
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { instruction: string }>();
  pick.title = vscode.l10n.t('Transfer Q⋆: Rewrite');
  pick.placeholder = vscode.l10n.t('How? Choose, or write an instruction of your own');
  pick.items = presets;
  pick.onDidChangeValue((value) => {
    const typed = value.trim();
    const own = {
      label: typed,
      description: vscode.l10n.t('own instruction'),
      instruction: typed,
      alwaysShow: true,
    };
    pick.items = typed === '' ? presets : [...presets, own];
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.instruction);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

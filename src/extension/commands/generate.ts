import * as vscode from 'vscode';
import type { Comparison } from '../../webview/panel/messages.ts';
import type { Ctx } from '../context.ts';
import { generationOptions, rewardName } from '../settings/generation-settings.ts';

const recentKey = 'tqstar.recentInstructions';
const kept = 10;

/** Asks for an instruction and writes both texts in the panel. */
export async function generate(
  ctx: Ctx,
  given?: { instruction?: string },
): Promise<Comparison | undefined> {
  const instruction = given?.instruction ?? (await askForInstruction(ctx));
  if (instruction === undefined) return undefined;
  await remember(ctx, instruction);
  const scope = ctx.editor.document;
  return ctx.panel.compare({
    prompt: { text: instruction },
    options: generationOptions(ctx.settings, scope),
    reward: rewardName(ctx.settings, scope),
  });
}

function recent({ extension }: Ctx): readonly string[] {
  return extension.workspaceState.get<readonly string[]>(recentKey, []);
}

async function remember(ctx: Ctx, instruction: string): Promise<void> {
  if (instruction.trim() === '') return;
  const others = recent(ctx).filter((each) => each !== instruction);
  await ctx.extension.workspaceState.update(recentKey, [instruction, ...others].slice(0, kept));
}

/** A list of the recent instructions, in which another one can be typed. */
function askForInstruction(ctx: Ctx): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick();
  const old = recent(ctx).map((label) => ({ label, iconPath: new vscode.ThemeIcon('history') }));
  pick.title = vscode.l10n.t('Transfer Q⋆: Generate');
  pick.placeholder = vscode.l10n.t('What is to be written?');
  pick.items = old;
  pick.onDidChangeValue((value) => {
    const typed = value.trim();
    const isNew = typed !== '' && !old.some(({ label }) => label === typed);
    pick.items = isNew
      ? [{ label: typed, iconPath: new vscode.ThemeIcon('sparkle'), alwaysShow: true }, ...old]
      : old;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const instruction = pick.selectedItems[0]?.label ?? pick.value.trim();
      if (instruction === '') return;
      resolve(instruction);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

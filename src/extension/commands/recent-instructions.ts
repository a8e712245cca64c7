import { l10n, ThemeIcon } from 'vscode';
import type { Ctx } from '../context.ts';
import { pickOrType } from '../pick-or-type.ts';

const key = 'tqstar.recentInstructions';
const maxKept = 10;

/** Asks for an instruction: one of the workspace's recent ones, or a new one. */
export async function askForInstruction(ctx: Ctx): Promise<string | undefined> {
  const picked = await pickOrType({
    title: l10n.t('Transfer Q⋆: Generate'),
    placeholder: l10n.t('What should the model write?'),
    items: recent(ctx).map((label) => ({ label, iconPath: new ThemeIcon('history') })),
    typedItem: (label) => ({ label, iconPath: new ThemeIcon('sparkle') }),
    preferTyped: true,
  });
  return picked?.label;
}

/** Adds an instruction to the workspace's recent ones. */
export async function rememberInstruction(ctx: Ctx, instruction: string): Promise<void> {
  if (instruction.trim() === '') return;
  const others = recent(ctx).filter((each) => each !== instruction);
  await ctx.extension.workspaceState.update(key, [instruction, ...others].slice(0, maxKept));
}

function recent({ extension }: Ctx): readonly string[] {
  return extension.workspaceState.get<readonly string[]>(key, []);
}

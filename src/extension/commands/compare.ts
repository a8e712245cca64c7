import { builtInPresets } from '../../client/presets.ts';
import type { Comparison } from '../../webview/panel/messages.ts';
import type { Ctx } from '../context.ts';
import { askForInstruction, rememberInstruction } from './recent-instructions.ts';

/** Arguments for keybindings; without an instruction, the person is asked. */
export interface CompareArguments {
  readonly instruction?: string;
}

/** Asks for an instruction, and writes its aligned and its plain answer in the panel. */
export async function generate(
  ctx: Ctx,
  given?: CompareArguments,
): Promise<Comparison | undefined> {
  const instruction = given?.instruction ?? (await askForInstruction(ctx));
  if (instruction === undefined) return undefined;
  await rememberInstruction(ctx, instruction);
  return ctx.panel.compare({ instruction });
}

/** Compares rewrites of the selected text; with nothing selected, answers to an instruction. */
export async function compare(ctx: Ctx, given?: CompareArguments): Promise<Comparison | undefined> {
  const { document, selection } = ctx.editor;
  if (!document || !selection || selection.isEmpty) return generate(ctx, given);
  const draft = document.getText(selection);
  const start = document.offsetAt(selection.start);
  const instruction = given?.instruction ?? builtInPresets.clearer.instruction;
  const replaces = { uri: document.uri.toString(), start, text: draft };
  return ctx.panel.compare({ instruction, draft, replaces });
}

import * as vscode from 'vscode';
import type { PresetInput } from '../../protocol/rewriting.ts';
import type { Ctx } from '../context.ts';
import type { Outcome } from '../editor/rewrite-session.ts';
import { command, Refusal } from '../messages.ts';
import { pickOrType } from '../pick-or-type.ts';
import { presetBut, presetsFor, presetTitle } from '../settings/presets.ts';

/** Arguments for keybindings and code actions; without any, the person is asked. */
export interface RewriteArguments {
  /** Id of a preset. */
  readonly preset?: string;
  readonly instruction?: string;
}

/** Rewrites the selections, or the paragraph at the cursor; resolves with how that ended. */
export async function rewriteSelection(
  ctx: Ctx,
  given?: RewriteArguments,
): Promise<Outcome | undefined> {
  const editor = await ctx.editor.show();
  const preset = given
    ? presetOf(ctx, given, editor.document)
    : await askForPreset(ctx, editor.document);
  return preset && ctx.rewrites.rewrite(editor, preset);
}

/** A command that rewrites with a preset; a button of the prompt passes what was typed there. */
export function rewriteWith(id: string) {
  return async (ctx: Ctx, reply?: Partial<vscode.CommentReply>): Promise<Outcome | undefined> => {
    const but = reply?.text?.trim() ?? '';
    const editor = (await ctx.prompt.takeEditor()) ?? (await ctx.editor.show());
    const preset = presetOf(ctx, { preset: id }, editor.document);
    return ctx.rewrites.rewrite(editor, presetBut(preset, but));
  };
}

export function acceptRewrite({ rewrites }: Ctx): Promise<void> {
  return rewrites.accept();
}

export function rejectRewrite({ rewrites }: Ctx): void {
  rewrites.reject();
}

export function tryRewriteAgain({ rewrites }: Ctx): Promise<void> {
  return rewrites.tryAgain();
}

export function offerThreeWordings({ rewrites }: Ctx): Promise<void> {
  return rewrites.offerSeveral();
}

export function showRewrite({ rewrites }: Ctx): Promise<void> {
  return rewrites.show();
}

function presetOf(
  ctx: Ctx,
  { preset: id, instruction }: RewriteArguments,
  document: vscode.TextDocument,
): PresetInput {
  if (instruction !== undefined) return ownPreset(instruction);
  const known = presetsFor(ctx.settings, document);
  const preset = known.find((each) => each.id === id);
  if (preset) return preset;
  throw new Refusal(
    vscode.l10n.t(
      'There is no preset {0}. Known presets: {1}.',
      String(id),
      known.map((each) => each.id).join(', '),
    ),
  );
}

/**
 * The preset of an instruction that a person typed.
 * @throws Refusal when the instruction is empty
 */
export function ownPreset(instruction: string): PresetInput {
  const wish = instruction.trim().replace(/\.$/u, '');
  if (wish !== '') return { id: 'own', instruction: wish };
  throw new Refusal(vscode.l10n.t('The instruction is empty. Say how the text should change.'), [
    command(vscode.l10n.t('Rewrite Again'), 'rewriteSelection'),
  ]);
}

/** Asks how to rewrite a text: one of the presets, or an instruction that the person types. */
export async function askForPreset(
  { settings }: Ctx,
  document: vscode.TextDocument | undefined,
): Promise<PresetInput | undefined> {
  const picked = await pickOrType({
    title: vscode.l10n.t('Transfer Q⋆: Rewrite'),
    placeholder: vscode.l10n.t('How should the text change? Choose, or type an instruction'),
    items: presetsFor(settings, document).map((preset) => ({
      label: presetTitle(preset),
      description: preset.instruction,
      preset,
    })),
    typedItem: (text) => ({
      label: text,
      description: vscode.l10n.t('your instruction'),
      preset: ownPreset(text),
    }),
    preferTyped: false,
  });
  return picked?.preset;
}

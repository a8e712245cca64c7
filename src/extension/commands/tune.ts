import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';
import { askForText } from '../editor-messages.ts';
import { describeAllowed } from '../settings/describe-allowed.ts';
import { isAllowed, type SettingSchema } from '../settings/setting-schema.ts';

/** Asks for alpha, then for k, and checks each number while it is typed. */
export async function tune(ctx: Ctx, given?: { alpha?: number; k?: number }): Promise<void> {
  const { settings, panel } = ctx;
  const scope = ctx.editor.document;
  for (const [index, name] of (['alpha', 'k'] as const).entries()) {
    const number =
      given?.[name] ??
      (await askForNumber(name, settings.get(name, scope), settings.schema(name), index + 1));
    if (number === undefined) return;
    await settings.set(name, number, scope);
  }
  panel.refresh();
}

const prompts = {
  alpha: () => vscode.l10n.t('α: strength of the reward. Smaller is stronger.'),
  k: () => vscode.l10n.t('k: number of candidates for each token'),
} as const;

async function askForNumber(
  name: 'alpha' | 'k',
  value: number,
  schema: SettingSchema,
  step: number,
): Promise<number | undefined> {
  const text = await askForText({
    title: vscode.l10n.t('Tune α and k ({0} of 2)', step),
    prompt: prompts[name](),
    value: String(value),
    problemOf: (typed) =>
      isAllowed(readNumber(typed), schema)
        ? undefined
        : vscode.l10n.t('{0} must be {1}.', name === 'k' ? 'k' : 'α', describeAllowed(schema)),
  });
  return text === undefined ? undefined : readNumber(text);
}

function readNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
}

import * as vscode from 'vscode';
import type { RewritePresetId } from '../../client/rewrite.ts';

/** Titles of the presets in the language of the editor. */
export function presetTitles(): Readonly<Record<RewritePresetId, string>> {
  return {
    clearer: vscode.l10n.t('Clearer'),
    shorter: vscode.l10n.t('Shorter'),
    friendlier: vscode.l10n.t('Friendlier'),
    'more-formal': vscode.l10n.t('More formal'),
  };
}

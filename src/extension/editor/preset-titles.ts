import * as vscode from 'vscode';
import type { RewritePresetId } from '../../client/rewrite.ts';

/** What the presets are called. */
export function presetTitles(): Readonly<Record<RewritePresetId, string>> {
  return {
    clearer: vscode.l10n.t('Clearer'),
    shorter: vscode.l10n.t('Shorter'),
    friendlier: vscode.l10n.t('Friendlier'),
    'more-formal': vscode.l10n.t('More formal'),
  };
}

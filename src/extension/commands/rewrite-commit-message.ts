import * as vscode from 'vscode';
import type { PresetInput, RewriteResult } from '../../protocol/rewriting.ts';
import type { Ctx } from '../context.ts';
import { describeLostFacts, describeReasons } from '../editor/describe-rewrite.ts';
import { chooseText } from '../editor/rewrite-list.ts';
import { requestRewrite } from '../editor/rewrite-request.ts';
import { Refusal } from '../messages.ts';
import { withCancellableProgress } from '../progress.ts';
import { rewriteOptions } from '../settings/generation-settings.ts';
import { askForPreset, ownPreset } from './rewrite.ts';

/** The part of the git extension's API that this command uses. */
interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
}
interface GitExtension {
  /** False when the setting git.enabled is off; getAPI then throws. */
  readonly enabled: boolean;
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

/**
 * Rewrites the message in the commit input. The input box cannot show a diff, so a list shows both
 * messages and the person chooses one.
 */
export async function rewriteCommitMessage(
  ctx: Ctx,
  source?: { readonly rootUri?: vscode.Uri; readonly instruction?: string },
): Promise<void> {
  const { inputBox } = await repositoryOf(source?.rootUri);
  const draft = inputBox.value;
  if (draft.trim() === '') {
    throw new Refusal(vscode.l10n.t('The commit message is empty. Write a draft first.'));
  }
  const preset = source?.instruction
    ? ownPreset(source.instruction)
    : await askForPreset(ctx, undefined);
  if (preset === undefined) return;
  const result = await write(ctx, draft, preset);
  if (result === undefined) return;
  const { text, units, facts } = result;
  const kept = units.flatMap((unit) => (unit.kept ? [unit.kept.reason] : []));
  if (text === draft) {
    const why = describeReasons(kept, units.length);
    void ctx.messages.show(
      'info',
      why || vscode.l10n.t('There is no prose to rewrite in the commit message.'),
    );
    return;
  }
  const use = vscode.l10n.t('Use this message');
  if (!(await chooseText({ use, text, draft, lost: describeLostFacts(facts) }))) return;
  if (inputBox.value !== draft) {
    throw new Refusal(
      vscode.l10n.t('The commit message changed in the meantime, so the rewrite was not used.'),
    );
  }
  inputBox.value = text;
}

async function repositoryOf(root: vscode.Uri | undefined): Promise<Repository> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  const git = await extension?.activate();
  const repositories = git?.enabled ? git.getAPI(1).repositories : [];
  const wanted = repositories.find(({ rootUri }) => rootUri.toString() === root?.toString());
  const repository = wanted ?? repositories[0];
  if (repository) return repository;
  throw new Refusal(
    vscode.l10n.t('No git repository is open. Open one to rewrite its commit message.'),
  );
}

function write(ctx: Ctx, draft: string, preset: PresetInput): Promise<RewriteResult | undefined> {
  const { settings, engine } = ctx;
  const title = vscode.l10n.t('Rewriting the commit message');
  return withCancellableProgress(title, async (progress, signal) => {
    const ignore = (): void => undefined;
    const result = await requestRewrite(
      engine,
      {
        text: draft,
        language: 'git-commit',
        ranges: [{ start: 0, end: draft.length }],
        preset,
        options: rewriteOptions(settings, undefined),
        meaningWeight: settings.get('rewriteMeaningWeight'),
      },
      {
        onPlan: ignore,
        onText: (_, text) => {
          progress.report({ message: text.slice(-60) });
        },
        onUnit: ignore,
      },
      signal,
    );
    return signal.aborted ? undefined : result;
  });
}

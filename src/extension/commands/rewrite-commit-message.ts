import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';
import { writeAnew } from '../editor/rewrite-writer.ts';
import { Refusal } from '../messages.ts';
import { chosenReward, generationOptions, rewriteReward } from '../settings/generation-settings.ts';
import { askForRewriteInstruction } from './rewrite.ts';

/** What is used of the git extension's API. */
interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
}
interface GitExtension {
  /** False when git is switched off in the settings; there is no API then. */
  readonly enabled: boolean;
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

/**
 * Rewrites the message in the commit input. It is no editor that could show a diff, so the new
 * message is shown first and used when the person says so.
 */
export async function rewriteCommitMessage(
  ctx: Ctx,
  source?: { readonly rootUri?: vscode.Uri; readonly instruction?: string },
): Promise<void> {
  const { inputBox } = await repositoryOf(source?.rootUri);
  const draft = inputBox.value;
  if (draft.trim() === '') {
    throw new Refusal(vscode.l10n.t('The commit message is empty; write a draft of it first.'));
  }
  const instruction = source?.instruction ?? (await askForRewriteInstruction());
  if (instruction === undefined) return;
  const text = await write(ctx, draft, instruction);
  if (text === undefined) return;
  const use = vscode.l10n.t('Use this message');
  const picked = await vscode.window.showQuickPick(
    [
      { label: use, detail: text },
      { label: vscode.l10n.t('Keep the draft'), detail: draft },
    ],
    { title: vscode.l10n.t('Transfer Q⋆: Rewrite'), ignoreFocusOut: true },
  );
  if (picked?.label !== use) return;
  if (inputBox.value !== draft) {
    throw new Refusal(vscode.l10n.t('The commit message was changed meanwhile, so it was kept.'));
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
    vscode.l10n.t('There is no git repository open whose commit message could be rewritten.'),
  );
}

async function write(ctx: Ctx, draft: string, instruction: string): Promise<string | undefined> {
  const { settings, engine } = ctx;
  const controller = new AbortController();
  const title = vscode.l10n.t('Rewriting the commit message');
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress(
    { location, title, cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => {
        controller.abort();
      });
      const reward = rewriteReward(
        chosenReward(settings, undefined),
        settings.get('rewriteMeaningWeight'),
      );
      const options = { ...generationOptions(settings, undefined), reward: reward.spec };
      const order = { text: draft.trim(), indent: '', instruction, options };
      const onText = (text: string): void => {
        progress.report({ message: text.slice(-60) });
      };
      const text = await writeAnew(engine, order, onText, controller.signal);
      return controller.signal.aborted ? undefined : text;
    },
  );
}

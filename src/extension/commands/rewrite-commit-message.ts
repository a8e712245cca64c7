import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';
import { writeRewrite } from '../editor/rewrite-writer.ts';
import { Refusal } from '../messages.ts';
import { withCancellableProgress } from '../progress.ts';
import { chosenReward, generationOptions, rewriteReward } from '../settings/generation-settings.ts';
import { askForRewriteInstruction } from './rewrite.ts';

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

function write(ctx: Ctx, draft: string, instruction: string): Promise<string | undefined> {
  const { settings, engine } = ctx;
  const title = vscode.l10n.t('Rewriting the commit message');
  return withCancellableProgress(title, async (progress, signal) => {
    const reward = rewriteReward(
      chosenReward(settings, undefined),
      settings.get('rewriteMeaningWeight'),
    );
    const options = { ...generationOptions(settings, undefined), reward: reward.spec };
    const task = { text: draft.trim(), indent: '', instruction, options };
    const onText = (text: string): void => {
      progress.report({ message: text.slice(-60) });
    };
    const text = await writeRewrite(engine, task, onText, signal);
    return signal.aborted ? undefined : text;
  });
}

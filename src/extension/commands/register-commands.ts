import * as vscode from 'vscode';
import type { Ctx } from '../context.ts';
import { compare, generate } from './compare.ts';
import { acceptContinuation, continueAtCursor, dropContinuation } from './continue-at-cursor.ts';
import { manageModels } from './manage-models.ts';
import { restartEngine, showLog, stop, unloadModels } from './engine.ts';
import { explainToken } from './explain-token.ts';
import {
  acceptRewrite,
  offerThreeWordings,
  rejectRewrite,
  rewriteSelection,
  rewriteWith,
  showRewrite,
  tryRewriteAgain,
} from './rewrite.ts';
import { rewriteCommitMessage } from './rewrite-commit-message.ts';
import {
  acceptUnit,
  nextWording,
  rejectUnit,
  tryUnitAgain,
  tryUnitAgainBut,
} from './rewrite-unit.ts';
import { rewriteSample } from './rewrite-sample.ts';
import { runDiagnosis } from './run-diagnosis.ts';
import { selectBaselinePolicy, selectReferencePolicy } from './select-policy.ts';
import { selectTargetReward } from './select-reward.ts';
import { setServerKey } from './set-server-key.ts';
import { showEvaluation } from './show-evaluation.ts';
import { tune } from './tune.ts';
import { closePrompt, insertWritten, submitPrompt, write, writeHere } from './write-here.ts';

// Each command takes its own arguments; keybindings pass them, so their types are unknown here.
type Command = (ctx: Ctx, ...given: never[]) => unknown;

const commands: Readonly<Record<string, Command>> = {
  generate,
  continueAtCursor,
  dropContinuation,
  acceptContinuation,
  rewriteSelection,
  shorten: rewriteWith('shorter'),
  makeClearer: rewriteWith('clearer'),
  makeFriendlier: rewriteWith('friendlier'),
  makeMoreFormal: rewriteWith('more-formal'),
  fixGrammar: rewriteWith('fix'),
  rewriteSample,
  rewriteCommitMessage,
  acceptRewrite,
  rejectRewrite,
  tryRewriteAgain,
  offerThreeWordings,
  showRewrite,
  acceptUnit,
  rejectUnit,
  tryUnitAgain,
  tryUnitAgainBut,
  nextWording,
  write,
  writeHere,
  submitPrompt,
  insertWritten,
  closePrompt,
  selectTargetReward,
  selectBaselinePolicy,
  selectReferencePolicy,
  setServerKey,
  manageModels,
  tune,
  compare,
  explainToken,
  stop,
  restartEngine,
  unloadModels,
  showLog,
  runDiagnosis,
  showEvaluation,
};

/** Registers every command, and shows a message when one throws. */
export function registerCommands(ctx: Ctx): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`tqstar.${name}`, async (...given: unknown[]) => {
        try {
          return await command(ctx, ...(given as never[]));
        } catch (error) {
          ctx.messages.fail(error);
          return undefined;
        }
      }),
    ),
  );
}

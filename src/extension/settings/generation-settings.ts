import { l10n, workspace } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { untrustedFolders } from '../service/trusted-paths.ts';
import { expandReward, runsScript, type RewardChoice } from './own-rewards.ts';
import { serverOptions } from './server-settings.ts';
import type { Settings, SettingScope } from './settings.ts';

/** The name of a document's reward: a built-in id, an id of tqstar.rewards, or an expression. */
export function rewardName(settings: Settings, scope: SettingScope): string {
  const target = settings.get('targetReward', scope);
  return target === 'own' ? settings.get('ownReward', scope).trim() : target;
}

/**
 * The reward that the settings choose for a document.
 * @throws TqError invalidInput when targetReward is "own" but ownReward is empty; forbidden for a
 *   script in an untrusted workspace
 */
export function chosenReward(settings: Settings, scope: SettingScope): RewardChoice {
  const name = rewardName(settings, scope);
  if (name === '') {
    throw new TqError(
      ErrorCode.invalidInput,
      l10n.t(
        'The setting tqstar.targetReward is "own", but tqstar.ownReward is empty. Enter a reward there.',
      ),
    );
  }
  return allowedReward(name, settings, scope);
}

/**
 * A reward by its name, also one of tqstar.rewards.
 * @throws TqError forbidden for a script in an untrusted workspace
 */
export function allowedReward(name: string, settings: Settings, scope: SettingScope): RewardChoice {
  const choice = expandReward(name, settings.get('rewards', scope));
  // Even a script that the user's settings name may be a file of the workspace.
  if (workspace.isTrusted || !runsScript(choice.spec)) return choice;
  throw new TqError(
    ErrorCode.forbidden,
    l10n.t('The reward {0} runs a script, and scripts run only in trusted workspaces.', name),
  );
}

/** The folder that relative paths in a document's settings are resolved against. */
function folderOf(scope: SettingScope): string | undefined {
  const own = scope && workspace.getWorkspaceFolder(scope.uri);
  const { uri } = own ?? workspace.workspaceFolders?.[0] ?? {};
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}

/** The options of a generation, from the settings of a document. */
export function generationOptions(settings: Settings, scope: SettingScope): GenerationOptionsInput {
  const read = settings.get.bind(settings);
  const baseline = read('baselinePolicy', scope).trim();
  const base = read('adapterBase', scope).trim();
  const baselineReward = read('baselineReward', scope).trim();
  const rollout = read('rolloutLength', scope);
  const rollouts = read('rollouts', scope);
  const method = read('method', scope);
  const folder = folderOf(scope);
  const chatTemplate = read('chatTemplate', scope).trim();
  const policies = {
    policy: read('referencePolicy', scope).trim(),
    ...(baseline !== '' && { baseline }),
  };
  return {
    ...(method !== 'auto' && { method }),
    ...policies,
    ...serverOptions(settings, policies),
    ...(base !== '' && { base }),
    reward: chosenReward(settings, scope).spec,
    ...(baselineReward !== '' && {
      rewardBaseline: allowedReward(baselineReward, settings, scope).spec,
    }),
    alpha: read('alpha', scope),
    ...(method === 'tq-indirect' && { beta: read('beta', scope) }),
    indirectReference: read('indirectReference', scope),
    rolloutLaw: read('rolloutLaw', scope),
    k: read('k', scope),
    ...(rollout !== null && { rollout }),
    ...(rollouts !== null && { rollouts }),
    maxTokens: read('maxTokens', scope),
    temperature: read('temperature', scope),
    seed: read('seed', scope),
    ...(chatTemplate !== '' && { chatTemplate }),
    templateVariables: read('templateVariables', scope),
    format: read('format'),
    device: read('device'),
    ...(folder !== undefined && { folder }),
    allowScripts: workspace.isTrusted,
    ...(!workspace.isTrusted && { closedFolders: untrustedFolders() }),
  };
}

/**
 * The options of a rewrite. The engine chooses the lengths of answers and rollouts by the draft;
 * without a policy, it takes the shipped rewriter.
 */
export function rewriteOptions(settings: Settings, scope: SettingScope): GenerationOptionsInput {
  const { policy, ...given } = generationOptions(settings, scope);
  const options = { ...given, maxTokens: undefined, rollout: undefined };
  const own = settings.get('rewritePolicy', scope).trim();
  if (own !== 'auto') {
    const policies = { ...options, policy: own };
    return { ...policies, ...serverOptions(settings, policies) };
  }
  const shipped = settings.schema('referencePolicy').default;
  return policy === undefined || policy === shipped ? options : { ...options, policy };
}

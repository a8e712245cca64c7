import { l10n, workspace } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { expandReward, runsScript, type RewardChoice } from './own-rewards.ts';
import type { Settings, SettingScope } from './settings.ts';

/** What the reward of a document is called: an id of the catalogue or of tqstar.rewards. */
export function rewardName(settings: Settings, scope: SettingScope): string {
  const target = settings.get('targetReward', scope);
  return target === 'own' ? settings.get('ownReward', scope).trim() : target;
}

/**
 * The reward chosen for a document.
 * @throws TqError invalidInput when an own reward is chosen and none is named; forbidden for a
 *   script in a workspace that is not trusted
 */
export function chosenReward(settings: Settings, scope: SettingScope): RewardChoice {
  const name = rewardName(settings, scope);
  if (name === '') {
    throw new TqError(
      ErrorCode.invalidInput,
      l10n.t(
        'The setting tqstar.targetReward is own, but tqstar.ownReward is empty; name a reward there.',
      ),
    );
  }
  return allowedReward(name, settings, scope);
}

function allowedReward(name: string, settings: Settings, scope: SettingScope): RewardChoice {
  const choice = expandReward(name, settings.get('rewards', scope));
  // A script in the user's own settings may lie in the workspace all the same.
  if (workspace.isTrusted || !runsScript(choice.spec)) return choice;
  throw new TqError(
    ErrorCode.forbidden,
    l10n.t('The reward {0} runs a script; scripts run in trusted workspaces only.', name),
  );
}

/** The folder that relative paths in the settings of a document start from. */
function folderOf(scope: SettingScope): string | undefined {
  const own = scope && workspace.getWorkspaceFolder(scope.uri);
  const { uri } = own ?? workspace.workspaceFolders?.[0] ?? {};
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}

/** Options of a generation as the settings of a document say. */
export function generationOptions(settings: Settings, scope: SettingScope): GenerationOptionsInput {
  const read = settings.get.bind(settings);
  const baseline = read('baselinePolicy', scope).trim();
  const baselineReward = read('baselineReward', scope).trim();
  const rollouts = read('rollouts', scope);
  const method = read('method', scope);
  const folder = folderOf(scope);
  return {
    ...(method !== 'auto' && { method }),
    policy: read('referencePolicy', scope),
    ...(baseline !== '' && { baseline }),
    reward: chosenReward(settings, scope).spec,
    ...(baselineReward !== '' && {
      rewardBaseline: allowedReward(baselineReward, settings, scope).spec,
    }),
    alpha: read('alpha', scope),
    ...(method === 'tq-indirect' && { beta: read('beta', scope) }),
    k: read('k', scope),
    rollout: read('rolloutLength', scope),
    ...(rollouts !== null && { rollouts }),
    maxTokens: read('maxTokens', scope),
    temperature: read('temperature', scope),
    seed: read('seed', scope),
    format: read('format'),
    device: read('device'),
    ...(folder !== undefined && { folder }),
    allowScripts: workspace.isTrusted,
  };
}

/**
 * The reward of a rewrite: the chosen one plus `weight` times the likeness to the draft. A reward
 * that looks at the draft already is left as it is.
 */
export function rewriteReward(choice: RewardChoice, weight: number): RewardChoice {
  if (weight === 0 || choice.label.includes('keeps-meaning')) return choice;
  const label = `${choice.label} + keeps-meaning*${weight}`;
  const parts = [
    { reward: choice.spec, weight: 1 },
    { reward: 'keeps-meaning', weight },
  ];
  return { label, spec: { id: label.slice(0, 100), type: 'sum', parts } };
}

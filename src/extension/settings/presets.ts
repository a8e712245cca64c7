import { l10n } from 'vscode';
import { builtInPresets } from '../../client/presets.ts';
import { presetSchema, type Preset, type PresetInput } from '../../protocol/rewriting.ts';
import { checkedEntry } from './checked-entry.ts';
import { allowedReward } from './generation-settings.ts';
import type { Settings, SettingScope } from './settings.ts';

/**
 * The presets for a document: the built-in ones, then those of the setting tqstar.presets. An own
 * preset with the id of a built-in one replaces it.
 * @throws TqError invalidInput for a preset that cannot be used; forbidden for one whose reward is
 *   a script, in an untrusted workspace
 */
export function presetsFor(settings: Settings, scope: SettingScope): readonly Preset[] {
  const own = settings.get('presets', scope).map((preset, index) => {
    const checked = checkedEntry(presetSchema, preset, index, (name, problem) =>
      l10n.t('The preset {0} of tqstar.presets cannot be used: {1}.', name, problem),
    );
    return withRewards(checked, settings, scope);
  });
  const presets = new Map<string, Preset>(Object.entries(builtInPresets));
  for (const preset of own) presets.set(preset.id, preset);
  return [...presets.values()];
}

/** The title of a preset in the language of the editor. */
export function presetTitle({ id, title }: Pick<Preset, 'id' | 'title'>): string {
  const titles: Readonly<Record<string, string>> = {
    shorter: l10n.t('Shorter'),
    clearer: l10n.t('Clearer'),
    friendlier: l10n.t('Friendlier'),
    'more-formal': l10n.t('More formal'),
    fix: l10n.t('Grammar and spelling'),
    own: l10n.t('Own instruction'),
  };
  return title ?? titles[id] ?? id;
}

/** A preset with what a person wants to be different; the preset itself if that is empty. */
export function presetBut(preset: PresetInput, but: string): PresetInput {
  return but === '' ? preset : { ...preset, instruction: `${preset.instruction}, but ${but}` };
}

/** Replaces the names of own rewards by their definitions. */
function withRewards(preset: Preset, settings: Settings, scope: SettingScope): Preset {
  const specOf = <T>(reward: T): T | string | Record<string, unknown> =>
    typeof reward === 'string' ? allowedReward(reward, settings, scope).spec : reward;
  const { reward, constraints } = preset;
  return {
    ...preset,
    ...(reward !== undefined && { reward: specOf(reward) }),
    constraints: constraints.map((each) => ({ ...each, reward: specOf(each.reward) })),
  };
}

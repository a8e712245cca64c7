import { l10n } from 'vscode';

export interface RewardTitle {
  readonly title: string;
  /** Completes "favours ...". */
  readonly favours: string;
}

/** What the rewards that are always there are called; the engine speaks English alone. */
export function rewardTitles(): Readonly<Record<string, RewardTitle>> {
  return {
    'positive-tone': {
      title: l10n.t('Positive tone'),
      favours: l10n.t('friendly, optimistic wording'),
    },
    readability: {
      title: l10n.t('Readability'),
      favours: l10n.t('text readable at a chosen school grade'),
    },
    concision: {
      title: l10n.t('Concision'),
      favours: l10n.t('few fillers and wordy phrases, short sentences'),
    },
    formality: {
      title: l10n.t('Formality'),
      favours: l10n.t(
        'a formal register: nouns and adjectives before pronouns, adverbs and contractions',
      ),
    },
    length: { title: l10n.t('Length'), favours: l10n.t('a chosen number of words') },
    'keeps-meaning': {
      title: l10n.t('Keeps the meaning'),
      favours: l10n.t('saying what the draft says (the prompt, where there is no draft)'),
    },
  };
}

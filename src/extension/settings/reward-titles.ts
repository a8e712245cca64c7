import { l10n } from 'vscode';

export interface RewardTitle {
  readonly title: string;
  /** Completes "favours ...". */
  readonly favours: string;
}

/** A reward in words: the title of a built-in one, or else its name or expression. */
export function rewardTitle(name: string): string {
  return rewardTitles()[name]?.title ?? name;
}

/** Titles of the built-in rewards in the language of the editor; the engine's are English. */
export function rewardTitles(): Readonly<Record<string, RewardTitle>> {
  return {
    'positive-tone': {
      title: l10n.t('Positive tone'),
      favours: l10n.t('friendly, optimistic wording'),
    },
    'clear-writing': {
      title: l10n.t('Clear writing'),
      favours: l10n.t('plain, short, active sentences that keep the meaning'),
    },
    'warm-tone': {
      title: l10n.t('Warm tone'),
      favours: l10n.t('friendly, polite wording that keeps the meaning'),
    },
    clarity: {
      title: l10n.t('Clarity'),
      favours: l10n.t('plain statements: no hedges, no sentence that is hard to read'),
    },
    'active-voice': {
      title: l10n.t('Active voice'),
      favours: l10n.t('sentences that say who does what'),
    },
    'no-cliches': {
      title: l10n.t('No clichés'),
      favours: l10n.t('wording that is not worn out'),
    },
    friendliness: {
      title: l10n.t('Friendliness'),
      favours: l10n.t('kind wording in every sentence'),
    },
    politeness: {
      title: l10n.t('Politeness'),
      favours: l10n.t('thanks, greetings, offers and requests that leave a choice'),
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
    'keeps-facts': {
      title: l10n.t('Keeps the facts'),
      favours: l10n.t("the draft's facts and no new ones (the prompt's, where there is no draft)"),
    },
  };
}

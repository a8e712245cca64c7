import { languageName } from '../languages.ts';
import type { Check } from './check.ts';

/** An answer in another language than the draft's. */
export const language: Check = ({ text, draft, language: ofDraft, languageOf }) => {
  const found = languageOf(text);
  // A draft that is itself hard to place gives no alarm.
  const own = ofDraft ?? languageOf(draft);
  if (found === undefined || own === undefined || found === own) return undefined;
  return {
    reason: 'language',
    text: `The answer is in ${languageName(found)}, but the draft is in ${languageName(own)}.`,
  };
};

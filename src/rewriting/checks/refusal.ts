import { foundOnlyIn, quoted, type Check } from './check.ts';

/** Refusals in any text. */
const refusing =
  /^.{0,40}?\b(?:as an ai\b|i(?:['’]m| am) (?:unable|not able).{0,20}\b(?:assist|help|re-?write|comply|fulfil)|i (?:cannot|can['’]?t|can not|won['’]t) (?:assist|help|fulfil|re-?write|comply)|i (?:don['’]t|do not) (?:have (?:the ability|access|enough)|understand the (?:text|request)))/iu;

/** A refusal with an apology, unless the draft apologises. */
const apologetic =
  /^.{0,40}?\bi(?:['’]m| am) sorry,? but i\b.{0,20}\b(?:assist|help|re-?write|comply|fulfil)/iu;
const apology = /\b(?:sorry|apolog\p{L}+|regret)\b/iu;

/** Refusals, unless the draft too says that something is impossible. */
const unable = /^.{0,20}?\bi(?:['’]m| am) (?:unable|not able) to\b/iu;
const impossible = /\b(?:unable|not able|can ?not|can['’]t|could not|couldn['’]t|impossible)\b/iu;

/** What an assistant says to the writer of a message. */
const answering =
  /\b(?:how (?:can|may) i (?:help|assist)|(?:i['’]d|i would|i['’]m|i am) (?:be )?(?:happy|glad|delighted) to (?:help|assist)|thank(?:s| you) for (?:your (?:message|e-?mail|inquiry|question|request)|reaching out|contacting)|please (?:provide|share|send)(?: me)? (?:the|your|more) (?:text|draft|details|context)|i['’]m here to (?:help|assist)|let me know (?:how|what) i can)/iu;

/** An answer that refuses, or that talks to the writer instead of rewriting. */
export const refusal: Check = (answer) => {
  const refused =
    foundOnlyIn(answer, refusing) ??
    (apology.test(answer.draft) ? undefined : apologetic.exec(answer.text)?.[0]) ??
    (impossible.test(answer.draft) ? undefined : unable.exec(answer.text)?.[0]);
  if (refused !== undefined) {
    return { reason: 'refusal', text: `The model refused: ${quoted(refused)}.` };
  }
  const answered = foundOnlyIn(answer, answering);
  if (answered === undefined) return undefined;
  return {
    reason: 'refusal',
    text: `The model answered the text instead of rewriting it: ${quoted(answered)}.`,
  };
};

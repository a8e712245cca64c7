import { foundOnlyIn, quoted, type Check } from './check.ts';

const refusing =
  /^.{0,40}?\b(?:as an ai\b|i(?:['’]m| am) (?:sorry|unable|not able)\b|i (?:cannot|can['’]?t|can not|won['’]t) (?:assist|help|provide|fulfil|rewrite|comply)|i apologi[sz]e\b|i (?:don['’]t|do not) (?:have|understand))/iu;

/** What an assistant says to the writer of a message. */
const answering =
  /\b(?:how (?:can|may) i (?:help|assist)|(?:i['’]d|i would|i['’]m|i am) (?:be )?(?:happy|glad|delighted) to (?:help|assist)|thank(?:s| you) for (?:your (?:message|e-?mail|inquiry|question|request)|reaching out|contacting)|please (?:provide|share|send)(?: me)? (?:the|your|more) (?:text|draft|details|context)|i['’]m here to (?:help|assist)|let me know (?:how|what) i can)/iu;

/** An answer that refuses, or that talks to the writer instead of rewriting. */
export const refusal: Check = (answer) => {
  const refused = foundOnlyIn(answer, refusing);
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

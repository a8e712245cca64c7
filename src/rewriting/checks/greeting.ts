import { foundOnlyIn, quoted, type Answer, type Check } from './check.ts';

const salutation =
  /(?:^|[.!?]\s+)(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening))(?:\s+[^\s,.!?:]+){0,4}\s*[,!:]/giu;
/** A greeting of a draft, which may lack its comma. */
const ownSalutation =
  /(?:^|[.!?,]\s+)(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening))\b/giu;
const signature =
  /(?:^|[.!?,]\s+)(?:(?:best|kind|warm|warmest|kindest) (?:regards|wishes)|regards|sincerely(?: yours)?|yours (?:truly|sincerely|faithfully)|cheers)[,.!]?(?:\s+\S+){0,4}$/iu;
const placeholder = /\[(?!\/?\d+\])[^\]\n]{2,40}\]|\{\{[^}]*\}\}/u;
const wellWish =
  /\bi hope (?:this|that this|you(?:['’]re| are)|my) (?:\S+\s+){0,4}(?:finds you|well)\b/iu;

/** A greeting, signature or blank to fill in that the draft does not have. */
export const greeting: Check = (answer) => {
  const found =
    addedSalutation(answer) ??
    foundOnlyIn(answer, signature) ??
    foundOnlyIn(answer, wellWish) ??
    foundOnlyIn(answer, placeholder);
  if (found === undefined) return undefined;
  return {
    reason: 'greeting',
    text: `The answer adds a greeting, signature or blank: ${quoted(found)}.`,
  };
};

/** A salutation more than the draft has. */
function addedSalutation({ text, draft }: Answer): string | undefined {
  const own = draft.match(ownSalutation)?.length ?? 0;
  return text
    .match(salutation)
    ?.[own]?.replace(/^[.!?]\s+/u, '')
    .trim();
}

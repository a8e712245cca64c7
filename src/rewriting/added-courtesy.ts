import { sentencesOf } from './chunks.ts';
import { requestOf } from './content/requests.ts';

const helped =
  'help|patience|understanding|time|support|attention|co-?operation|feedback|interest|kindness|' +
  'efforts?|consideration|trust|reading|waiting|helping|listening|asking';
/** A sentence that only thanks. */
const thanks = new RegExp(
  '^(?:(?:many |a million )?thanks|thank you|thx|cheers)(?:,? (?:so|ever|very|much|all|again|too|' +
    'a lot|a million|a bunch|kindly|indeed|everyone|everybody|in advance|' +
    `for (?:all )?(?:(?:your|the) )?(?:${helped})(?: and (?:your )?\\p{Ll}+)?))*\\s*[.!]*$`,
  'iu',
);
const thanking = /\b(?:thanks|thank|thx|cheers)\b/giu;
/** An opening that makes no statement kinder. */
const pleaseNote = /(^|[.!?]\s+)please (?:kindly )?note(?: that|:)\s+(\p{L})/giu;

/**
 * An answer without the courtesy of its own that is out of place: sentences that only thank, and
 * "Please note that".
 * @param mayThank whether it may end in thanks, if a request comes before
 */
export function withoutMisplacedCourtesy(text: string, draft: string, mayThank: boolean): string {
  return withoutPleaseNote(withoutThanks(text, draft, mayThank), draft);
}

function withoutThanks(text: string, draft: string, mayThank: boolean): string {
  if (!saysThanks(text)) return text;
  const sentences = sentencesOf(text);
  if (!sentences.some(isThanks)) return text;
  let spare = draft.match(thanking)?.length ?? 0;
  const others = sentences.filter((each) => !isThanks(each)).join('');
  spare -= others.match(thanking)?.length ?? 0;
  const kept: string[] = [];
  for (const [index, sentence] of sentences.entries()) {
    if (!isThanks(sentence)) kept.push(sentence);
    else if (spare > 0) {
      spare--;
      kept.push(sentence);
    } else if (index === sentences.length - 1 && mayThank && isRequested(kept, draft)) {
      kept.push(sentence);
    }
  }
  // Thanks alone are no rewrite; the checks say so.
  return kept.length === 0 ? text : kept.join('').trim();
}

/** Whether a request comes right before the thanks, or the draft has one. */
function isRequested(before: readonly string[], draft: string): boolean {
  const last = before.at(-1)?.trim();
  if (last === undefined || saysThanks(before.join(''))) return false;
  return [last, ...sentencesOf(draft)].some((each) => isAsked(each.trim()));
}

/** Whether a text thanks, by whatever words. */
export function saysThanks(text: string): boolean {
  return (text.match(thanking)?.length ?? 0) > 0;
}

/** Whether a sentence asks for something; "If you want it blue, tick the box" does not. */
function isAsked(sentence: string): boolean {
  const request = requestOf(sentence);
  if (request === undefined) return /\?\s*$/u.test(sentence);
  return request.isPolite || !/^if\b/iu.test(sentence);
}

function isThanks(sentence: string): boolean {
  return thanks.test(sentence.trim());
}

function withoutPleaseNote(text: string, draft: string): string {
  if (/\bnote\b/iu.test(draft)) return text;
  return text.replace(
    pleaseNote,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

import { type UnitKind } from './prose-unit.ts';
import { markedRuns } from './marks.ts';

/** Words that are part of names and titles: "Tom and Ann of the Board". */
const particles = new Set(
  'and or of the a an for in on at to with by de la le du von van der den und y e & dr mr mrs'.split(
    ' ',
  ),
);
const letters = /\p{L}/u;
const lower = /^[^\p{L}]*\p{Ll}/u;
const uncased = /\p{Lo}/gu;
const sentenceEnd = /[.!?…。！？]["'”’»)\]]*$/u;
const keyValue = /^[\p{L}\p{N}][\p{L}\p{N} _./-]{0,40}:(?:\s|$)/u;
const codeSigns = /[{}<>=;|\\^~$`]/gu;

const greeting = new RegExp(
  `^(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening)|to whom it may concern|` +
    `sehr geehrte[rs]?|liebe[rs]?|hallo|guten (?:tag|morgen|abend)|moin|` +
    `bonjour|cher|chère|hola|estimad[oa]s?|ciao|gentile)(?![\\p{L}'’])[^.?]*$`,
  'iu',
);
const closing = new RegExp(
  `^(?:(?:(?:best|kind|kindest|warm|warmest|many|with|my|all)\\s+(?:\\p{L}+\\s+){0,2})?` +
    `(?:regards|wishes|greetings)|yours(?:\\s+\\p{L}+)?|sincerely(?:\\s+yours)?|respectfully|` +
    `cordially|cheers|(?:many\\s+)?thanks(?:\\s+(?:again|a lot|in advance))?|thank\\s+you|best|` +
    `all\\s+the\\s+best|take\\s+care|love|talk\\s+soon|see\\s+you(?:\\s+\\p{L}+)?|` +
    `mit\\s+(?:freundlichen|besten|lieben)\\s+grüßen|(?:viele|liebe|beste|schöne)\\s+grüße|` +
    `cordialement|bien\\s+à\\s+(?:vous|toi)|saludos|un\\s+saludo)`,
  'iu',
);

/** Whether a line greets: "Dear Ann,". */
export const isGreeting = (line: string): boolean =>
  line.length <= 60 && line.split(/\s+/u).length <= 7 && greeting.test(line);

/** Whether a line is how a letter ends, without its names: "Best wishes,". */
export const isClosing = (line: string): boolean => {
  const found = closing.exec(line);
  return found !== null && /^[,.!–—-]*$/u.test(line.slice(found[0].length));
};

/** Whether a text is a closing with the names after it, on one line. */
function isSigned(text: string): boolean {
  const found = text.length <= 200 && closing.exec(text);
  if (!found) return false;
  const rest = /^[,.!–—-]+\s+(.+)$/u.exec(text.slice(found[0].length));
  return rest !== null && isName(rest[1]!);
}

/** Whether a line is "Key: value" with a value that is no sentence. */
export function isKeyValue(line: string): boolean {
  const key = keyValue.exec(line)?.[0];
  if (key === undefined || key.trim().split(/\s+/u).length > 4) return false;
  const value = line.slice(key.length).trim();
  const words = wordsOf(value);
  if (sentenceEnd.test(value)) return words.length < 3;
  return words.length < 6 || !hasLowerWords(words);
}

/** Whether a line has only names, numbers and words that join them. */
export const isName = (line: string): boolean => !hasLowerWords(wordsOf(line));

/**
 * Whether words are a sentence or part of one, and not a name, an address, a field of a record, a
 * greeting or the end of a letter.
 * @param text with marks
 */
export function isProse(text: string, kind: UnitKind): boolean {
  const plain = markedRuns(text)
    .map((run) => ('text' in run ? run.text : ' '))
    .join('')
    .replace(/\s+/gu, ' ')
    .trim();
  const words = wordsOf(plain);
  const signs = plain.match(codeSigns)?.length ?? 0;
  if (signs > 2 && signs * 20 > plain.length) return false;
  if ((plain.match(uncased)?.length ?? 0) >= 8) return true;
  if (kind === 'heading' || kind === 'subject') return words.length >= 3;
  if (words.length < (sentenceEnd.test(plain) ? 2 : 3) || !hasLowerWords(words)) return false;
  if (kind === 'cell' && !(words.length >= 4 && sentenceEnd.test(plain)) && words.length < 6)
    return false;
  return !isGreeting(plain) && !isClosing(plain) && !isSigned(plain) && !isKeyValue(plain);
}

const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => letters.test(word));

const hasLowerWords = (words: readonly string[]): boolean =>
  words.some((word) => lower.test(word) && !particles.has(word.replace(/[^\p{L}&]/gu, '')));

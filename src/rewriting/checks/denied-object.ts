import { rootOf } from '../../facts/lexicon.ts';
import { isEmptyWord, type Token, tokensOf } from '../../facts/tokens.ts';
import { areRelated } from '../content/counterparts.ts';
import { mark } from '../marks.ts';
import { quoted, type Check } from './check.ts';

const denying = /^(?:not|never|cannot|\p{L}+n't)$/u;
const helping =
  /^(?:be|been|being|is|are|was|were|has|have|had|will|would|shall|should|can|could|may|might|must|do|does|did|ever|yet|also|even|just|really|\p{L}+ly)$/u;
const ending =
  /^(?:of|in|on|at|by|for|from|with|to|into|about|as|than|until|till|before|after|during|under|over|without|within|since|and|or|but|if|when|while|because|so|that|which|who|unless|where|what|how|why|whether)$/u;
/** What is denied with or without an object: "that is not possible". */
const plain = new Set(
  (
    'possible able available necessary need require allow permit possibly feasible include help ' +
    'happen exist apply accept know sure hesitate worry think believe want like mean let'
  ).split(' '),
);
/** "Make an appearance" is "appear", or "come". */
const saysLittle = /^(?:make|take|have|give|do|get|put|pay|hold)$/u;
const ofAct =
  /(?:ance|ence|tion|sion|ment|al|ure|sis|ing)$|^(?:part|look|start|visit|stop|try|effort|use|attempt|sense|progress|way|place|difference|care|call|time|chance)$/u;
/** Words of the object that are compared. */
const longestObject = 5;

/** What a negation denies. */
interface Denied {
  readonly verb: string;
  /** Roots of the words of its object; none for "cannot be used on Sundays". */
  readonly object: readonly string[];
  /** The verb and its object, as written. */
  readonly text: string;
}

/**
 * A denied act whose object and verb are gone, where the answer denies another one: "it cannot be
 * used" for "it cannot give refunds".
 */
export const deniedObject: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  const [drafted, written] = [rootsOf(draft), rootsOf(text)];
  const isIn = (roots: readonly string[], root: string) =>
    roots.some((other) => areRelated(root, other));
  const fresh = deniedIn(text).find(
    ({ verb, object }) => object.length === 0 && !plain.has(verb) && !isIn(drafted, verb),
  );
  if (fresh === undefined) return undefined;
  const lost = deniedIn(draft).find(
    ({ verb, object }) =>
      object.length > 0 &&
      !(saysLittle.test(verb) && object.some((root) => ofAct.test(root))) &&
      !object.some((root) => isIn(written, root)) &&
      (isEmptyWord(verb) || !written.includes(verb)),
  );
  if (lost === undefined) return undefined;
  return {
    reason: 'meaning',
    text: `The answer denies ${quoted(fresh.text)}, the draft ${quoted(lost.text)}.`,
  };
};

function rootsOf(text: string): string[] {
  return tokensOf(text).map(({ lower }) => rootOf(lower));
}

function deniedIn(text: string): Denied[] {
  const prose = text.replace(mark, (found) => '.'.repeat(found.length));
  const tokens = tokensOf(prose);
  return tokens.flatMap(({ lower }, index) => {
    if (!denying.test(lower)) return [];
    let at = index + 1;
    while (at < tokens.length && helping.test(tokens[at]!.lower) && !isDoing(tokens, at)) at++;
    const verb = tokens[at];
    if (verb === undefined || isBroken(prose, tokens, index, at)) return [];
    let end = at + 1;
    while (end < tokens.length && end <= at + longestObject && !ending.test(tokens[end]!.lower)) {
      if (isBroken(prose, tokens, end - 1, end)) break;
      end++;
    }
    const object = tokens.slice(at + 1, end).filter(({ lower: word }) => !isEmptyWord(word));
    return [
      {
        verb: rootOf(verb.lower),
        object: object.map(({ lower: word }) => rootOf(word)),
        text: prose.slice(verb.start, tokens[end - 1]!.end),
      },
    ];
  });
}

/** Whether a "do" or "have" is the verb itself: "can't do discounts". */
function isDoing(tokens: readonly Token[], at: number): boolean {
  return /^(?:do|have)$/u.test(tokens[at]!.lower);
}

function isBroken(text: string, tokens: readonly Token[], from: number, to: number): boolean {
  return /[,;:.!?()\n]/u.test(text.slice(tokens[from]!.end, tokens[to]!.start));
}

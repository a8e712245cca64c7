import { quoted, type Check } from './check.ts';

/** A word that ties one statement to another, in a draft and in a text that keeps it. */
interface Tie {
  /** For people. */
  readonly name: string;
  readonly draft: RegExp;
  /** What may say the same. */
  readonly kept: RegExp;
  /** Whether a text that adds it says something else than its draft. */
  readonly restricts: boolean;
}

const whetherVerb =
  '(?:see|sees|check|checks|ask|asks|asked|know|knows|wonder|wondering|sure|tell)';
const courtesy =
  "(?:you(?:['’]d| would| could| can| might)|you(?:['’]re| are) able|possible|we (?:could|may|might)|i (?:could|may|might))";
const ifOf = `(?<!\\b(?:as|even|${whetherVerb}) )\\bif\\b(?! (?:${courtesy}\\b))`;

function tie(name: string, draft: string, kept: string, restricts = false): Tie {
  const either = (pattern: string): RegExp => new RegExp(pattern, 'iu');
  return { name, draft: either(draft), kept: either(`${draft}|${kept}`), restricts };
}

const ties: readonly Tie[] = [
  tie(
    'if',
    `${ifOf}|(?:^|[.!?;,] )should (?!not\\b)\\p{L}|\\b(?:in the (?:event|case)|in case|provided that|on condition that|as long as|so long as|supposing|assuming)\\b`,
    '\\b(?:when|whenever|where|once|unless|otherwise|anyone who|those who|whoever|permitting|(?:for|with|in) any|without)\\b',
  ),
  tie('unless', '\\bunless\\b', '\\b(?:if|except|otherwise)\\b', true),
  tie(
    'until',
    '(?<!\\bup )\\b(?:until|till|til)\\b(?! (?:now|today)\\b)',
    '\\b(?:before|up to|only (?:when|after|once)|once)\\b',
    true,
  ),
  tie(
    'when',
    '\\b(?:when|whenever|as soon as|every time|each time|the moment)\\b(?! it comes to)',
    '\\b(?:once|after|while|whilst|if|where|during|upon|until|before|since|at the time|by the time|(?:on|at) (?:the )?\\p{L}+(?:ing|al|ure|ion))\\b',
  ),
  tie(
    'because',
    '\\b(?:because|due to|owing to|on account of|for the (?:simple )?reason that|in view of the fact|given that|on the grounds)\\b',
    '\\b(?:since|as|so|therefore|thus|hence|reason|thanks to|given|following|why|means)\\b|[:;]',
  ),
  tie(
    'so that',
    '(?<!\\bit )\\b(?:so that|in order that)\\b',
    '\\b(?:so|because|which|lets?|means|to (?!the\\b|an?\\b|our\\b|your\\b|my\\b|it\\b)\\p{Ll}+)\\b',
  ),
  tie(
    'before',
    '\\b(?:before|prior to|in advance of)\\b',
    '\\b(?:first|until|earlier|then|beforehand|ahead|in advance|ago|previous|previously|after (?:that|this|which))\\b',
  ),
  tie(
    'after',
    '\\b(?:after(?! all\\b)|subsequent to)\\b',
    '\\b(?:once|when|then|since|following|afterwards?|later|upon|as soon as|past|having)\\b',
  ),
  tie(
    'instead of',
    '\\b(?:instead|rather than|in place of)\\b',
    "\\b(?:not|replaces?|replaced|alternative(?:ly)?|rather)\\b|n['’]t\\b",
    true,
  ),
  tie(
    'only',
    '(?<!\\bnot )(?<!\\bif )\\b(?:only|solely|exclusively|nothing (?:other than|but|more than)|no one but|nobody but)\\b',
    '\\b(?:just|alone|unless|except|no other|limited|restricted|exclusive|merely|no more than|at most|single|sole|until|but)\\b',
    true,
  ),
  tie(
    'except',
    '\\b(?:except|excepting|apart from|other than|with the exception of)\\b(?! the fact)',
    '\\b(?:but|excluding|not|unless|besides|aside)\\b',
    true,
  ),
];

/**
 * A condition, reason or restriction of the draft without an equivalent, or a restriction that only
 * the answer has.
 */
export const conditions: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  for (const { name, draft: said, kept, restricts } of ties) {
    if (said.test(draft) && !kept.test(text)) {
      return {
        reason: 'meaning',
        text: `The answer leaves out ${quoted(said.exec(draft)![0].trim())}.`,
      };
    }
    if (restricts && said.test(text) && !kept.test(draft)) {
      return {
        reason: 'meaning',
        text: `The answer adds ${quoted(name)}, which the draft does not say.`,
      };
    }
  }
  return undefined;
};

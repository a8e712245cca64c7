import nlp from 'compromise/two';
import { catalogueEntry } from '../catalogue-entry.ts';
import { toUnitInterval, unitRange } from '../unit-range.ts';
import { sentenceReward } from './sentence-reward.ts';
import type { TextReward } from './text-reward.ts';

export const politenessEntry = catalogueEntry(
  {
    id: 'politeness',
    title: 'Politeness',
    favours: 'thanks, greetings, offers and requests that leave a choice',
    description:
      'Share of sentences with a marker of politeness less that of brusque ones, plus one half.',
    range: unitRange,
    licence: 'MIT (compromise), Apache-2.0 (this project)',
  },
  {},
  (_, { id }) => politeness(id),
);

/** Words of the strategies of politeness; `^` matches the start of a sentence. */
const politeMarkers = anyOf([
  // Gratitude, apology and deference.
  'thanks?(?: you)?|thankful|grateful|gratitude|appreciate[ds]?',
  'sorry|apolog(?:y|ies|i[sz]e)|forgive (?:me|us)|regret',
  '(?:great|good|nice|excellent|wonderful) (?:work|job|idea|question|point|find)|well done|congratulations',
  // Greetings, wishes and farewells.
  '^(?:hi|hello|dear|greetings|welcome|good (?:morning|afternoon|evening))',
  '(?:best|kind|warm)(?:est)? (?:wishes|regards)|take care|all the best',
  'have a (?:nice|great|good|lovely|wonderful)|look(?:ing)? forward|hope (?:you|this|that|all|to)',
  // Offers.
  "(?:happy|glad|pleased|delighted|love) to|feel free|let (?:me|us) know|of course|you(?:'re| are) (?:very )?welcome|no (?:rush|hurry|worries)",
  // Requests that leave a choice.
  'please|(?:could|would|can|will|might) you|(?:may|might|could|can) (?:I|we)|would it be|would you mind',
  "if you (?:could|can|like|would|have|need|want)|when(?:ever)? you (?:can|have)|I wonder(?:ed)?|(?:I|we)(?:'d| would) (?:be|like|love|appreciate)",
]);

/** Words that order, blame or belittle. */
const brusqueMarkers = anyOf([
  "^you (?:must|have to|had better|should|need to|never|always|did|do not|don't|are)",
  '^(?:why|are you even|how hard|how many times|what is wrong)',
  '^(?:just|stop|obviously|clearly|so what|whatever|nobody|no one)',
  "(?:told|tell) you|your (?:fault|mistake|problem|job)|not my (?:fault|job|problem)|(?:do not|don't) (?:care|bother)",
  'at once|right now|immediately|or else|no excuses?|without excuses|hurry up|not again|once again|for the last time',
  'waste of|sick of|tired of|fed up|ridiculous|stupid|idiot(?:ic)?|useless|nonsense|incompetent|pathetic|lazy|shut up|nobody cares',
]);

/** Sentences that begin with these words have the form of an order but are not orders. */
const kindImperatives =
  /^(?:thank|thanks|welcome|hope|let|let's|enjoy|have|feel|take|congratulations|wish)\b/iu;

/** How much a bare order counts, as a share of a brusque sentence. */
const orderShare = 0.25;

/**
 * Politeness: 1/2 + (p - b) / n clamped to [0, 1], where p of n sentences have a marker of
 * politeness (gratitude, apology, greeting, wish, offer, a request that leaves a choice) and b one
 * of brusqueness (blame, threat, belittling); a bare order adds one quarter to b. The markers are
 * ours, after the strategies of Danescu-Niculescu-Mizil et al. (2013, "A computational approach to
 * politeness"). Each sentence counts once, so repeated markers gain nothing. A text without words
 * scores 0.5.
 */
export function politeness(id: string = politenessEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0.5,
    count: ({ text }) => ({ balance: balanceOf(text) }),
    score: ({ balance, sentences }) => toUnitInterval(0.5 + balance / sentences),
  });
}

function balanceOf(sentence: string): number {
  const plain = sentence.trim().replace(/[\u2018\u2019]/gu, "'");
  const polite = politeMarkers.test(plain);
  if (brusqueMarkers.test(plain)) return (polite ? 1 : 0) - 1;
  if (polite) return 1;
  return isOrder(plain) ? -orderShare : 0;
}

function isOrder(sentence: string): boolean {
  if (kindImperatives.test(sentence)) return false;
  return nlp(sentence).match('^#Adverb? (#Imperative|#Infinitive)').found;
}

function anyOf(alternatives: readonly string[]): RegExp {
  return new RegExp(`(?:${alternatives.map(wholeWords).join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}

function wholeWords(alternative: string): string {
  const boundary = '(?<![\\p{L}\\p{N}])';
  return alternative.startsWith('^')
    ? `^(?:${alternative.slice(1)})`
    : `${boundary}(?:${alternative})`;
}

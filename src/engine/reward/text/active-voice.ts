import nlp from 'compromise/two';
import { RecentTexts } from './recent-texts.ts';
import { sentencesOf } from './sentences.ts';
import { TextReward } from './text-reward.ts';

/** A form of "be" and a past participle, with up to two adverbs between them. */
const passive = nlp.parseMatch(
  '(am|is|are|was|were|be|been|being) (#Adverb|#Negative|longer)? (#Adverb|#Negative)? (#PastTense|#Participle)',
);

/** Cost of one passive a sentence. */
const passiveCost = 2;

/**
 * Active voice: 1 / (1 + 2 p) with p passive verbs a sentence, found by their parts of speech. A
 * text without words scores 0.
 */
export function activeVoice(id = 'active-voice'): TextReward {
  // A response grows at its end: all sentences but the last were tagged before.
  const recent = new RecentTexts<number>(512);
  return new TextReward(id, (text) => {
    const sentences = sentencesOf(text);
    const passives = sentences.reduce(
      (sum, sentence) => sum + recent.getOrCompute(sentence.text, countPassives),
      0,
    );
    return sentences.length === 0 ? 0 : 1 / (1 + (passiveCost * passives) / sentences.length);
  });
}

function countPassives(sentence: string): number {
  return nlp(sentence).match(passive).length;
}

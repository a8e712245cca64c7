import { sentencesOf } from '../chunks.ts';
import { contentWordsOf } from '../content/content-words.ts';
import { areRelated } from '../content/counterparts.ts';
import { asks, requestOf } from '../content/requests.ts';
import { wordsOf } from '../words.ts';
import type { UnitKind } from '../../documents/prose-unit.ts';
import { quoted, type Check, type Kept } from './check.ts';
import { titles } from './form.ts';

/** Kinds whose writers put statements as commands: "Counts the rows" and "Count the rows". */
const terse: readonly UnitKind[] = [...titles, 'comment'];
const isQuestion = /\?["”')\]]*\s*$/u;
/** What a draft says that a question may ask. */
const indirect =
  /\?|\b(?:whether|wonder\p{Ll}*|ask\p{Ll}*|question\p{Ll}*|let (?:me|us) know|(?:tell|inform) (?:me|us)|would (?:like|love)|want\p{Ll}*|wish\p{Ll}*|interested|curious|not (?:sure|certain|clear)|unsure|unclear|hop(?:e|ing)|if you (?:had|have|could|can|are|would)|suggest\p{Ll}*|propos\p{Ll}+)\b/iu;
/** "Could you confirm whether it works?" asks what "Does it work?" asks. */
const answers: ReadonlySet<string> = new Set(
  'confirm tell let say explain clarify inform share know answer'.split(' '),
);
const suggestion =
  /\b(?:how about|what about|why (?:don['’]t|not)|(?:shall|should|could|can|may) (?:we|i))\b/iu;
const courtesy =
  /\b(?:please|kindly|thanks?|thank you|grateful|appreciate|(?:could|would) you)\b/iu;
/** Instructions that ask for another kind of sentences. */
const wished = /\b(?:questions?|faq|quiz|commands?|imperatives?|orders?|instructions?|steps?)\b/iu;

/**
 * A sentence that does something else than the draft's: a statement that became a command or a
 * question, a command that became another question, or a title that asks for something.
 */
export const acts: Check = ({ draft, text, kind, content, instruction }) => {
  if (content === undefined || wished.test(instruction)) return undefined;
  if (titles.includes(kind) && courtesy.test(text) && !courtesy.test(draft)) {
    return { reason: 'form', text: 'The answer adds courtesy to a title.' };
  }
  const drafted = sentencesOf(draft).map((sentence) => sentence.trim());
  for (const sentence of sentencesOf(text).map((each) => each.trim())) {
    const request = requestOf(sentence);
    if (request === undefined) {
      if (isQuestion.test(sentence) && !mayAsk(sentence, draft))
        return changed('question', sentence);
    } else if (answers.has(request.verb) && indirect.test(draft)) {
      continue;
    } else if (request.isPolite || !terse.includes(kind)) {
      const from = sourcesOf(sentence, request.verb, drafted);
      const asked = from.some((each) => asks(each, request.verb));
      if (!asked || (kind === 'comment' && !from.some(addresses))) {
        return changed('request', sentence);
      }
    }
  }
  return undefined;
};

/** Whether a sentence speaks to its reader; most comments speak of the code. */
function addresses(sentence: string): boolean {
  return requestOf(sentence) !== undefined || /\b(?:you|your|please|kindly)\b/iu.test(sentence);
}

/** Whether a draft asks something, or suggests what a question suggests: "How about ...?" */
function mayAsk(question: string, draft: string): boolean {
  return (
    indirect.test(draft) ||
    (suggestion.test(question) && /\b(?:should|need|want|let['’]s)\b/iu.test(draft))
  );
}

function changed(act: string, sentence: string): Kept {
  return {
    reason: 'meaning',
    text: `The answer makes a ${act} of what the draft only says: ${quoted(sentence)}.`,
  };
}

/**
 * The sentences of the draft that a sentence with this verb says again: those with the verb that
 * share most content words with it, else those that share any, else all.
 */
function sourcesOf(sentence: string, verb: string, drafted: readonly string[]): readonly string[] {
  const lemmas = contentWordsOf(sentence).map(({ lemma }) => lemma);
  const shared = (each: string): number => {
    const own = contentWordsOf(each);
    return lemmas.filter((lemma) => own.some((word) => areRelated(lemma, word.lemma))).length;
  };
  const withVerb = drafted.filter((each) => wordsOf(each).some((word) => areRelated(word, verb)));
  const most = Math.max(...withVerb.map(shared));
  if (withVerb.length > 0) return withVerb.filter((each) => shared(each) === most);
  const sharing = drafted.filter((each) => shared(each) > 0);
  return sharing.length > 0 ? sharing : drafted;
}

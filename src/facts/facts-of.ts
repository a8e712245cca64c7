import { takeDates } from './dates.ts';
import type { Fact } from './fact.ts';
import { takeLinks } from './links.ts';
import { takeIdentifiers, takeMixed, takeNames } from './names.ts';
import { takeNumbers } from './numbers.ts';
import { withQualifier } from './qualifiers.ts';
import { Scan } from './scan.ts';
import { sentencesOf } from './sentences.ts';
import { type Statements, statementsOf } from './statements.ts';
import { takeTimes } from './times.ts';

/** What one sentence says, with offsets in the sentence. */
export interface Analysis {
  readonly facts: readonly Fact[];
  readonly statements: Statements;
}

/** What the sentences of a text say, and where each begins. */
export type TextAnalysis = readonly { readonly analysis: Analysis; readonly start: number }[];

/** Most sentences that are remembered, and the longest of them. */
const capacity = 1024;
const longestRemembered = 2000;
const remembered = new Map<string, Analysis>();

/** The facts of a text, in order. */
export function factsOf(text: string): readonly Fact[] {
  return analyse(text)
    .flatMap(({ analysis, start }) =>
      [...analysis.facts, ...analysis.statements.facts].map((fact) => ({
        ...fact,
        start: fact.start + start,
        end: fact.end + start,
      })),
    )
    .sort((a, b) => a.start - b.start);
}

/** What each sentence of a text says; a sentence that was analysed lately is not analysed again. */
export function analyse(text: string): TextAnalysis {
  const german = isGerman(text);
  return sentencesOf(text).map(({ text: sentence, start }) => ({
    analysis: analysisOf(sentence, german),
    start,
  }));
}

function analysisOf(sentence: string, german: boolean): Analysis {
  const id = (german ? 'de:' : 'en:') + sentence;
  const known = remembered.get(id);
  if (known !== undefined) {
    remembered.delete(id);
    remembered.set(id, known);
    return known;
  }
  const analysis = analyseSentence(sentence, german);
  if (sentence.length <= longestRemembered) {
    remembered.set(id, analysis);
    if (remembered.size > capacity) remembered.delete(remembered.keys().next().value!);
  }
  return analysis;
}

function analyseSentence(sentence: string, german: boolean): Analysis {
  const scan = new Scan(sentence);
  takeLinks(scan);
  takeDates(scan);
  takeTimes(scan);
  takeIdentifiers(scan);
  takeNumbers(scan, german);
  takeMixed(scan);
  takeNames(scan, german);
  const facts = [...scan.facts]
    .sort((a, b) => a.start - b.start)
    .map((fact) => withQualifier(withRole(fact, sentence), sentence));
  return { facts, statements: statementsOf(scan.rest, sentence) };
}

function withRole(fact: Fact, sentence: string): Fact {
  const before = sentence.slice(Math.max(0, fact.start - 9), fact.start);
  const role = /(?:^|\s)(?<role>from|to)\s(?:the\s)?$/iu.exec(before)?.groups?.['role'];
  return role === undefined ? fact : { ...fact, role: /from/iu.test(role) ? 'from' : 'to' };
}

const germanWords =
  /(?<!\p{L})(?:der|die|das|und|ist|nicht|wir|ein|eine|mit|für|auf|den|dem|sich|bitte|ich|zu|von|im|um|bei|bis|uhr|herrn?|frau|werden|wurde|haben|hat|sind|\p{L}{0,20}[äöüß]\p{L}{1,20})(?!\p{L})/giu;
const englishWords =
  /(?<!\p{L})(?:the|and|is|not|we|of|to|for|with|on|that|this|please|you|have|has|are|will|be|at|by|it|from)(?!\p{L})/giu;

/** Whether a text seems German, where each noun has a capital and the comma is a decimal sign. */
function isGerman(text: string): boolean {
  const beginning = text.slice(0, 2000);
  const german = beginning.match(germanWords)?.length ?? 0;
  return german > 1 && german > 2 * (beginning.match(englishWords)?.length ?? 0);
}

import { wordsOf } from './words.ts';

/** Finds the language of a text: an ISO 639-1 code, or undefined if the text does not show it. */
export type LanguageOf = (text: string) => string | undefined;

/** Fewer words do not show a language: "Kubernetes Ingress" would be Spanish. */
const fewestWords = 6;
const leastLead = 0.03;

/** Words that are common in English and rare elsewhere. */
const englishWords = new Set(
  ['the', 'and', 'to', 'of', 'that', 'with', 'for', 'are', 'you', 'we', 'i', 'it', 'this', 'from']
    .concat(['have', 'has', 'be', 'by', 'not', 'or', 'if', 'when', 'your', 'our', 'they', 'is'])
    .concat(['can', 'will', 'would', 'should', 'which', 'there', 'been', "don't", "it's", 'but']),
);
/** A share of them that no text of another language has by chance. */
const englishShare = 0.2;

/** Markup, paths and addresses say nothing about the language. */
const wordless = /\[\/?\d+\]|\S*[@/\\_=<>{}]\S*|`[^`]*`/gu;
const otherScript = /(?!\p{Script=Latin}|\p{Script=Common}|\p{Script=Inherited})\p{L}/gu;

/** Loads the detector, which takes some tens of milliseconds. */
export async function loadLanguageOf(): Promise<LanguageOf> {
  const { eld } = await import('eld/small');
  return (text) => {
    const prose = text.replace(wordless, ' ');
    const words = wordsOf(prose);
    const foreign = prose.match(otherScript)?.length ?? 0;
    if (foreign === 0 && words.length < fewestWords) return undefined;
    const english = words.filter((word) => englishWords.has(word)).length;
    if (foreign === 0 && english >= words.length * englishShare) return 'en';
    const found = eld.detect(prose);
    const [first = 0, second = 0] = Object.values(found.getScores()).sort((a, b) => b - a);
    const certain = found.isReliable() && first - second >= leastLead;
    return certain && found.language !== '' ? found.language : undefined;
  };
}

/** The English name of a language: "German" for "de". */
export function languageName(code: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;
}

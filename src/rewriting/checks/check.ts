import type { Preset, UnitResult } from '../../protocol/rewriting.ts';
import type { UnitKind } from '../../documents/prose-unit.ts';
import type { LanguageOf } from '../languages.ts';

/** Why a draft is kept, with a sentence for people that names what was found. */
export type Kept = NonNullable<UnitResult['kept']>;

/** An answer of the model to check. */
export interface Answer {
  /** The draft's prose, with marks. */
  readonly draft: string;
  /** The answer's prose on one line, with marks. */
  readonly text: string;
  /** What the model was asked to do. */
  readonly instruction: string;
  /** Allowed words of the answer, as multiples of the draft's. */
  readonly length: readonly [number, number] | undefined;
  /** Language of the draft; undefined if it does not show. */
  readonly language: string | undefined;
  readonly languageOf: LanguageOf;
  readonly kind: UnitKind;
  /** Whether the preset asks for corrections and nothing else. */
  readonly correctsOnly: boolean | undefined;
  /** Content words that may be lost and new; undefined to compare none. */
  readonly content: Preset['content'];
}

/** Finds one fault; undefined if the answer does not have it. */
export type Check = (answer: Answer) => Kept | undefined;

/** A piece of an answer in a sentence, shortened. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `"${short}"`;
}

/** The first match that the draft does not have. */
export function foundOnlyIn({ text, draft }: Answer, pattern: RegExp): string | undefined {
  if (pattern.test(draft)) return undefined;
  return pattern.exec(text)?.[0].trim();
}

import type { z } from 'zod';
import { compareFacts } from '../facts/compare-facts.ts';
import type { requests } from '../protocol/requests.ts';
import type { Review } from '../protocol/review.ts';
import { loadLanguageOf, type LanguageOf } from './languages.ts';

let languageOf: Promise<LanguageOf> | undefined;

/** Compares a text with its draft, if it has one, and finds the languages of both. */
export async function reviewText({
  draft,
  text,
}: z.output<typeof requests.review.params>): Promise<Review> {
  languageOf ??= loadLanguageOf();
  const find = await languageOf;
  return {
    language: find(text) ?? null,
    draftLanguage: draft === undefined ? null : (find(draft) ?? null),
    facts: draft === undefined ? null : compareFacts(draft, text),
  };
}

import { z } from 'zod';
import { factComparisonSchema } from './rewriting.ts';

/** Facts about a finished text that a writer wants to know. */
export const reviewSchema = z.object({
  /** ISO 639-1 code; null if the text does not show its language. */
  language: z.string().nullable(),
  /** The draft's language; null without a draft, or if it does not show its language. */
  draftLanguage: z.string().nullable(),
  /** The draft's facts, compared with those of the text; null without a draft. */
  facts: factComparisonSchema.nullable(),
});
export type Review = z.output<typeof reviewSchema>;

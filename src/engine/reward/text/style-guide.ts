import { z } from 'zod';
import { catalogueEntry } from '../catalogue-entry.ts';
import { readJsonFile } from '../read-json-file.ts';
import { unitRange } from '../unit-range.ts';
import { TextReward } from './text-reward.ts';

export const styleGuideEntry = catalogueEntry(
  {
    id: 'style-guide',
    title: 'Style guide',
    favours: 'the terms of your style guide',
    description: 'One over one plus the number of terms used against the style guide.',
    range: unitRange,
    licence: 'Apache-2.0 (this project)',
  },
  { file: z.string().min(1).describe('path of a JSON file with avoid and prefer lists') },
  async ({ file }, { id, resolvePath }) => styleGuide(await readStyleGuide(resolvePath(file)), id),
);

const term = z.string().trim().min(1).max(200);

/** Content of a style guide's file. */
export const styleGuideSchema = z.strictObject({
  /** Terms to avoid. */
  avoid: z.array(term).max(2000).default([]),
  /** Terms to replace, each with its preferred term. */
  prefer: z
    .array(z.strictObject({ instead: term, use: term }))
    .max(2000)
    .default([]),
});

export type StyleGuide = z.output<typeof styleGuideSchema>;

/** @throws TqError invalidInput if the file is missing, not JSON or not a style guide. */
export function readStyleGuide(path: string): Promise<StyleGuide> {
  return readJsonFile(path, 'style guide', styleGuideSchema);
}

/**
 * Compliance with a style guide: 1 / (1 + offences). An offence is each use of a term to avoid or
 * of a term that has a preferred term. Terms match whole words, with any white space between them.
 * A term in lower case matches any case; a term with a capital matches only as written. Text that
 * is already the preferred term is no offence.
 */
export function styleGuide(
  guide: StyleGuide,
  id: string = styleGuideEntry.description.id,
): TextReward {
  const rules = [
    ...guide.avoid.map((avoided) => ({ avoided: termPattern(avoided), preferred: undefined })),
    ...guide.prefer.map(({ instead, use }) => ({
      avoided: termPattern(instead),
      preferred: termPattern(use, 'as written'),
    })),
  ];
  return new TextReward(id, (text) => {
    const plain = plainForm(text);
    let offences = 0;
    for (const { avoided, preferred } of rules) {
      const found = spans(plain, avoided);
      if (found.length === 0) continue;
      offences += outside(found, preferred === undefined ? [] : spans(plain, preferred));
    }
    return 1 / (1 + offences);
  });
}

type Span = readonly [start: number, end: number];

function plainForm(text: string): string {
  return text.normalize('NFC').replace(/[\u2018\u2019]/gu, "'");
}

const wordCharacter = '[\\p{L}\\p{M}\\p{N}_]';

function termPattern(written: string, matching?: 'as written'): RegExp {
  const plain = plainForm(written);
  const source = plain
    .split(/\s+/u)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'))
    .join('\\s+');
  const startsAsWord = new RegExp(`^${wordCharacter}`, 'u').test(plain);
  const endsAsWord = new RegExp(`${wordCharacter}$`, 'u').test(plain);
  const anyCase = matching === undefined && !/\p{Lu}/u.test(plain);
  return new RegExp(
    (startsAsWord ? `(?<!${wordCharacter})` : '') +
      source +
      (endsAsWord ? `(?!${wordCharacter})` : ''),
    anyCase ? 'giu' : 'gu',
  );
}

function spans(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), (match) => [
    match.index,
    match.index + match[0].length,
  ]);
}

/** Number of `found` spans that no `allowed` span contains; both are sorted by start. */
function outside(found: readonly Span[], allowed: readonly Span[]): number {
  let next = 0;
  return found.filter(([start, end]) => {
    while (next < allowed.length && allowed[next]![1] < end) next += 1;
    const covering = allowed[next];
    return covering === undefined || covering[0] > start;
  }).length;
}

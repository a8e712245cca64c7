import type { Answer, Check, Kept } from './check.ts';
import { echo } from './echo.ts';
import { empty } from './empty.ts';
import { facts } from './facts.ts';
import { greeting } from './greeting.ts';
import { language } from './language.ts';
import { length } from './length.ts';
import { marks } from './marks.ts';
import { refusal } from './refusal.ts';
import { repetition } from './repetition.ts';

/** In the order in which a person would name them. */
const checks: readonly Check[] = [
  ...[empty, refusal, echo, language, greeting, marks, repetition, length, facts],
];

/** The first fault of an answer; undefined if it may take the place of its draft. */
export function faultOf(answer: Answer): Kept | undefined {
  for (const check of checks) {
    const kept = check(answer);
    if (kept) return kept;
  }
  return undefined;
}

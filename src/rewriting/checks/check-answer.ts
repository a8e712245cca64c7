import { actors } from './actors.ts';
import { acts } from './acts.ts';
import type { Answer, Check, Kept } from './check.ts';
import { conditions } from './conditions.ts';
import { content } from './content.ts';
import { corrections } from './corrections.ts';
import { denial } from './denial.ts';
import { deniedObject } from './denied-object.ts';
import { echo } from './echo.ts';
import { empty } from './empty.ts';
import { facts } from './facts.ts';
import { form } from './form.ts';
import { fragments } from './fragments.ts';
import { grammar } from './grammar.ts';
import { greeting } from './greeting.ts';
import { language } from './language.ts';
import { length, tooLong } from './length.ts';
import { marks } from './marks.ts';
import { order } from './order.ts';
import { references } from './references.ts';
import { refusal } from './refusal.ts';
import { repetition } from './repetition.ts';
import { roles } from './roles.ts';

/** In the order in which a person would name them. */
const checks: readonly Check[] = [
  ...[empty, refusal, echo, language, greeting, marks, repetition, length, facts],
  ...[form, acts, grammar, fragments, corrections, conditions, order, denial, deniedObject],
  ...[roles, actors, references, content],
];

/** Faults that no further word of an answer can mend. */
const lasting: readonly Check[] = [refusal, repetition, tooLong];
/** A word that is not finished may still become another. */
const lastWord = /\S{1,200}$/u;

/** Why an answer that is being written will be refused; undefined if it may still be good. */
export function faultSoFar(answer: Answer): Kept | undefined {
  const text = answer.text.replace(lastWord, '');
  for (const check of lasting) {
    const kept = check({ ...answer, text });
    if (kept) return kept;
  }
  return undefined;
}

/** The first fault of an answer; undefined if it may take the place of its draft. */
export function faultOf(answer: Answer): Kept | undefined {
  for (const check of checks) {
    const kept = check(answer);
    if (kept) return kept;
  }
  return undefined;
}

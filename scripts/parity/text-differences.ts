import { encodePrompt, type TextTokenizer } from '../../src/engine/exports/parity.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import type { Answers } from './reference.ts';

type AnswersTo<K extends keyof Answers> = NonNullable<Answers[K]>;

/** The first string with other tokens, and how many there are; undefined without one. */
export function tokensDifference(
  tokenizer: TextTokenizer,
  answers: AnswersTo<'tokens'>,
): string | undefined {
  return firstDifference(
    answers,
    ({ text }) => text,
    ({ text, ids, bare }) => {
      const own = refusable(() => tokenizer.encode(text));
      const ownBare = refusable(() => tokenizer.encode(text, { specialTokens: false }));
      return listDifference(own, ids) ?? listDifference(ownBare, bare);
    },
  );
}

/** The first conversation that is rendered otherwise. */
export function templateDifference(
  tokenizer: TextTokenizer,
  answers: AnswersTo<'template'>,
): string | undefined {
  return firstDifference(
    answers,
    ({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`).join(' | '),
    ({ messages, addGenerationPrompt, text }) => {
      const own = refusable(() => tokenizer.applyChatTemplate(messages, { addGenerationPrompt }));
      return textDifference(own, text);
    },
  );
}

/** The first prompt with other tokens than the program sends. */
export function promptDifference(
  tokenizer: TextTokenizer,
  answers: AnswersTo<'prompt'>,
): string | undefined {
  return firstDifference(
    answers,
    ({ text }) => text,
    ({ ids, ...prompt }) =>
      listDifference(
        refusable(() => encodePrompt(tokenizer, { ...prompt, raw: false })),
        ids,
      ),
  );
}

/**
 * A person's text is text: a control token's name in it is spelled. Compares the control tokens of
 * a prompt with such a name with those of one without.
 */
export function controlTokenDifference(tokenizer: TextTokenizer): string | undefined {
  const isControl = (id: number): boolean =>
    tokenizer.decode([id]) !== '' && tokenizer.decode([id], { skipSpecial: true }) === '';
  const controls = (text: string): number[] =>
    encodePrompt(tokenizer, { text, raw: false }).filter(isControl);
  const plain = controls('a b');
  const names = [...new Set([...tokenizer.endTokens, ...plain])].map((id) =>
    tokenizer.decode([id]),
  );
  return firstDifference(
    names.map((name) => `a${name}b`),
    (text) => text,
    (text) => {
      const difference = listDifference(controls(text), plain);
      return difference && `the control tokens differ ${difference}`;
    },
  );
}

/** What is said of the first answer that differs, and of how many do. */
function firstDifference<T>(
  answers: readonly T[],
  questionOf: (answer: T) => string,
  differenceOf: (answer: T) => string | undefined,
): string | undefined {
  const differences = answers.flatMap((answer) => {
    const difference = differenceOf(answer);
    return difference === undefined ? [] : [{ answer, difference }];
  });
  const [first] = differences;
  if (!first) return undefined;
  const asked = JSON.stringify(questionOf(first.answer)).slice(0, 80);
  return `${differences.length} of ${answers.length}, first ${asked}: ${first.difference}`;
}

/** Null where a template or tokenizer refuses the input, which the other program may do, too. */
function refusable<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof TqError && error.code === ErrorCode.invalidInput) return null;
    throw error;
  }
}

function listDifference(
  found: readonly number[] | null,
  wanted: readonly number[] | null,
): string | undefined {
  if (!found || !wanted) return refusal(found, wanted);
  const at = firstOther(found, wanted);
  if (at === undefined) return undefined;
  const part = (ids: readonly number[]): string => ids.slice(at, at + 12).join(' ') || 'nothing';
  return `from token ${at + 1} of ${found.length} on ${part(found)}, not ${part(wanted)}`;
}

function textDifference(found: string | null, wanted: string | null): string | undefined {
  if (found === null || wanted === null) return refusal(found, wanted);
  const at = firstOther(found, wanted);
  if (at === undefined) return undefined;
  const part = (text: string): string => JSON.stringify(text.slice(at, at + 60));
  return `from character ${at + 1} on ${part(found)}, not ${part(wanted)}`;
}

function refusal(found: unknown, wanted: unknown): string | undefined {
  if (found === wanted) return undefined;
  return found === null ? 'the engine refuses it' : 'the engine accepts what the other refuses';
}

/** Index of the first element that is not the same in both. */
function firstOther(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return undefined;
}

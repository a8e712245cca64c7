import { wrongUsage } from './failure.ts';

/**
 * Reads the text of an option.
 * @throws TqError invalidInput naming the option, the text and what is allowed
 */
export type Parser<T> = (text: string) => T;

/** Reads a whole number of at least `min`. */
export function wholeNumber(option: string, min: number): Parser<number> {
  const allowed = `a whole number of ${min} or more`;
  return number(option, allowed, (value) => Number.isSafeInteger(value) && value >= min);
}

/** Reads a finite number of at least `min`. */
export function numberFrom(option: string, min: number): Parser<number> {
  return number(option, `a number of ${min} or more`, (value) => value >= min);
}

/** Reads a finite number above 0. */
export function aboveZero(option: string): Parser<number> {
  return number(option, 'a number above 0', (value) => value > 0);
}

/** Reads a list with commas, each part by `parse`; no part may be there twice. */
export function listOf<T>(option: string, parse: Parser<T>): Parser<T[]> {
  return (text) => {
    const values = text.split(',').map((part) => parse(part.trim()));
    if (new Set(values).size === values.length) return values;
    throw wrongUsage(`${option} is "${text}"; each entry may be there only once.`);
  };
}

/** Reads one of some words. */
export function oneOf<const T extends string>(option: string, choices: readonly T[]): Parser<T> {
  return (text) => {
    const found = choices.find((each) => each === text);
    if (found !== undefined) return found;
    throw wrongUsage(`${option} is "${text}"; it must be one of ${choices.join(', ')}.`);
  };
}

/** Reads a list with commas of some words, none twice. */
export function someOf<const T extends string>(option: string, choices: readonly T[]): Parser<T[]> {
  return listOf(option, (part) => {
    const found = choices.find((each) => each === part);
    if (found !== undefined) return found;
    throw wrongUsage(`${option} has "${part}"; it must be one of ${choices.join(', ')}.`);
  });
}

function number(
  option: string,
  allowed: string,
  isAllowed: (value: number) => boolean,
): Parser<number> {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && isAllowed(value)) return value;
    throw wrongUsage(`${option} is "${text}"; it must be ${allowed}.`);
  };
}

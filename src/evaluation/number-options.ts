import { ErrorCode, TqError } from '../protocol/errors.ts';

type Parser<T> = (text: string) => T;

/** Reads a whole number of at least `least`; a wrong one is told with the option's name. */
export function wholeNumber(option: string, least: number): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    return fail(`${option} is "${text}"; it must be a whole number of ${least} or more.`);
  };
}

export function aboveZero(option: string): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
    return fail(`${option} is "${text}"; it must be a number above 0.`);
  };
}

/** Reads what stands between commas, each by `parse`; at least one, none twice. */
export function listOf<T>(option: string, parse: Parser<T>): Parser<T[]> {
  return (text) => {
    const values = text.split(',').map((part) => parse(part.trim()));
    if (new Set(values).size === values.length) return values;
    return fail(`${option} is "${text}"; nothing in it may be there twice.`);
  };
}

export function oneOf<const T extends string>(option: string, choices: readonly T[]): Parser<T> {
  return (text) => {
    const found = choices.find((each) => each === text);
    return found ?? fail(`${option} has "${text}"; it must be one of ${choices.join(', ')}.`);
  };
}

export function fail(sentence: string): never {
  throw new TqError(ErrorCode.invalidInput, sentence);
}

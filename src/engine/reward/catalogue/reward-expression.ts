import { ErrorCode, TqError } from '../../../protocol/errors.ts';

const decimal = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/u;

/** One reward of an expression, with its weight. */
export interface RewardTerm {
  /** A reward id or a path, quotes removed. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly weight: number;
  /** Smallest score that meets the term, which is a constraint; undefined for a part of the sum. */
  readonly atLeast?: number;
  /** The term as written, without its weight and constraint. */
  readonly written: string;
}

/**
 * Parses a reward expression:
 *
 *     expression = term { "+" term }
 *     term       = name [ ":" parameter { "," parameter } ] [ "*" weight | ">=" number ]
 *     parameter  = name "=" value
 *
 * A name or value that contains one of + * , > needs double quotes.
 *
 * @throws TqError invalidInput that names the part that cannot be parsed.
 */
export function parseRewardExpression(expression: string): RewardTerm[] {
  return splitOutsideQuotes(expression, '+').map((term) => parseTerm(term.trim(), expression));
}

/** True for a name with a path separator or the extension .json. */
export function looksLikePath(name: string): boolean {
  return /^[^:]*[\\/]|^[A-Za-z]:[\\/]|\.json$/iu.test(name);
}

function parseTerm(term: string, expression: string): RewardTerm {
  const [part = '', atLeast, ...others] = splitOutsideQuotes(term, '>');
  if (atLeast !== undefined) {
    return { ...parsePart(part.trim(), expression), atLeast: boundOf(atLeast, others, expression) };
  }
  const [written = '', weight, ...rest] = splitOutsideQuotes(term, '*').map((piece) =>
    piece.trim(),
  );
  if (written === '' || rest.length > 0) {
    throw unreadable(
      expression,
      `'${term}' is not a reward with one weight, as in readability*0.5`,
    );
  }
  if (weight !== undefined && !decimal.test(weight)) {
    throw unreadable(expression, `the weight '${weight}' is not a number`);
  }
  return { ...parsePart(written, expression), weight: weight === undefined ? 1 : Number(weight) };
}

/** The number after ">" of a constraint. */
function boundOf(written: string, others: readonly string[], expression: string): number {
  const bound = /^=\s*(\S+)\s*$/u.exec(written)?.[1];
  if (bound === undefined || others.length > 0 || !decimal.test(bound)) {
    throw unreadable(
      expression,
      "a constraint is a reward, '>=' and a number, as in keeps-meaning>=0.8",
    );
  }
  return Number(bound);
}

/** A reward with its parameters; its weight is 1. */
function parsePart(written: string, expression: string): RewardTerm {
  if (written === '' || splitOutsideQuotes(written, '*').length > 1) {
    throw unreadable(expression, 'a constraint has a reward and no weight, as in length>=0.5');
  }
  // A colon next to a slash, or after one, belongs to a path.
  const [, head, parameters] = /^([^:"\\/]+|"[^"]*"):(?![\\/])(.*)$/su.exec(written) ?? [];
  return {
    name: unquoted(head ?? written),
    parameters: parameters === undefined ? {} : parseParameters(parameters, expression),
    weight: 1,
    written,
  };
}

function parseParameters(written: string, expression: string): Record<string, string> {
  const parameters = splitOutsideQuotes(written, ',').map((parameter): [string, string] => {
    const equals = parameter.indexOf('=');
    if (equals < 1) {
      throw unreadable(expression, `'${parameter.trim()}' is not a parameter, as in grade=6`);
    }
    return [parameter.slice(0, equals).trim(), unquoted(parameter.slice(equals + 1))];
  });
  const names = parameters.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw unreadable(expression, `the parameter '${repeated}' is given twice`);
  }
  return Object.fromEntries(parameters);
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (quoted) throw unreadable(text, 'a double quote is not closed');
  return parts;
}

function unquoted(written: string): string {
  return written.trim().replace(/^"(.*)"$/su, '$1');
}

function unreadable(expression: string, reason: string): TqError {
  return new TqError(
    ErrorCode.invalidInput,
    `The reward '${expression.replace(/\s+/gu, ' ')}' cannot be read: ${reason}.`,
  );
}

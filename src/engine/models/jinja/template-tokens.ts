import { TemplateError } from './values.ts';

/** A token of the library; `group` says which parentheses a comparison or a sum is in. */
export interface Token {
  readonly type: string;
  readonly value: string;
  readonly group?: number;
}

/** A name that no template can use: what follows the last comma of a tuple. */
export const nothing = '';

const operators = ['ComparisonBinaryOperator', 'AdditiveBinaryOperator'];
const opening = ['OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket', 'OpenExpression'];
const closing = ['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket', 'CloseExpression'];
/** What can be called, so that a parenthesis after it starts arguments. */
const callable = ['Identifier', 'CloseParen', 'CloseSquareBracket'];
const keywords = new Set('and or not in is if else elif set call'.split(' '));

/**
 * Tokens that the library's parser reads as Jinja reads a template: with numbers as Python writes
 * them, tuples of one value and none, and `with`, which becomes the filter "with".
 * @throws TemplateError for a loop that calls itself
 */
export function preparedTokens(tokens: readonly Token[]): Token[] {
  return grouped(withTuples(withScopes(withNumbers(tokens))));
}

/** 1e3, 1_000 and 0x1f, which the library takes apart. */
function withNumbers(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  for (const token of tokens) {
    const before = written.at(-1);
    const joins = token.type === 'Identifier' && before?.type === 'NumericLiteral';
    if (!joins || !/^(?:_\d|e\d|x[\da-f]|o[0-7]|b[01])/iu.test(token.value)) {
      written.push(token);
      continue;
    }
    const digits = `${before.value}${token.value}`.replaceAll('_', '');
    // The library takes a number with a point as a float.
    const value = digits.replace(/^([+-]?\d+)(e\d+)$/iu, '$1.0$2');
    if (Number.isNaN(Number(value))) throw new TemplateError(`${digits} is no number`);
    written[written.length - 1] = { type: 'NumericLiteral', value };
  }
  return written;
}

/** `{% with a = 1 %}` as `{% filter with(a = 1) %}`. */
function withScopes(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  const word = (value: string): Token => ({ type: 'Identifier', value });
  let inWith = false;
  for (const [at, token] of tokens.entries()) {
    const starts = tokens[at - 1]?.type === 'OpenStatement';
    if (starts && token.value === 'with') {
      inWith = true;
      written.push(word('filter'), word('with'), { type: 'OpenParen', value: '(' });
    } else if (starts && token.value === 'endwith') written.push(word('endfilter'));
    else if (token.value === 'recursive' && tokens[at + 1]?.type === 'CloseStatement') {
      throw new TemplateError('it has a recursive loop, which is not supported');
    } else {
      if (inWith && token.type === 'CloseStatement') {
        inWith = false;
        written.push({ type: 'CloseParen', value: ')' });
      }
      written.push(token);
    }
  }
  return written;
}

/** `()` and `(a,)` as tuples that end with the name `nothing`. */
function withTuples(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  const isTuple: boolean[] = [];
  const last: Token = { type: 'Identifier', value: nothing };
  const comma: Token = { type: 'Comma', value: ',' };
  for (const token of tokens) {
    const before = written.at(-1);
    if (opening.includes(token.type)) {
      const called = before && callable.includes(before.type) && !keywords.has(before.value);
      isTuple.push(token.type === 'OpenParen' && !called);
    }
    if (closing.includes(token.type) && isTuple.pop()) {
      if (before?.type === 'OpenParen') written.push(last, comma, last);
      else if (before?.type === 'Comma') written.push(last);
    }
    written.push(token);
  }
  return written;
}

/** Numbers the parentheses that each operator is in, and reads `not in` as one operator. */
function grouped(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  const groups = [0];
  let count = 0;
  for (const [at, token] of tokens.entries()) {
    if (opening.includes(token.type)) groups.push(++count);
    if (closing.includes(token.type)) groups.pop();
    const group = groups.at(-1) ?? 0;
    const isWord = token.type === 'Identifier';
    const next = tokens[at + 1];
    if (isWord && token.value === 'not' && next?.type === 'Identifier' && next.value === 'in') {
      continue;
    }
    if (isWord && token.value === 'in') {
      const negated = tokens[at - 1]?.type === 'Identifier' && tokens[at - 1]?.value === 'not';
      written.push(
        negated
          ? { type: 'ComparisonBinaryOperator', value: 'not in', group }
          : { ...token, group },
      );
      continue;
    }
    written.push(operators.includes(token.type) ? { ...token, group } : token);
  }
  return written;
}

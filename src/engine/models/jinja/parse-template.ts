import { parse, tokenize } from '@huggingface/jinja';

import type { Body, Node } from './nodes.ts';
import { preparedTokens, type Token } from './template-tokens.ts';
import { TemplateError } from './values.ts';

type LibraryTokens = Parameters<typeof parse>[0];

/**
 * Parses a template as transformers' environment does (trim_blocks, lstrip_blocks, `generation`).
 * The library's parser has no `raw` blocks and no tests with arguments: a raw block becomes a text
 * in quotes, and a test becomes the filter "is <test>" or "is not <test>".
 * @throws Error if it is not a template
 */
export function parseTemplate(source: string): Body {
  const options = { lstrip_blocks: true, trim_blocks: true };
  // Jinja reads every kind of line break as one.
  const lines = source.replace(/\r\n?/gu, '\n');
  const tokens = tokenize(keptSpaces(rawAsText(lines)), options);
  const program = parsed(preparedTokens(testsAsFilters(tokens)) as LibraryTokens);
  return (program as unknown as Extract<Node, { readonly type: 'Program' }>).body;
}

function parsed(tokens: LibraryTokens): ReturnType<typeof parse> {
  try {
    return parse(tokens);
  } catch (cause) {
    // The library reads past the last token.
    if (cause instanceof TypeError)
      throw new TemplateError('it ends before a block or an expression does');
    throw cause;
  }
}

/** White space that `{%+` and `+%}` keep becomes a text in quotes. */
function keptSpaces(source: string): string {
  return source
    .replace(/^([ \t]*)\{([%#])\+/gmu, (_, spaces: string, sign: string) =>
      spaces === '' ? `{${sign}` : `{{ ${JSON.stringify(spaces)} }}{${sign}`,
    )
    .replace(/\{([%#])\+/gu, '{$1')
    .replace(/\+([%#])\}(\n?)/gu, (_, sign: string, end: string) =>
      end === '' ? `${sign}}` : `${sign}}{{ "\\n" }}`,
    );
}

function rawAsText(source: string): string {
  return source.replace(
    /(^[ \t]*)?\{%(-?)\s*raw\s*(-?)%\}([\s\S]*?)\{%(-?)\s*endraw\s*(-?)%\}\n?/gmu,
    (_, ...parts: (string | undefined)[]) => {
      const [, before, afterBegin, text = '', beforeEnd, after] = parts;
      const begun = afterBegin ? text.trimStart() : text;
      const whole = beforeEnd ? begun.trimEnd() : begun.replace(/(?<=^|\n)[ \t]*$/u, '');
      return `{{${before ?? ''} ${JSON.stringify(whole)} ${after ?? ''}}}`;
    },
  );
}

/** Words that follow a test, and are not its argument. */
const afterTest = new Set(['else', 'or', 'and', 'is', 'if', 'in', 'not']);
const argumentStarts = [
  'Identifier',
  'NumericLiteral',
  'StringLiteral',
  'OpenSquareBracket',
  'OpenCurlyBracket',
];
const opening = ['OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket'];
const closing = ['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket'];

function testsAsFilters(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  const isWord = (index: number, word: string): boolean =>
    tokens[index]?.type === 'Identifier' && tokens[index].value === word;
  for (let at = 0; at < tokens.length; at++) {
    if (!isWord(at, 'is') || tokens[at - 1]?.type === 'Dot' || tokens[at + 1]?.type === 'Equals') {
      written.push(tokens[at]!);
      continue;
    }
    const negated = isWord(at + 1, 'not');
    const name = tokens[at + (negated ? 2 : 1)];
    at += negated ? 2 : 1;
    written.push(
      { type: 'Pipe', value: '|' },
      { type: 'Identifier', value: `${negated ? 'is not' : 'is'} ${name?.value ?? ''}` },
    );
    const end = argumentEnd(tokens, at + 1);
    if (end === at + 1) continue;
    const argument = tokens.slice(at + 1, end);
    written.push({ type: 'OpenParen', value: '(' }, ...testsAsFilters(argument), {
      type: 'CloseParen',
      value: ')',
    });
    at = end - 1;
  }
  return written;
}

/** Where the argument that a test has without parentheses ends. */
function argumentEnd(tokens: readonly Token[], start: number): number {
  const first = tokens[start];
  if (!first || !argumentStarts.includes(first.type)) return start;
  if (first.type === 'Identifier' && afterTest.has(first.value)) return start;
  let end = start;
  let depth = 0;
  do {
    const { type } = tokens[end]!;
    if (opening.includes(type)) depth++;
    if (closing.includes(type)) depth--;
    if (type === 'Dot') end++;
    end++;
  } while (
    end < tokens.length &&
    (depth > 0 || ['Dot', 'OpenParen', 'OpenSquareBracket'].includes(tokens[end]!.type))
  );
  return end;
}

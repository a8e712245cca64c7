/** Comments that programs read, at the start of a line. */
const directive = new RegExp(
  `^(?:` +
    `!|-\\*-|\\+build|go:|#?(?:end)?region\\b|pragma\\b|MARK:|@(?:ts|flow|jsx|format|vite|preserve|` +
    `generated|cc_on|formatter|Suppress\\w*|codeCoverageIgnore)[\\w-]*\\b|` +
    `(?:eslint|jshint|jslint|jscs|tslint|stylelint|prettier|biome|dprint|deno|standard|oxlint)[\\s-]|` +
    `(?:istanbul|c8|v8|node:coverage)\\s|globals?\\s|exported\\s|webpack\\w*:|sourceMappingURL|` +
    `type:\\s|noqa\\b|pylint\\b|mypy\\b|pyright\\b|ruff\\b|flake8\\b|isort\\b|fmt:|yapf\\b|black:|` +
    `pragma:|nosec\\b|NOLINT|nolint\\b|clang-(?:format|tidy)|IWYU|cppcheck|coverity|lint:|` +
    `shellcheck\\s|rubocop:|frozen_string_literal|typed:\\s|encoding[:=]|coding[:=]|vim?:|ex:|` +
    `swiftlint:|swiftformat:|sourcery:|ktlint|detekt|noinspection|checkstyle|CHECKSTYLE|spotless|` +
    `scalastyle|scalafmt|phpcs|phpstan|psalm|NOSONAR|sonar|syntax=|escape=|yaml-language-server|` +
    `yamllint|kics|tfsec|checkov|renovate:|buildifier|cspell|spell-?checker|markdownlint|@license|` +
    `codespell|language=|ReSharper|StyleCop|nullable\\s|rustfmt|tarpaulin|cfg\\b|jslint|\\$Id|` +
    `[\\w-]+:(?:disable|enable|ignore|off|on)\\b|\\[if\\s|<!\\[|endif)`,
  'u',
);

const licence = new RegExp(
  `copyright|\\(c\\)\\s*\\d{4}|©|SPDX-|all rights reserved|licen[cs]ed under|permission is hereby|` +
    `GNU (?:lesser |affero )?general public|apache license|mozilla public|without warrant|` +
    `merchantab|redistribut(?:e|ion)|provided "as is"|public domain|you should have received a copy`,
  'iu',
);
const generated =
  /@generated|auto-?generated|automatically generated|generated (?:by|from|file)\b|do not (?:edit|modify)\b/iu;

const codeLine = new RegExp(
  [
    `(?<!\\{@[^{}]{0,200})[;{}]\\s*$`,
    `^[)\\]}]`,
    `^(?:if|for|while|switch|return|import|from|const|let|var|def|class|function|func|fn|pub|public|` +
      `private|static|int|void|char|elif|else|end|local|print|echo|export|using|namespace|await|` +
      `async|throw|raise|try|except|catch|assert|del|with|sudo|cd|npm|pip|git)\\b.*[(){}=;<>[\\]:]\\s*$`,
    `^#?\\s*(?:include|define|ifdef|ifndef|endif)\\b`,
    `^[\\w.$[\\]'"*&>-]+(?:\\s*:\\s*[\\w<>[\\]., |]+)?\\s*(?:[-+*/|&^%]?=|:=|<-|\\+=)\\s*\\S`,
    `^[\\w.$:>!-]+\\(.*\\)\\s*[;,{:]?$`,
    `^["'][\\w.-]+["']\\s*:\\s*\\S`,
    `^</?[\\w:-]+(?:\\s[^<>]*)?>$`,
    `^\\$\\s|^%\\s|^>\\s?\\w+\\(`,
    `&&|\\|\\||=>|===?|!==?|->\\s*\\w+\\(`,
    `^(?:[\\w.-]+\\s*:\\s*)?[\\[{].*[\\]},]$`,
    `^(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|GRANT)\\b[^.]*$`,
  ].join('|'),
  'u',
);

/** Whether a line of a comment is an instruction to a program. */
export const isDirective = (line: string): boolean => directive.test(line);

/** Whether a comment is a licence, or says that a program wrote the file. */
export const isBanner = (text: string): boolean => licence.test(text) || generated.test(text);

/** Whether lines are code that somebody took out, or a table. */
export function isCode(lines: readonly string[]): boolean {
  const code = lines.filter((line) => codeLine.test(line)).length;
  const columns = lines.filter((line) => /\S\s{3,}\S/u.test(line)).length;
  return code * 3 >= lines.length || (lines.length > 1 && columns * 2 >= lines.length);
}

/** Whether a line has no words: a rule, a frame, a drawing. */
export const isDrawing = (line: string): boolean =>
  !/[\p{L}\p{N}]{2}/u.test(line) || /([-=*#~_+])\1{4}/u.test(line) || /[│─┌└├┐┘┤╔║═]/u.test(line);

import { InlineMarkup } from '../inline-markup.ts';

/** What may stand before and after inline markup, by the rules of docutils. */
const before = `(?<![^\\s'"([{<\\-/:‘“«¡¿–—])`;
const after = `(?=$|[\\s'")\\]}>\\-/:.,;!?\\\\’”»–—])`;

/** Text of at most some lines without a blank one. */
const until = (sign: string): string =>
  `(?=\\S)(?:\\\\.|(?!\\n[ \\t]*\\n|${sign})[^\\\\]){1,500}?(?<=\\S)`;

const lone = (source: string) => ({ lone: new RegExp(source, 'u') });
const pair = (sign: string) => ({
  open: new RegExp(before + sign, 'u'),
  words: new RegExp(until(sign), 'u'),
  close: new RegExp(sign + after, 'u'),
});

/** Inline markup of reStructuredText, by its specification. */
export const rstInline = new InlineMarkup([
  lone('``(?=\\S)(?:(?!\\n[ \\t]*\\n)[^`]|`(?!`)){1,500}?``'),
  lone(`${before}(?::[\\w.+:-]{1,80}:)?\`${until('`')}\`(?::[\\w.+:-]{1,80}:|__?)?${after}`),
  lone(`${before}_\`${until('`')}\`${after}`),
  lone(`${before}\\|${until('\\|')}\\|(?:__?)?${after}`),
  lone(`${before}\\[(?:\\d{1,6}|#[\\w.-]{0,80}|\\*|[\\p{L}][\\w.-]{0,80})\\]_${after}`),
  { lone: /\\[^\n]/u, as: (source) => (source[1]!.trim() === '' ? undefined : source[1]) },
  lone(`${before}[\\p{L}\\p{N}](?:[\\p{L}\\p{N}]|[._+-](?=[\\p{L}\\p{N}])){0,100}__?${after}`),
  lone('::$'),
  pair('\\*\\*'),
  pair('\\*'),
]);

import { entityCharacter } from '../characters.ts';
import { InlineMarkup } from '../inline-markup.ts';

const pairedTags = ['b', 'i', 'em', 'strong', 'u'].map((tag) => ({
  open: new RegExp(`<${tag}>`, 'u'),
  words: new RegExp(`[^<>]{1,400}(?=</${tag}>)`, 'u'),
  close: new RegExp(`</${tag}>`, 'u'),
}));

/** Inline markup of documentation comments, and names of code in prose. */
export const commentInline = new InlineMarkup([
  { lone: /\b(?:https?|ftp|file):\/\/[^\s<>()"'`\]]{1,500}(?<![.,;:!?])/u },
  { lone: /\{@[a-z]+(?:[^{}]|\{[^{}]{0,200}\}){0,500}\}/iu },
  { lone: /!?\[`[^`\n]{1,200}`\](?:\[[^\]\n]{0,200}\]|\([^()\s]{1,500}\))?/u },
  { lone: /`[^`'\n]{1,80}'(?!\w)/u },
  {
    lone: /(?::[\w:]{1,40}:)?(?:``[^`]{1,400}``|`[^`\n]{1,200}(?:\n[^`\n]{1,200})?`)(?::[\w:]{1,40}:|__?)?/u,
  },
  { lone: /\$(?=\S)[^$\n]{1,200}\$(?!\w)/u },
  { open: /\[/u, words: /[^[\]`\n]{1,300}/u, close: /\]\([^()\s]{1,500}\)|\]\[[^\]\n]{1,200}\]/u },
  { lone: /\[[A-Za-z_][\w.:]{0,100}(?:\(\))?\](?![(:])/u },
  { lone: /<(code|tt|c|kbd|a)\b[^<>]{0,300}>[^<>]{0,400}<\/(?:code|tt|c|kbd|a)>/u },
  ...pairedTags,
  { lone: /<\/?[A-Za-z][^<>\n]{0,300}>/u },
  { lone: /&(?:#\d{1,6}|#[xX][\da-fA-F]{1,6}|[A-Za-z]{1,20});/u, as: entityCharacter },
  { lone: /[@\\](?:c|p|a|e|em|b|ref|link|endlink|see|sa)\s+[^\s.,;]{1,200}/u },
  { open: /(?<![\w*])\*\*/u, words: /(?=\S)[^*\n]{1,300}?(?<=\S)/u, close: /\*\*(?![\w*])/u },
  { open: /(?<![\w*/])\*/u, words: /(?=\S)[^*\n]{1,300}?(?<=\S)/u, close: /\*(?![\w*/])/u },
  // Calls, qualified names, names with "_" or inner capitals, options, variables, escapes.
  {
    lone: /(?<![\w$])[A-Za-z_$][\w$]{0,100}(?:(?:::|->|\.|#)[A-Za-z_$][\w$]{0,100}){0,8}\([^()\s]{0,200}\)/u,
  },
  { lone: /(?<![\w$])[A-Za-z_$][\w$]{0,100}(?:(?:::|->|#)[A-Za-z_$][\w$]{0,100}){1,8}/u },
  { lone: /(?<![\w$])(?:[A-Za-z]\w{0,100}_\w{1,100}|_\w{1,100}|[a-z]{1,40}[A-Z]\w{0,100})/u },
  { lone: /(?<![\w$])[A-Za-z_]\w{0,60}(?:\[[^\][\s]{0,60}\]){1,4}/u },
  { lone: /(?<!\w)[A-Za-z_]\w{0,60}(?:\.[a-z_]\w{1,60}){2,6}(?!\w)/u },
  {
    lone: /(?<![\w-])--?[a-z][\w-]{0,60}(?:=[^\s,;]{1,60})?|(?<!\w)\$\{?\w{1,60}\}?|(?<![\w%])%[a-z]\b/u,
  },
  { lone: /(?<![\w@])@[A-Za-z_][\w.]{0,80}|(?<!\w)#[A-Za-z_]\w{0,80}(?:\(\))?/u },
  { lone: /[^\s\\]{0,40}\\[^\s]{0,40}/u },
]);

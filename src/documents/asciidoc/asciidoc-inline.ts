import { entityCharacter } from '../characters.ts';
import { InlineMarkup, type InlineRule } from '../inline-markup.ts';

/** Words between two marks of formatting; they may go on in the next line. */
const words = (mark: string): RegExp =>
  new RegExp(`(?=\\S)(?:(?!\\n[ \\t]*\\n)[^${mark}]){1,400}?(?<=\\S)`, 'u');

/** Formatting such as *bold*, which word characters do not touch, and **bold**, which they may. */
const formatting = (mark: string): InlineRule[] => [
  { open: new RegExp(`${mark}${mark}`, 'u'), words: words(mark), close: new RegExp(mark + mark) },
  {
    open: new RegExp(`(?<![\\p{L}\\p{N}_;:}${mark}])${mark}`, 'u'),
    words: words(mark),
    close: new RegExp(`${mark}(?![\\p{L}\\p{N}_${mark}])`, 'u'),
  },
];

const address = /(?:https?|ftp|irc):\/\/[^\s[\]<>]{1,2000}|(?:link|xref|mailto):[^\s[\]]{1,2000}/u;

/** Inline markup of AsciiDoc, by its language documentation. */
export const asciidocInline = new InlineMarkup([
  { lone: /\\{1,2}(?=\S)(?:[a-z]{2,20}:|[^\p{L}\p{N}\s])/u },
  { lone: /\+\+\+[^+]{1,1000}\+\+\+|\+\+[^+]{1,1000}\+\+/u },
  { lone: /(?<![\p{L}\p{N}+])\+(?=\S)[^+\n]{1,400}(?<=\S)\+(?![\p{L}\p{N}+])/u },
  { open: /"`/u, words: /(?=\S)[^`"]{1,400}?(?<=\S)/u, close: /`"/u },
  { open: /'`/u, words: /(?=\S)[^`]{1,400}?(?<=\S)/u, close: /`'/u },
  { lone: /``[^`]{1,1000}``|`(?=\S)(?:(?!\n[ \t]*\n)[^`]){1,400}`/u },
  { lone: /<<[^<>\n]{1,400}>>|\[\[[^[\]\n]{1,400}\]\]/u },
  {
    open: new RegExp(`(?:${address.source})\\[`, 'u'),
    words: /(?:(?!\n[ \t]*\n)[^[\]=,^"]){1,400}/u,
    close: /\]/u,
  },
  { lone: new RegExp(`(?:${address.source})\\[[^\\]]{0,1000}\\]`, 'u') },
  { lone: /(?<![\p{L}\p{N}])[a-z][a-z\d]{1,20}:[^\s[\]:]{0,400}\[(?:\\.|[^\]\\]){0,1000}\]/u },
  { lone: /\{nbsp\}/u, as: () => ' ' },
  { lone: /\{[\p{L}\d][^{}\s]{0,100}\}/u },
  { lone: /\({2,3}[^()]{1,400}\){2,3}/u },
  { lone: /\((?:C|R|TM)\)/u },
  { lone: /&(?:#\d{1,6}|#[xX][\da-fA-F]{1,6}|[A-Za-z]{1,20});/u, as: entityCharacter },
  { open: /\[[^[\]\n]{1,100}\]#{1,2}/u, words: words('#'), close: /#{1,2}/u },
  ...formatting('\\*'),
  ...formatting('_'),
  ...formatting('#'),
  { lone: /\^[^\s^]{1,100}\^|~[^\s~]{1,100}~/u },
  { lone: /(?<=\s)<\d{1,4}>/u },
]);

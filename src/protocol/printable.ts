const controlCharacter = /(?![\n\t])\p{Cc}/gu;

/** Overrides of the writing direction, which can disguise a text. */
const directionOverride = /[\u202A-\u202E\u2066-\u2069]/gu;

const controlPictures = 0x2400;
const deleteCharacter = 0x7f;
const deletePicture = '\u2421';
const replacement = '\uFFFD';

/**
 * Makes untrusted text safe for a terminal: control characters other than tabs and line breaks
 * become their pictures, so no escape sequence remains.
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(controlCharacter, picture)
    .replace(directionOverride, replacement);
}

/**
 * A value as one line of JSON. JSON itself escapes only some control characters; here the others
 * and overrides of the writing direction are escaped too.
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value)
    .replace(controlCharacter, escaped)
    .replace(directionOverride, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(controlPictures + code);
  return code === deleteCharacter ? deletePicture : replacement;
}

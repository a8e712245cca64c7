const controlCharacter = /(?![\n\t])\p{Cc}/gu;

/**
 * Overrides of the writing direction, which can make a terminal show another text than there is.
 */
const directionOverride = /[\u202A-\u202E\u2066-\u2069]/gu;

const controlPictures = 0x2400;
const deleteCharacter = 0x7f;
const deletePicture = '\u2421';
const replacement = '\uFFFD';

/**
 * Text that a terminal shows and does not obey. Generated text is not to be trusted: control
 * characters but for tabs and line breaks become their pictures, so no escape sequence is left.
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(controlCharacter, picture)
    .replace(directionOverride, replacement);
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(controlPictures + code);
  return code === deleteCharacter ? deletePicture : replacement;
}

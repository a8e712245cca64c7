const openBox = '\u2423';
const dottedCircle = '\u25CC';
const escapes = new Map([
  [' ', openBox],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as text for display: a space as an open box, other blank or control characters as escapes
 * (\n, \u{200d}), a combining mark on a dotted circle, and bytes of an incomplete character as
 * <0xE2>.
 */
export function visibleText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes[at]!);
    const character = decodeStrictly(bytes.subarray(at, at + length));
    if (character === undefined) {
      text += `<0x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}>`;
      at += 1;
    } else {
      text += visibleCharacter(character, text === '');
      at += length;
    }
  }
  return text;
}

function visibleCharacter(character: string, first: boolean): string {
  const escape = escapes.get(character);
  if (escape !== undefined) return escape;
  if (/[\p{C}\p{Z}]/u.test(character)) return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  return first && /\p{M}/u.test(character) ? dottedCircle + character : character;
}

function characterLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

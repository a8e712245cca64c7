const bareWord = /"(?:[^"\\]+|\\.)*"|NaN|-?Infinity/gsu;

/** Stands for NaN, for which JSON has no number; no file has this text by chance. */
const notANumber = '\u0000NaN';

const numbers: Readonly<Record<string, string>> = {
  NaN: JSON.stringify(notANumber),
  // A number beyond the range is read as infinite.
  Infinity: '1e999',
  '-Infinity': '-1e999',
};

/**
 * Parses JSON as Python's json module does: NaN, Infinity and -Infinity are numbers, and the last
 * of equal keys counts.
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): unknown {
  if (!/NaN|Infinity/u.test(text)) return JSON.parse(text);
  const plain = text.replace(bareWord, (found) => numbers[found] ?? found);
  return JSON.parse(plain, (_, value: unknown) => (value === notANumber ? NaN : value));
}

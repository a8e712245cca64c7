import { z } from 'zod';
import { fileText } from '../../protocol/file-text.ts';
import { foreignContent } from './foreign-content.ts';
import { badModel, quoted } from './malformed.ts';
import { parsePythonJson } from './python-json.ts';

/** These limits keep the memory of the parsed text below its size plus 64 MB. */
export const maxJsonBytes = 4 * 1024 * 1024;
const maxPunctuation = 500_000;
const maxKeys = 150_000;

/** How a file's format reads JSON, and how deep its brackets may be nested. */
interface Dialect {
  readonly maxDepth: number;
  /** Whether a key may occur only once in an object. */
  readonly uniqueKeys: boolean;
  readonly parse: (text: string) => unknown;
}

/** The header of a safetensors file. */
export const strictJson: Dialect = { maxDepth: 4, uniqueKeys: true, parse: JSON.parse };

/** Files that Python programs write and read: the last of equal keys counts. */
export const pythonJson: Dialect = { maxDepth: 100, uniqueKeys: false, parse: parsePythonJson };

const quote = 0x22;
const backslash = 0x5c;

/** Refuses a JSON file that is too large, before it is read. */
export function requireJsonSize(bytes: number, what: string): void {
  if (bytes > maxJsonBytes) {
    throw badModel(`${what} has ${bytes} bytes; at most ${maxJsonBytes} are allowed.`);
  }
}

/** An object of strings. Reports one issue; z.record would report one for each wrong value. */
export const stringRecord = z.custom<Record<string, string>>(
  (value) => isObject(value) && Object.values(value).every((text) => typeof text === 'string'),
  'expected an object of strings',
);

/** An object with unchecked values. */
export const anyRecord = z.custom<Record<string, unknown>>(isObject, 'expected an object');

/** An array of safe integers that are 0 or greater. */
export const sizes = z.custom<number[]>(
  (value) => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0),
  'expected an array of non-negative integers',
);

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON that comes with a model and checks it against a schema.
 * @param what the subject of error messages
 * @throws TqError badModel for invalid UTF-8 or JSON, deep nesting, too many values, and what the
 *   dialect or the schema does not allow
 */
export function parseCheckedJson<T>(
  bytes: Buffer,
  schema: z.ZodType<T>,
  what: string,
  dialect: Dialect = pythonJson,
): T {
  requireJsonSize(bytes.length, what);
  const foreign = foreignContent(bytes);
  if (foreign !== undefined) throw badModel(`${what} ${foreign}.`);
  const text = decoded(bytes, what);
  requireSmallOutline(bytes, what, dialect);
  return requireSchema(parse(text, what, dialect), schema, what);
}

function decoded(bytes: Buffer, what: string): string {
  try {
    return fileText(bytes);
  } catch (error) {
    throw badModel(`${what} ${(error as Error).message}.`, error);
  }
}

/** @throws TqError badModel naming the first value that the schema does not allow */
export function requireSchema<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.map((key) => quoted(String(key))).join(' > ');
  throw badModel(`${what} is malformed at ${place || 'the top level'}: ${issue.message}.`);
}

function parse(text: string, what: string, dialect: Dialect): unknown {
  try {
    return dialect.parse(text);
  } catch (error) {
    throw badModel(`${what} is malformed: it is not valid JSON.`, error);
  }
}

/** Checks only brackets, commas and keys; the parser checks the rest. */
function requireSmallOutline(bytes: Buffer, what: string, dialect: Dialect): void {
  const { maxDepth, uniqueKeys } = dialect;
  const keysOfOpen: (Set<string> | undefined)[] = [];
  let punctuation = 0;
  let keys = 0;
  let stringStart = 0;
  let stringEnd = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) {
      stringStart = at;
      stringEnd = endOfString(bytes, at);
      at = stringEnd - 1;
      continue;
    }
    const character = String.fromCharCode(byte);
    if (!'{}[]:,'.includes(character)) continue;
    punctuation++;
    if (character === '{') keysOfOpen.push(new Set());
    if (character === '[') keysOfOpen.push(undefined);
    if (character === '}' || character === ']') keysOfOpen.pop();
    if (keysOfOpen.length > maxDepth) {
      throw badModel(
        `${what} has more than ${maxDepth} levels of nesting, which is not supported.`,
      );
    }
    if (punctuation > maxPunctuation) {
      throw badModel(`${what} has more than ${maxPunctuation} values.`);
    }
    if (character === ':') {
      if (++keys > maxKeys) {
        throw badModel(`${what} has more than ${maxKeys} keys.`);
      }
      if (!uniqueKeys) continue;
      const key = parse(bytes.toString('utf8', stringStart, stringEnd), what, dialect);
      addKey(keysOfOpen.at(-1), String(key), what);
    }
  }
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return Math.min(at + 1, bytes.length);
}

function addKey(keys: Set<string> | undefined, key: string, what: string): void {
  if (keys?.has(key)) throw badModel(`${what} is malformed: ${quoted(key)} occurs twice.`);
  keys?.add(key);
}

import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { badModel, quoted } from './malformed.ts';

/** These limits keep the memory of the parsed text below its size plus 64 MB. */
export const maxJsonBytes = 4 * 1024 * 1024;
const maxPunctuation = 500_000;
const maxKeys = 150_000;
const maxDepth = 4;

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
 * @throws TqError badModel for invalid UTF-8 or JSON, a duplicate key, deep nesting, too many
 *   values, and what the schema does not allow
 */
export function parseCheckedJson<T>(bytes: Buffer, schema: z.ZodType<T>, what: string): T {
  requireJsonSize(bytes.length, what);
  if (!isUtf8(bytes)) throw badModel(`${what} is malformed: it is not UTF-8.`);
  requireSmallOutline(bytes, what);
  return requireSchema(parse(bytes.toString('utf8'), what), schema, what);
}

/** @throws TqError badModel naming the first value that the schema does not allow */
export function requireSchema<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.map((key) => quoted(String(key))).join(' > ');
  throw badModel(`${what} is malformed at ${place || 'the top level'}: ${issue.message}.`);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badModel(`${what} is malformed: it is not valid JSON.`, error);
  }
}

/** Checks only brackets, commas and keys; the parser checks the rest. */
function requireSmallOutline(bytes: Buffer, what: string): void {
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
      throw badModel(`${what} is malformed: it has more than ${maxDepth} levels of nesting.`);
    }
    if (punctuation > maxPunctuation) {
      throw badModel(`${what} has more than ${maxPunctuation} values.`);
    }
    if (character === ':') {
      if (++keys > maxKeys) {
        throw badModel(`${what} has more than ${maxKeys} keys.`);
      }
      const key = parse(bytes.toString('utf8', stringStart, stringEnd), what);
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

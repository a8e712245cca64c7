import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { badModel, quoted } from './malformed.ts';

/** Together they keep what is made of the text below its own size and 64 MB. */
const maxBytes = 4 * 1024 * 1024;
const maxPunctuation = 500_000;
const maxKeys = 150_000;
const deepestNesting = 4;

const quote = 0x22;
const backslash = 0x5c;

/** Refuses a JSON text of more bytes than are read, before it is read. */
export function requireJsonSize(bytes: number, what: string): void {
  if (bytes > maxBytes) {
    throw badModel(`${what} is ${bytes} bytes long; at most ${maxBytes} are allowed.`);
  }
}

/** An object of texts; with one issue, where a z.record would list each of many wrong values. */
export const stringRecord = z.custom<Record<string, string>>(
  (value) => isObject(value) && Object.values(value).every((text) => typeof text === 'string'),
  'expected an object of strings',
);

/** An object, its values as yet unchecked. */
export const anyRecord = z.custom<Record<string, unknown>>(isObject, 'expected an object');

/** Array of integers from 0 on, exactly representable. */
export const sizes = z.custom<number[]>(
  (value) => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0),
  'expected an array of integers from 0 on',
);

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON that comes with a model and checks it against a schema. Refused as `badModel`, each
 * in one sentence that begins with `what`: invalid UTF-8 or JSON, a key that is there twice, deep
 * nesting, too many values, and whatever the schema does not allow.
 */
export function parseCheckedJson<T>(bytes: Buffer, schema: z.ZodType<T>, what: string): T {
  requireJsonSize(bytes.length, what);
  if (!isUtf8(bytes)) throw badModel(`${what} is malformed: it is not UTF-8.`);
  requireModestOutline(bytes, what);
  return requireSchema(parse(bytes.toString('utf8'), what), schema, what);
}

/** The value as the schema has it, or one sentence on the first thing that differs. */
export function requireSchema<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.map((key) => quoted(String(key))).join(' > ');
  throw badModel(`${what} is malformed at ${place || 'its beginning'}: ${issue.message}.`);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badModel(`${what} is malformed: it is not valid JSON.`, error);
  }
}

/** Looks at the brackets, commas and keys alone; whether the text is JSON is for the parser. */
function requireModestOutline(bytes: Buffer, what: string): void {
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
    if (keysOfOpen.length > deepestNesting) {
      throw badModel(`${what} is malformed: it is nested more than ${deepestNesting} deep.`);
    }
    if (punctuation > maxPunctuation) {
      throw badModel(`${what} holds more values than the ${maxPunctuation} that are allowed.`);
    }
    if (character === ':') {
      if (++keys > maxKeys) {
        throw badModel(`${what} holds more names than the ${maxKeys} that are allowed.`);
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
  if (keys?.has(key)) throw badModel(`${what} is malformed: ${quoted(key)} is there twice.`);
  keys?.add(key);
}

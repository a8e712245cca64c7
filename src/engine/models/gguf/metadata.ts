import { badModel, quoted } from '../malformed.ts';
import type { ByteCursor } from './byte-cursor.ts';

/** A metadata value; an integer is a bigint only if a number cannot represent it exactly. */
export type GgufValue = number | bigint | string | boolean | readonly GgufValue[];

interface ValueType {
  /** Minimum size of a value in the file. */
  readonly minBytes: number;
  /** Maximum memory of an array element, without its text. */
  readonly memory: number;
  read(cursor: ByteCursor, file: string, depth: number): GgufValue;
}

const maxArrayDepth = 4;
const maxArrayLength = 2 ** 24;
const maxKeyLength = 65535;
const arrayType = 9;

const valueTypes: ReadonlyMap<number, ValueType> = new Map<number, ValueType>([
  [0, { minBytes: 1, memory: 16, read: (cursor) => cursor.u8() }],
  [1, { minBytes: 1, memory: 16, read: (cursor) => cursor.i8() }],
  [2, { minBytes: 2, memory: 16, read: (cursor) => cursor.u16() }],
  [3, { minBytes: 2, memory: 16, read: (cursor) => cursor.i16() }],
  [4, { minBytes: 4, memory: 16, read: (cursor) => cursor.u32() }],
  [5, { minBytes: 4, memory: 16, read: (cursor) => cursor.i32() }],
  [6, { minBytes: 4, memory: 16, read: (cursor) => cursor.f32() }],
  [7, { minBytes: 1, memory: 16, read: readBoolean }],
  [8, { minBytes: 8, memory: 8, read: (cursor) => cursor.string() }],
  [arrayType, { minBytes: 12, memory: 64, read: readArray }],
  [10, { minBytes: 8, memory: 40, read: (cursor) => cursor.u64() }],
  [11, { minBytes: 8, memory: 40, read: (cursor) => cursor.i64() }],
  [12, { minBytes: 8, memory: 16, read: (cursor) => cursor.f64() }],
]);

/** Minimum size of an entry: a key of one character, a type number and a value of one byte. */
export const minEntryBytes = 8 + 1 + 4 + 1;

/** Reads the key-value pairs of a GGUF header. */
export function readMetadata(
  cursor: ByteCursor,
  count: number,
  file: string,
): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < count; index++) {
    cursor.reading = `the key of metadata entry ${index + 1}`;
    cursor.takeMemory(128);
    const key = cursor.string(maxKeyLength);
    if (key === '') throw badModel(`${file} is malformed: ${cursor.reading} is empty.`);
    if (metadata.has(key)) {
      throw badModel(`${file} is malformed: metadata key ${quoted(key)} occurs twice.`);
    }
    cursor.reading = `metadata ${quoted(key)}`;
    metadata.set(key, readType(cursor, file).read(cursor, file, 0));
  }
  return metadata;
}

function readType(cursor: ByteCursor, file: string): ValueType {
  const number = cursor.u32();
  const type = valueTypes.get(number);
  if (type) return type;
  throw badModel(
    `${file} is malformed: ${cursor.reading} has value type ${number}; 0 to 12 are allowed.`,
  );
}

function readBoolean(cursor: ByteCursor, file: string): boolean {
  const byte = cursor.u8();
  if (byte > 1) {
    throw badModel(
      `${file} is malformed: ${cursor.reading} has a boolean with value ${byte}; 0 and 1 are allowed.`,
    );
  }
  return byte === 1;
}

function readArray(cursor: ByteCursor, file: string, depth: number): GgufValue[] {
  if (depth === maxArrayDepth) {
    throw badModel(
      `${file} is malformed: ${cursor.reading} has more than ${maxArrayDepth} levels of arrays.`,
    );
  }
  const type = readType(cursor, file);
  const count = cursor.size();
  cursor.requireLeft(count * type.minBytes);
  if (count > maxArrayLength) {
    throw badModel(
      `${file} is malformed: ${cursor.reading} is an array of ${count} values; ` +
        `at most ${maxArrayLength} are allowed.`,
    );
  }
  cursor.takeMemory(count * type.memory);
  const values = new Array<GgufValue>(count);
  for (let index = 0; index < count; index++) values[index] = type.read(cursor, file, depth + 1);
  return values;
}

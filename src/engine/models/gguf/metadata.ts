import { badModel, quoted } from '../malformed.ts';
import type { ByteCursor } from './byte-cursor.ts';

/** A metadata value; an integer is a bigint only where a number cannot hold it exactly. */
export type GgufValue = number | bigint | string | boolean | readonly GgufValue[];

interface ValueType {
  /** The fewest bytes that a value takes in the file. */
  readonly fewestBytes: number;
  /** The most memory that an array element of the type takes, apart from its text. */
  readonly memory: number;
  read(cursor: ByteCursor, file: string, depth: number): GgufValue;
}

const deepestArray = 4;
const longestArray = 2 ** 24;
const longestKey = 65535;
const arrayType = 9;

const valueTypes: ReadonlyMap<number, ValueType> = new Map<number, ValueType>([
  [0, { fewestBytes: 1, memory: 16, read: (cursor) => cursor.u8() }],
  [1, { fewestBytes: 1, memory: 16, read: (cursor) => cursor.i8() }],
  [2, { fewestBytes: 2, memory: 16, read: (cursor) => cursor.u16() }],
  [3, { fewestBytes: 2, memory: 16, read: (cursor) => cursor.i16() }],
  [4, { fewestBytes: 4, memory: 16, read: (cursor) => cursor.u32() }],
  [5, { fewestBytes: 4, memory: 16, read: (cursor) => cursor.i32() }],
  [6, { fewestBytes: 4, memory: 16, read: (cursor) => cursor.f32() }],
  [7, { fewestBytes: 1, memory: 16, read: readBoolean }],
  [8, { fewestBytes: 8, memory: 8, read: (cursor) => cursor.string() }],
  [arrayType, { fewestBytes: 12, memory: 64, read: readArray }],
  [10, { fewestBytes: 8, memory: 40, read: (cursor) => cursor.u64() }],
  [11, { fewestBytes: 8, memory: 40, read: (cursor) => cursor.i64() }],
  [12, { fewestBytes: 8, memory: 16, read: (cursor) => cursor.f64() }],
]);

/** The fewest bytes of one entry: a key of one character, a type number and a value of a byte. */
export const fewestEntryBytes = 8 + 1 + 4 + 1;

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
    const key = cursor.string(longestKey);
    if (key === '') throw badModel(`${file} is malformed: ${cursor.reading} is empty.`);
    if (metadata.has(key)) {
      throw badModel(`${file} is malformed: metadata key ${quoted(key)} is there twice.`);
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
      `${file} is malformed: ${cursor.reading} has a boolean of value ${byte}; 0 and 1 are allowed.`,
    );
  }
  return byte === 1;
}

function readArray(cursor: ByteCursor, file: string, depth: number): GgufValue[] {
  if (depth === deepestArray) {
    throw badModel(
      `${file} is malformed: ${cursor.reading} nests arrays more than ${deepestArray} deep.`,
    );
  }
  const type = readType(cursor, file);
  const count = cursor.size();
  cursor.requireLeft(count * type.fewestBytes);
  if (count > longestArray) {
    throw badModel(
      `${file} is malformed: ${cursor.reading} is an array of ${count} values; ` +
        `at most ${longestArray} are allowed.`,
    );
  }
  cursor.takeMemory(count * type.memory);
  const values = new Array<GgufValue>(count);
  for (let index = 0; index < count; index++) values[index] = type.read(cursor, file, depth + 1);
  return values;
}

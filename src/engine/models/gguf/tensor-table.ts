import { badModel, truncatedFile, quoted } from '../malformed.ts';
import type { StoredTensor, TensorEncoding } from '../tensor-rows.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { encodings, unsupportedTypes } from './tensor-types.ts';

const maxDimensions = 4;
const maxNameLength = 64;

/** Minimum size of an entry: a name of one character, one dimension, a type, an offset. */
export const minEntryBytes = 8 + 1 + 4 + 8 + 4 + 8;

/** A tensor's entry in the header; its offset counts from the start of the data. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly encoding: TensorEncoding;
  readonly byteLength: number;
  readonly dataOffset: number;
}

/** Reads the tensor entries of a GGUF header; shapes are reversed to outermost dimension first. */
export function readTensorTable(cursor: ByteCursor, count: number, file: string): TensorEntry[] {
  const entries: TensorEntry[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    cursor.reading = `the name of tensor ${index + 1}`;
    cursor.takeMemory(600);
    const name = cursor.string(maxNameLength);
    if (name === '') throw badModel(`${file} is malformed: ${cursor.reading} is empty.`);
    if (names.has(name)) {
      throw badModel(`${file} is malformed: tensor ${quoted(name)} occurs twice.`);
    }
    names.add(name);
    cursor.reading = `the header entry of tensor ${quoted(name)}`;
    const shape = readShape(cursor, name, file);
    const encoding = readEncoding(cursor, name, file);
    entries.push({
      name,
      shape,
      encoding,
      byteLength: storedBytes(name, shape, encoding, file),
      dataOffset: cursor.size(),
    });
  }
  return entries;
}

function readShape(cursor: ByteCursor, name: string, file: string): number[] {
  const dimensions = cursor.u32();
  if (dimensions < 1 || dimensions > maxDimensions) {
    throw badModel(
      `${file} is malformed: tensor ${quoted(name)} has ${dimensions} dimensions; ` +
        `1 to ${maxDimensions} are allowed.`,
    );
  }
  const shape: number[] = [];
  for (let index = 0; index < dimensions; index++) shape.unshift(cursor.size());
  if (shape.includes(0)) {
    throw badModel(
      `${file} is malformed: tensor ${quoted(name)} has shape [${shape.join(', ')}]; ` +
        'every dimension must be 1 or more.',
    );
  }
  return shape;
}

function readEncoding(cursor: ByteCursor, name: string, file: string): TensorEncoding {
  const type = cursor.u32();
  const encoding = encodings.get(type);
  if (encoding) return encoding;
  const found = unsupportedTypes.get(type) ?? `unknown type ${type}`;
  const supported = [...encodings.values()].map((known) => known.name).join(', ');
  throw badModel(
    `${file} cannot be used: tensor ${quoted(name)} is stored as ${found}; ` +
      `supported types are ${supported}. Use another quantisation of the model.`,
  );
}

function storedBytes(
  name: string,
  shape: readonly number[],
  encoding: TensorEncoding,
  file: string,
): number {
  const { blockSize, blockBytes } = encoding;
  const rowLength = shape.at(-1)!;
  if (rowLength % blockSize !== 0) {
    throw badModel(
      `${file} is malformed: tensor ${quoted(name)} has rows of ${rowLength} weights; ` +
        `${encoding.name} needs a multiple of ${blockSize}.`,
    );
  }
  const weights = shape.reduce((product, size) => product * size, 1);
  // A product above 2^53 is rounded, but stays above it.
  if (weights * blockBytes > Number.MAX_SAFE_INTEGER) {
    throw badModel(
      `${file} is malformed: tensor ${quoted(name)} of shape [${shape.join(', ')}] has more ` +
        'weights than any file can hold.',
    );
  }
  return (weights / blockSize) * blockBytes;
}

/** Computes the tensors' offsets in the file; checks alignment, file size and overlaps. */
export function placeTensors(
  entries: readonly TensorEntry[],
  dataStart: number,
  alignment: number,
  file: string,
  fileSize: number,
): Map<string, StoredTensor> {
  const tensors = entries.map(({ name, shape, encoding, byteLength, dataOffset }): StoredTensor => {
    const offset = dataStart + dataOffset;
    if (offset + byteLength > fileSize) {
      throw truncatedFile(file, `tensor ${quoted(name)}`, offset, offset + byteLength, fileSize);
    }
    if (dataOffset % alignment !== 0) {
      throw badModel(
        `${file} is malformed: tensor ${quoted(name)} starts at data byte ${dataOffset}, ` +
          `which is not a multiple of the alignment ${alignment}.`,
      );
    }
    return { name, shape, type: encoding.name, byteLength, offset, encoding };
  });
  const inOrder = [...tensors].sort((a, b) => a.offset - b.offset);
  inOrder.forEach((tensor, index) => {
    const next = inOrder[index + 1];
    if (next && next.offset < tensor.offset + tensor.byteLength) {
      throw badModel(
        `${file} is malformed: tensors ${quoted(tensor.name)} and ${quoted(next.name)} overlap ` +
          `at byte ${next.offset}.`,
      );
    }
  });
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

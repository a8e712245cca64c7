import { z } from 'zod';
import {
  anyRecord,
  parseCheckedJson,
  requireJsonSize,
  requireSchema,
  sizes,
  strictJson,
  stringRecord,
} from './checked-json.ts';
import { isUtf8 } from 'node:buffer';
import { bf16, f16, f32 } from './float-encodings.ts';
import { foreignContent, tellingBytes } from './foreign-content.ts';
import { badModel, truncatedFile, quoted } from './malformed.ts';
import type { ModelSource } from './model-source.ts';
import type { TensorInfo } from './tensor-file.ts';
import type { TensorEncoding } from './tensor-rows.ts';

const lengthBytes = 8;
const metadataKey = '__metadata__';

export const readableTypes: ReadonlyMap<string, TensorEncoding> = new Map(
  [f32, f16, bf16].map((encoding) => [encoding.name, encoding]),
);

/** Bits of an element of each dtype of the format. */
const bitsOfType: ReadonlyMap<string, number> = new Map([
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ...['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0'].map(typeOfBits(8)),
  ...['U16', 'I16', 'F16', 'BF16'].map(typeOfBits(16)),
  ...['U32', 'I32', 'F32'].map(typeOfBits(32)),
  ...['U64', 'I64', 'F64', 'C64'].map(typeOfBits(64)),
]);

function typeOfBits(bits: number) {
  return (type: string): [string, number] => [type, bits];
}

const tensorSchema = z.object({
  dtype: z.string(),
  shape: sizes,
  data_offsets: sizes.refine((offsets) => offsets.length === 2, 'expected two offsets'),
});

/** A tensor of a safetensors file; offset is its first byte in the file. */
export interface SafetensorsEntry extends TensorInfo {
  readonly offset: number;
}

/** Reads and checks the header of a safetensors file; throws TqError `badModel`. */
export function readSafetensorsHeader(source: ModelSource): Map<string, SafetensorsEntry> {
  const file = source.label;
  const bytes = readHeaderBytes(source);
  const what = `The header of ${file}`;
  const { [metadataKey]: metadata, ...header } = parseCheckedJson(
    bytes,
    anyRecord,
    what,
    strictJson,
  );
  requireSchema(metadata, stringRecord.optional(), `${what}, ${metadataKey},`);
  const dataStart = lengthBytes + bytes.length;
  const entries = Object.entries(header).map(([name, value]): SafetensorsEntry => {
    const tensor = requireSchema(value, tensorSchema, `${what}, tensor ${quoted(name)},`);
    const [start, end] = tensor.data_offsets as [number, number];
    if (start > end || end - start !== storedBytes(name, tensor.dtype, tensor.shape, file)) {
      throw badModel(
        `${file} is malformed: tensor ${quoted(name)} of type ${tensor.dtype} and shape ` +
          `[${shownShape(tensor.shape)}] does not fit its data bytes ${start}..${end}.`,
      );
    }
    if (dataStart + end > source.size) {
      throw truncatedFile(
        file,
        `tensor ${quoted(name)}`,
        dataStart + start,
        dataStart + end,
        source.size,
      );
    }
    return {
      name,
      shape: tensor.shape,
      type: tensor.dtype,
      byteLength: end - start,
      offset: dataStart + start,
    };
  });
  requireGapless(entries, dataStart, source);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function readHeaderBytes(source: ModelSource): Buffer {
  const file = source.label;
  refuseForeign(source);
  if (source.size < lengthBytes) {
    throw truncatedFile(file, 'the length of its header', 0, lengthBytes, source.size);
  }
  const prefix = Buffer.alloc(lengthBytes);
  source.readSync(prefix, 0);
  // Above 2^53 the sum is rounded, but still larger than any file.
  const length = prefix.readUInt32LE(0) + prefix.readUInt32LE(4) * 2 ** 32;
  if (lengthBytes + length > source.size) {
    throw badModel(
      `${file} is truncated or not a safetensors file: its header needs bytes ${lengthBytes}..` +
        `${lengthBytes + length} but the file has ${source.size}; download it again.`,
    );
  }
  requireJsonSize(length, `The header of ${file}`);
  const bytes = Buffer.allocUnsafe(length);
  source.readSync(bytes, lengthBytes);
  if (bytes[0] !== '{'.charCodeAt(0)) {
    throw badModel(`${file} is not a safetensors file: its header does not start with "{".`);
  }
  if (!isUtf8(bytes)) throw badModel(`The header of ${file} is malformed: it is not UTF-8.`);
  return bytes;
}

function refuseForeign(source: ModelSource): void {
  const start = new Uint8Array(Math.min(tellingBytes, source.size));
  source.readSync(start, 0);
  if (start[lengthBytes] === '{'.charCodeAt(0)) return;
  const what = foreignContent(start);
  if (what !== undefined) throw badModel(`${source.label} ${what}.`);
}

function storedBytes(name: string, type: string, shape: readonly number[], file: string): number {
  const bits = bitsOfType.get(type);
  if (bits === undefined) {
    throw badModel(
      `${file} is malformed: tensor ${quoted(name)} has the unknown type ${quoted(type)}; ` +
        `known types are ${[...bitsOfType.keys()].join(', ')}.`,
    );
  }
  // A product that overflows is not a safe integer, so it equals no length in the file.
  return (shape.reduce((product, length) => product * length, 1) * bits) / 8;
}

function shownShape(shape: readonly number[]): string {
  return shape.length > 8 ? `${shape.slice(0, 8).join(', ')}, ...` : shape.join(', ');
}

/** Checks that every data byte belongs to exactly one tensor, as the format requires. */
function requireGapless(
  entries: readonly SafetensorsEntry[],
  dataStart: number,
  source: ModelSource,
): void {
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let expected = dataStart;
  for (const { name, offset, byteLength } of inOrder) {
    if (offset !== expected) {
      throw badModel(
        `${source.label} is malformed: tensor ${quoted(name)} starts at byte ${offset}, but ` +
          `the tensor before it ends at ${expected}.`,
      );
    }
    expected = offset + byteLength;
  }
  if (expected !== source.size) {
    throw badModel(
      `${source.label} is malformed: its tensors end at byte ${expected} but the file has ` +
        `${source.size}.`,
    );
  }
}

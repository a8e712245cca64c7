import { ggufPiece } from '../folder-content.ts';
import { foreignContent, tellingBytes } from '../foreign-content.ts';
import { badModel, quoted } from '../malformed.ts';
import { ModelSource } from '../model-source.ts';
import type { TensorFile } from '../tensor-file.ts';
import { type StoredTensor, readRows, tensorNamed } from '../tensor-rows.ts';
import { ByteCursor } from './byte-cursor.ts';
import { type GgufValue, minEntryBytes as fewestMetadataBytes, readMetadata } from './metadata.ts';
import {
  minEntryBytes as fewestTensorBytes,
  placeTensors,
  readTensorTable,
} from './tensor-table.ts';

const magic = 0x46554747;
const versions = [2, 3];
const defaultAlignment = 32;

/** An open GGUF file: a whole model, or one part of it. */
export interface GgufPart extends TensorFile {
  /** The file's name, for messages. */
  readonly name: string;
  /** Version of the format: 2 or 3. */
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
}

interface GgufHeader {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Opens a little-endian GGUF file of version 2 or 3 and checks its header; `read` reads weights
 * from disk. The file is untrusted: anything but a well-formed file of supported tensor types is a
 * TqError `badModel`, and opening needs less memory than the file's size plus 64 MB.
 */
export async function openPart(path: string): Promise<GgufPart> {
  const source = await ModelSource.open(path);
  try {
    const { version, metadata, tensors } = readHeader(source);
    return {
      name: source.label,
      version,
      metadata,
      tensors,
      read: async (name, start, count) =>
        readRows(source, tensorNamed(tensors, name, source.label), start, count),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function readHeader(source: ModelSource): GgufHeader {
  const file = source.label;
  refuseForeign(source);
  const cursor = new ByteCursor(source);
  const version = readVersion(cursor, file);
  const tensorCount = cursor.size();
  const metadataCount = cursor.size();
  cursor.reading = `the header of ${metadataCount} metadata entries and ${tensorCount} tensors`;
  cursor.requireLeft(metadataCount * fewestMetadataBytes + tensorCount * fewestTensorBytes);
  const metadata = readMetadata(cursor, metadataCount, file);
  const entries = readTensorTable(cursor, tensorCount, file);
  const alignment = alignmentOf(metadata, file);
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = placeTensors(entries, dataStart, alignment, file, source.size);
  return { version, metadata, tensors };
}

function refuseForeign(source: ModelSource): void {
  if (ggufPiece.test(source.label)) {
    throw badModel(
      `${source.label} is a piece of a GGUF file; join the pieces to one file, in order, with cat or copy /b.`,
    );
  }
  const start = new Uint8Array(Math.min(tellingBytes, source.size));
  source.readSync(start, 0);
  if (Buffer.from(start).toString('latin1', 0, 4) === 'GGUF') return;
  const what = foreignContent(start);
  if (what !== undefined) throw badModel(`${source.label} ${what}.`);
}

function readVersion(cursor: ByteCursor, file: string): number {
  cursor.reading = 'the beginning of a GGUF header';
  const found = cursor.u32();
  if (found !== magic) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(found);
    throw badModel(
      `${file} is not a GGUF file: it starts with ${quoted(bytes.toString('latin1'))}, ` +
        'not with "GGUF".',
    );
  }
  const version = cursor.u32();
  if (versions.includes(version)) return version;
  // A small number whose low half is zero has the other byte order.
  if (version !== 0 && (version & 0xffff) === 0) {
    throw badModel(`${file} is a big-endian GGUF file; only little-endian files are supported.`);
  }
  throw badModel(
    `${file} has GGUF version ${version}; versions ${versions.join(' and ')} are supported.`,
  );
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, file: string): number {
  const value = metadata.get('general.alignment') ?? defaultAlignment;
  if (typeof value === 'number' && isPowerOfTwo(value)) return value;
  const shown = typeof value === 'object' ? 'an array' : quoted(String(value));
  throw badModel(
    `${file} is malformed: metadata "general.alignment" is ${shown}; it must be a power of two ` +
      'from 1 to 2147483648.',
  );
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 2 ** 31 && (value & (value - 1)) === 0;
}

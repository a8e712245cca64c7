import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { badModel, quoted } from './malformed.ts';
import type { ModelSource } from './model-source.ts';
import type { TensorInfo } from './tensor-file.ts';

/** How a tensor's weights are stored: blocks of blockSize weights in blockBytes bytes. */
export interface TensorEncoding {
  readonly name: string;
  readonly blockSize: number;
  readonly blockBytes: number;
  /** Decodes the whole blocks of source into target, from index at on. */
  decode(source: Uint8Array, target: Float32Array, at: number): void;
}

/** A tensor and its place in the file. */
export interface StoredTensor extends TensorInfo {
  /** First byte in the file. */
  readonly offset: number;
  readonly encoding: TensorEncoding;
}

const chunkBytes = 1 << 20;

/** @throws TqError badModel if the file has no tensor of this name */
export function tensorNamed<T extends TensorInfo>(
  tensors: ReadonlyMap<string, T>,
  name: string,
  file: string,
): T {
  const tensor = tensors.get(name);
  if (!tensor) throw badModel(`${file} has no tensor ${quoted(name)}.`);
  return tensor;
}

/**
 * Rows [start, start + count) of a tensor as float32, read a megabyte at a time. A row is the last
 * dimension; a vector is one row, and a scalar one row of one weight.
 */
export async function readRows(
  source: ModelSource,
  tensor: StoredTensor,
  start = 0,
  count?: number,
): Promise<Float32Array> {
  const rows = tensor.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const wanted = count ?? rows - start;
  if (!isCount(start) || !isCount(wanted) || start + wanted > rows) {
    throw new TqError(
      ErrorCode.invalidInput,
      `Rows ${start}..${start + wanted} of tensor ${quoted(tensor.name)} do not exist; it has ` +
        `${rows} rows.`,
    );
  }
  const rowLength = tensor.shape.at(-1) ?? 1;
  const { blockSize, blockBytes } = tensor.encoding;
  const weights = allocate(wanted * rowLength, tensor.name);
  const blocks = weights.length / blockSize;
  const first = tensor.offset + ((start * rowLength) / blockSize) * blockBytes;
  const chunkBlocks = Math.min(blocks, Math.floor(chunkBytes / blockBytes));
  const chunk = new Uint8Array(chunkBlocks * blockBytes);
  for (let block = 0; block < blocks; block += chunkBlocks) {
    const part = chunk.subarray(0, Math.min(chunkBlocks, blocks - block) * blockBytes);
    await source.read(part, first + block * blockBytes);
    tensor.encoding.decode(part, weights, block * blockSize);
  }
  return weights;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function allocate(length: number, name: string): Float32Array {
  try {
    return new Float32Array(length);
  } catch (error) {
    throw new TqError(
      ErrorCode.outOfMemory,
      `Tensor ${quoted(name)} needs ${length * 4} bytes of memory, which cannot be allocated; ` +
        'close other programs or use a smaller model.',
      { cause: error },
    );
  }
}

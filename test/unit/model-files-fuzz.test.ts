import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openGguf } from '../../src/engine/models/gguf/gguf-file.ts';
import { openSafetensors } from '../../src/engine/models/safetensors.ts';
import type { TensorFile } from '../../src/engine/models/tensor-file.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import {
  float32Bytes,
  ggufArray,
  ggufBytes,
  ggufString,
  ggufTypes,
  safetensorsBytes,
  u32,
  u64,
} from './model-bytes.ts';
import { mutated, mutatedText } from '../harness/mutations.ts';
import { temporaryFolder } from './model-folder.ts';

const cases = { numRuns: 10_000, seed: 20240917 };
const spareMemory = 64 * 1024 * 1024;

/** Runs `work` and returns the largest allocation requested from Buffer. */
async function largestBuffer(run: () => Promise<void>): Promise<number> {
  const { alloc, allocUnsafe } = Buffer;
  let largest = 0;
  const counted = (allocate: (size: number) => Buffer<ArrayBuffer>) => (size: number) => {
    largest = Math.max(largest, size);
    return allocate(size);
  };
  Buffer.alloc = counted(alloc) as typeof Buffer.alloc;
  Buffer.allocUnsafe = counted(allocUnsafe);
  try {
    await run();
  } finally {
    Object.assign(Buffer, { alloc, allocUnsafe });
  }
  return largest;
}

function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('untrusted model files', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  /** Checks that the file and its tensors can be read or are refused, within bounded memory. */
  async function opensOrRefuses(
    bytes: Buffer,
    name: string,
    open: (path: string) => Promise<TensorFile>,
    otherFiles = 0,
  ): Promise<void> {
    const fileBytes = bytes.length + otherFiles;
    const path = folder.write(name, bytes);
    const before = memoryInUse();
    const run = async () => {
      try {
        const file = await open(path);
        const grown = memoryInUse() - before;
        assert.ok(grown < fileBytes + spareMemory, `opening took ${grown} bytes`);
        await readAll(file);
      } catch (error) {
        assert.ok(error instanceof TqError, String(error));
        assert.equal(error.code, ErrorCode.badModel);
        assert.match(error.message, /^[^\n]*model\.[^\n]*\.$/);
      }
    };
    const largest = await largestBuffer(run);
    assert.ok(largest <= Math.max(fileBytes, 8), `a buffer of ${largest} bytes`);
    const grown = memoryInUse() - before;
    assert.ok(grown < fileBytes + spareMemory, `it took ${grown} bytes`);
  }

  async function readAll(file: TensorFile): Promise<void> {
    try {
      for (const { name, shape } of file.tensors.values()) {
        const weights = await file.read(name);
        assert.equal(
          weights.length,
          shape.reduce((product, size) => product * size, 1),
        );
      }
    } finally {
      await file.close();
    }
  }

  it('opens or refuses a random GGUF file in one sentence', async () => {
    const numbers = ggufArray(0, [Buffer.from([1, 2, 3])], 3);
    const valid = ggufBytes({
      metadata: [
        { key: 'general.architecture', type: 'string', value: 'llama' },
        { key: 'general.alignment', type: 'u32', value: 32 },
        { key: 'eps', type: 'f32', value: 1e-5 },
        { key: 'flag', type: 'bool', value: 1 },
        { key: 'big', type: 'u64', value: 2n ** 60n },
        { key: 'tokens', type: 'raw', number: 9, bytes: ggufArray(8, ['a', 'bc'].map(ggufString)) },
        { key: 'nested', type: 'raw', number: 9, bytes: ggufArray(9, [numbers, numbers]) },
      ],
      tensors: [
        { name: 'norm', dimensions: [4], type: ggufTypes.f32, data: float32Bytes([1, 2, 3, 4]) },
        { name: 'half', dimensions: [3, 2], type: ggufTypes.f16, data: Buffer.alloc(12, 0x3c) },
        { name: 'q4', dimensions: [32, 2], type: ggufTypes.q4_0, data: Buffer.alloc(36, 0x35) },
      ],
    });
    await opensOrRefuses(valid, 'model.gguf', openGguf);
    await fc.assert(
      fc.asyncProperty(mutated(valid), (bytes) => opensOrRefuses(bytes, 'model.gguf', openGguf)),
      cases,
    );
  });

  it('opens or refuses a random safetensors file in one sentence', async () => {
    const header = JSON.stringify({
      __metadata__: { format: 'pt' },
      a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
      b: { dtype: 'F16', shape: [3], data_offsets: [16, 22] },
      c: { dtype: 'BF16', shape: [1, 1, 1], data_offsets: [22, 24] },
      none: { dtype: 'F32', shape: [0], data_offsets: [24, 24] },
    });
    const data = Buffer.alloc(24, 0x3c);
    const valid = safetensorsBytes(header, data);
    const otherHeader = mutatedText(header).map((text) => safetensorsBytes(text, data));
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated(valid), otherHeader), (bytes) =>
        opensOrRefuses(bytes, 'model.safetensors', openSafetensors),
      ),
      cases,
    );
  });

  it('opens or refuses a random shard index in one sentence', async () => {
    const shard = { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } };
    const shardBytes = safetensorsBytes(shard, Buffer.alloc(8));
    folder.write('model.a.safetensors', shardBytes);
    const index = JSON.stringify({ metadata: {}, weight_map: { a: 'model.a.safetensors' } });
    const name = 'model.safetensors.index.json';
    const openFolder = () => openSafetensors(folder.path);
    const text = fc.oneof(mutated(Buffer.from(index)), mutatedText(index).map(Buffer.from));
    await fc.assert(
      fc.asyncProperty(text, (bytes) => opensOrRefuses(bytes, name, openFolder, shardBytes.length)),
      { ...cases, numRuns: 2_000 },
    );
  });

  const flood = (elementType: number, count: number, element: Buffer) => {
    const elements = Buffer.alloc(count * element.length, element);
    const bytes = Buffer.concat([u32(elementType), u64(count), elements]);
    return ggufBytes({ metadata: [{ key: 'a', type: 'raw', number: 9, bytes }] });
  };
  const floods: [string, () => Buffer][] = [
    ['short strings', () => flood(8, 1_500_000, ggufString('ab'))],
    ['integers beyond 2^53', () => flood(11, 2_000_000, u64(2n ** 62n))],
    ['empty arrays', () => flood(9, 900_000, ggufArray(0, []))],
    ['booleans', () => flood(7, 9_000_000, Buffer.from([1]))],
    ['strings of wide characters', () => flood(8, 10, ggufString(`${'x'.repeat(4e6)}\u4e00`))],
  ];
  for (const [what, bytes] of floods) {
    it(`limits the memory for a GGUF file with very many ${what}`, () =>
      opensOrRefuses(bytes(), 'model.gguf', openGguf));
  }

  it('limits the memory for a safetensors file with very many entries', async () => {
    const entry = (index: number) =>
      `"weight.${index}":{"dtype":"F32","shape":[1],"data_offsets":[${index * 4},${index * 4 + 4}]}`;
    const header = `{${Array.from({ length: 33_000 }, (_, index) => entry(index)).join()}}`;
    const bytes = safetensorsBytes(header, Buffer.alloc(4 * 33_000));
    const open = async (path: string) => {
      await (await openSafetensors(path)).close();
      throw new TqError(ErrorCode.badModel, 'model.safetensors was opened, which is enough.');
    };
    await opensOrRefuses(bytes, 'model.safetensors', open);
  });
});

import assert from 'node:assert/strict';
import { openGguf } from '../../src/engine/models/gguf/gguf-file.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import {
  type GgufSpec,
  type TensorSpec,
  float32Bytes,
  ggufArray,
  ggufBytes,
  ggufTypes,
  u32,
  u64,
} from './model-bytes.ts';
import { temporaryFolder } from './model-folder.ts';

const norm: TensorSpec = {
  name: 'norm',
  dimensions: [2],
  type: ggufTypes.f32,
  data: float32Bytes([1, 2]),
};

describe('a GGUF file', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  before(() => {
    folder = temporaryFolder();
  });
  after(() => {
    folder.remove();
  });

  const openBytes = (bytes: Buffer) => openGguf(folder.write('model.gguf', bytes));

  async function refuses(bytes: Buffer, message: string): Promise<void> {
    await assert.rejects(openBytes(bytes), new TqError(ErrorCode.badModel, message));
  }

  it('is refused when it is missing, a folder, or not GGUF', async () => {
    await assert.rejects(
      openGguf(`${folder.path}/none.gguf`),
      new TqError(ErrorCode.badModel, 'none.gguf does not exist.'),
    );
    await assert.rejects(openGguf(folder.path), /is not a regular file\.$/);
    await refuses(
      ggufBytes({ magic: 'vers' }),
      'model.gguf is not a GGUF file: it starts with "vers", not with "GGUF".',
    );
    await refuses(Buffer.alloc(0), 'model.gguf is empty; download it again.');
  });

  it('is refused when it has another version or is big-endian', async () => {
    await refuses(
      ggufBytes({ version: 1 }),
      'model.gguf has GGUF version 1; versions 2 and 3 are supported.',
    );
    await refuses(
      ggufBytes({ version: 0x03000000 }),
      'model.gguf is a big-endian GGUF file; only little-endian files are supported.',
    );
  });

  it('is refused when it declares more than fits into its size', async () => {
    await refuses(
      ggufBytes({ tensorCount: 2n ** 64n - 1n }),
      'model.gguf is truncated: the header of 0 metadata entries and 18446744073709552000 tensors needs ' +
        'bytes 24..608742554432415200000 but the file has 32; download it again.',
    );
    await refuses(
      ggufBytes({ metadataCount: 1_000_000n }),
      'model.gguf is truncated: the header of 1000000 metadata entries and 0 tensors needs bytes ' +
        '24..14000024 but the file has 32; download it again.',
    );
    await refuses(
      ggufBytes({ metadata: [{ key: 'a', type: 'raw', number: 8, bytes: u64(2n ** 63n) }] }),
      'model.gguf is truncated: metadata "a" needs bytes 45..9223372036854776000 but the file has 64; ' +
        'download it again.',
    );
    const array = ggufArray(4, [], 2 ** 40);
    await refuses(
      ggufBytes({ metadata: [{ key: 'a', type: 'raw', number: 9, bytes: array }] }),
      'model.gguf is truncated: metadata "a" needs bytes 49..4398046511153 but the file has 64; ' +
        'download it again.',
    );
  });

  const refused: [string, GgufSpec, string][] = [
    [
      'metadata has an unknown type',
      { metadata: [{ key: 'a', type: 'raw', number: 13, bytes: Buffer.alloc(8) }] },
      'model.gguf is malformed: metadata "a" has value type 13; 0 to 12 are allowed.',
    ],
    [
      'a boolean is neither 0 nor 1',
      { metadata: [{ key: 'a', type: 'bool', value: 2 }] },
      'model.gguf is malformed: metadata "a" has a boolean with value 2; 0 and 1 are allowed.',
    ],
    [
      'arrays are nested too deep',
      {
        metadata: [
          {
            key: 'a',
            type: 'raw',
            number: 9,
            bytes: [1, 2, 3, 4, 5].reduce((inner) => ggufArray(9, [inner]), ggufArray(0, [])),
          },
        ],
      },
      'model.gguf is malformed: metadata "a" has more than 4 levels of arrays.',
    ],
    [
      'a metadata key comes twice',
      {
        metadata: [
          { key: 'a', type: 'u8', value: 1 },
          { key: 'a', type: 'u8', value: 1 },
        ],
      },
      'model.gguf is malformed: metadata key "a" occurs twice.',
    ],
    [
      'a metadata key is empty',
      { metadata: [{ key: '', type: 'u32', value: 1 }] },
      'model.gguf is malformed: the key of metadata entry 1 is empty.',
    ],
    [
      'a string is longer than any real one',
      { metadata: [{ key: 'a', type: 'string', value: 'x'.repeat(4 * 2 ** 20 + 1) }] },
      'model.gguf is malformed: metadata "a" has a string of 4194305 bytes; at most 4194304 are ' +
        'allowed.',
    ],
    [
      'its alignment is no power of two',
      { metadata: [{ key: 'general.alignment', type: 'u32', value: 48 }] },
      'model.gguf is malformed: metadata "general.alignment" is "48"; it must be a power of two ' +
        'from 1 to 2147483648.',
    ],
    [
      'its alignment is a list',
      {
        metadata: [
          {
            key: 'general.alignment',
            type: 'raw',
            number: 9,
            bytes: ggufArray(10, [u64(2n ** 60n)]),
          },
        ],
      },
      'model.gguf is malformed: metadata "general.alignment" is an array; it must be a power of ' +
        'two from 1 to 2147483648.',
    ],
    [
      'a tensor name comes twice',
      { tensors: [norm, norm] },
      'model.gguf is malformed: tensor "norm" occurs twice.',
    ],
    [
      'a tensor name is empty',
      { tensors: [{ ...norm, name: '' }] },
      'model.gguf is malformed: the name of tensor 1 is empty.',
    ],
    [
      'a tensor name is too long',
      { tensors: [{ ...norm, name: 'n'.repeat(65) }] },
      'model.gguf is malformed: the name of tensor 1 has a string of 65 bytes; at most 64 are ' +
        'allowed.',
    ],
    [
      'a tensor has too many dimensions',
      { tensors: [{ ...norm, dimensions: [2, 1, 1, 1, 1] }] },
      'model.gguf is malformed: tensor "norm" has 5 dimensions; 1 to 4 are allowed.',
    ],
    [
      'a tensor has a dimension of zero',
      { tensors: [{ ...norm, dimensions: [2, 0] }] },
      'model.gguf is malformed: tensor "norm" has shape [0, 2]; every dimension must be 1 or more.',
    ],
    [
      'the dimensions of a tensor multiply beyond every integer',
      { tensors: [{ ...norm, dimensions: [2n ** 32n, 2n ** 32n] }] },
      'model.gguf is malformed: tensor "norm" of shape [4294967296, 4294967296] has more weights ' +
        'than any file can hold.',
    ],
    [
      'a tensor has an unsupported type',
      { tensors: [{ ...norm, type: ggufTypes.iq2_xxs }] },
      'model.gguf cannot be used: tensor "norm" is stored as IQ2_XXS; supported types are ' +
        'F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, ' +
        'BF16, MXFP4. Use another quantisation of the model.',
    ],
    [
      'a tensor has an unknown type',
      { tensors: [{ ...norm, type: 999 }] },
      'model.gguf cannot be used: tensor "norm" is stored as unknown type 999; supported types are ' +
        'F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, ' +
        'BF16, MXFP4. Use another quantisation of the model.',
    ],
    [
      'a row is no whole number of blocks',
      { tensors: [{ ...norm, type: ggufTypes.q4_0, dimensions: [40] }] },
      'model.gguf is malformed: tensor "norm" has rows of 40 weights; Q4_0 needs a multiple of 32.',
    ],
    [
      'a tensor lies beyond its end',
      { tensors: [{ ...norm, dimensions: [2, 100] }] },
      'model.gguf is truncated: tensor "norm" needs bytes 96..896 but the file has 128; download it again.',
    ],
    [
      'a tensor is not aligned',
      { tensors: [{ ...norm, offset: 8 }] },
      'model.gguf is malformed: tensor "norm" starts at data byte 8, which is not a multiple of the ' +
        'alignment 32.',
    ],
    [
      'tensors overlap',
      {
        tensors: [
          { ...norm, name: 'b', offset: 0 },
          { ...norm, offset: 0 },
        ],
      },
      'model.gguf is malformed: tensors "b" and "norm" overlap at byte 96.',
    ],
  ];
  for (const [reason, spec, message] of refused) {
    it(`is refused when ${reason}`, () => refuses(ggufBytes(spec), message));
  }

  it('is refused when its values would need many times its size', async () => {
    const bytes = Buffer.concat([u32(7), u64(3_500_000), Buffer.alloc(3_500_000)]);
    await refuses(
      ggufBytes({ metadata: [{ key: 'a', type: 'raw', number: 9, bytes }] }),
      'model.gguf is malformed: metadata "a" would need more memory than the file\'s 3500064 bytes ' +
        'plus 33554432.',
    );
  });

  it('has its text quoted and shortened in a message', async () => {
    await refuses(
      ggufBytes({ metadata: [{ key: `${'k\n'.repeat(50)}`, type: 'bool', value: 9 }] }),
      `model.gguf is malformed: metadata "${'k\\n'.repeat(40)}..." has a boolean with value 9; ` +
        '0 and 1 are allowed.',
    );
  });
});

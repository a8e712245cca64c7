import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSafetensors } from '../../src/engine/models/safetensors.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { float32Bytes, safetensorsBytes, u64 } from './model-bytes.ts';
import { assertTensorsOf, fixture, temporaryFolder } from './model-folder.ts';

const pair = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const pairData = float32Bytes([1, 2]);

describe('safetensors', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  const openBytes = (bytes: Buffer) => openSafetensors(folder.write('model.safetensors', bytes));

  async function refuses(opening: Promise<unknown>, message: string): Promise<void> {
    await assert.rejects(opening, new TqError(ErrorCode.badModel, message));
  }

  for (const [name, kind] of [
    ['llama-grouped', 'F32'],
    ['llama-sharded-bf16', 'BF16'],
    ['llama-rope-llama3-f16', 'F16'],
    ['llama-rope-linear-head-dim', 'F32'],
  ] as const) {
    it(`of the model folder ${name} have the same bits as in torch`, async () => {
      const file = await openSafetensors(fixture(name));
      assert.ok([...file.tensors.values()].every((tensor) => tensor.type === kind));
      await assertTensorsOf(name, file);
      await file.close();
    });
  }

  for (const name of ['lora-policy', 'lora-policy-rslora', 'lora-reward']) {
    it(`of the adapter ${name} are read by file path`, async () => {
      const file = await openSafetensors(fixture(name, 'adapter_model.safetensors'));
      await assertTensorsOf(name, file);
      await file.close();
    });
  }

  it('return ranges of rows, scalars and empty tensors', async () => {
    const values = [1, 2, 3, 4, 5, 6, 7];
    const file = await openBytes(
      safetensorsBytes(
        {
          __metadata__: { format: 'pt' },
          scalar: { dtype: 'F32', shape: [], data_offsets: [24, 28] },
          matrix: { dtype: 'F32', shape: [3, 2], data_offsets: [0, 24] },
          none: { dtype: 'F32', shape: [4, 0], data_offsets: [24, 24] },
        },
        float32Bytes(values),
      ),
    );
    assert.deepEqual([...(await file.read('matrix', 1, 2))], [3, 4, 5, 6]);
    assert.deepEqual([...(await file.read('scalar'))], [7]);
    assert.deepEqual([...(await file.read('none'))], []);
    assert.deepEqual(file.tensors.get('matrix')!.shape, [3, 2]);
    assert.equal(file.tensors.get('matrix')!.byteLength, 24);
    await assert.rejects(
      file.read('matrix', 2, 2),
      new TqError(
        ErrorCode.invalidInput,
        'Rows 2..4 of tensor "matrix" do not exist; it has 3 rows.',
      ),
    );
    await file.close();
  });

  it('list integer tensors but do not read them', async () => {
    const file = await openBytes(
      safetensorsBytes({ ids: { ...pair, dtype: 'I32' } }, Buffer.alloc(8)),
    );
    assert.equal(file.tensors.get('ids')!.type, 'I32');
    await refuses(
      file.read('ids'),
      'model.safetensors cannot be used: tensor "ids" is stored as I32; supported types are ' +
        'F32, F16, BF16.',
    );
    await file.close();
  });

  it('are refused when missing', async () => {
    await refuses(
      openSafetensors(join(folder.path, 'x.safetensors')),
      'x.safetensors does not exist.',
    );
    mkdirSync(join(folder.path, 'empty'));
    await refuses(
      openSafetensors(join(folder.path, 'empty')),
      'The folder empty has neither model.safetensors nor model.safetensors.index.json; download its ' +
        'weights as well.',
    );
  });

  const refused: [string, Buffer, string][] = [
    [
      'the file has no room for a header length',
      Buffer.alloc(7),
      'model.safetensors is truncated: the length of its header needs bytes 0..8 but the file has 7; ' +
        'download it again.',
    ],
    [
      'the header is longer than the file',
      Buffer.concat([u64(2n ** 64n - 1n), Buffer.from('{}')]),
      'model.safetensors is truncated or not a safetensors file: its header needs bytes ' +
        '8..18446744073709552000 but the file has 10; download it again.',
    ],
    [
      'the header is longer than any real one',
      safetensorsBytes(`{}${' '.repeat(4 * 2 ** 20)}`, Buffer.alloc(0)),
      'The header of model.safetensors has 4194306 bytes; at most 4194304 are allowed.',
    ],
    [
      'the header is no object',
      safetensorsBytes('[]', Buffer.alloc(0)),
      'model.safetensors is not a safetensors file: its header does not start with "{".',
    ],
    [
      'the header is no JSON',
      safetensorsBytes('{"a":}', Buffer.alloc(0)),
      'The header of model.safetensors is malformed: it is not valid JSON.',
    ],
    [
      'the header is no UTF-8',
      Buffer.concat([u64(4), Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]),
      'The header of model.safetensors is malformed: it is not UTF-8.',
    ],
    [
      'the header is nested deep',
      safetensorsBytes(`{"a":${'['.repeat(10_000)}`, Buffer.alloc(0)),
      'The header of model.safetensors has more than 4 levels of nesting, which is not supported.',
    ],
    [
      'the header has too many values',
      safetensorsBytes(`{"a":[${'0,'.repeat(500_000)}0]}`, Buffer.alloc(0)),
      'The header of model.safetensors has more than 500000 values.',
    ],
    [
      'the header has too many keys',
      safetensorsBytes(
        `{${Array.from({ length: 150_001 }, (_, index) => `"${index}":1`).join()}}`,
        Buffer.alloc(0),
      ),
      'The header of model.safetensors has more than 150000 keys.',
    ],
    [
      'a tensor comes twice, once in disguise',
      safetensorsBytes(`{"a":${JSON.stringify(pair)},"\\u0061":${JSON.stringify(pair)}}`, pairData),
      'The header of model.safetensors is malformed: "a" occurs twice.',
    ],
    [
      'metadata is not text',
      safetensorsBytes({ __metadata__: { a: 1 } }, Buffer.alloc(0)),
      'The header of model.safetensors, __metadata__, is malformed at the top level: expected an ' +
        'object of strings.',
    ],
    [
      'an entry lacks its type',
      safetensorsBytes({ a: { shape: [2], data_offsets: [0, 8] } }, pairData),
      'The header of model.safetensors, tensor "a", is malformed at "dtype": Invalid input: ' +
        'expected string, received undefined.',
    ],
    [
      'a shape is negative',
      safetensorsBytes({ a: { ...pair, shape: [-2] } }, pairData),
      'The header of model.safetensors, tensor "a", is malformed at "shape": expected an array of ' +
        'non-negative integers.',
    ],
    [
      'there are three offsets',
      safetensorsBytes({ a: { ...pair, data_offsets: [0, 8, 8] } }, pairData),
      'The header of model.safetensors, tensor "a", is malformed at "data_offsets": expected two ' +
        'offsets.',
    ],
    [
      'a type is unknown',
      safetensorsBytes({ a: { ...pair, dtype: 'F31' } }, pairData),
      'model.safetensors is malformed: tensor "a" has the unknown type "F31"; known types are F4, ' +
        'F6_E2M3, F6_E3M2, BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, U16, I16, F16, BF16, U32, I32, ' +
        'F32, U64, I64, F64, C64.',
    ],
    [
      'shape and bytes disagree',
      safetensorsBytes({ a: { ...pair, shape: [3] } }, pairData),
      'model.safetensors is malformed: tensor "a" of type F32 and shape [3] does not fit its data ' +
        'bytes 0..8.',
    ],
    [
      'a shape multiplies beyond every integer',
      safetensorsBytes({ a: { ...pair, shape: [2 ** 52, 2 ** 52] } }, pairData),
      'model.safetensors is malformed: tensor "a" of type F32 and shape ' +
        '[4503599627370496, 4503599627370496] does not fit its data bytes 0..8.',
    ],
    [
      'offsets run backwards',
      safetensorsBytes({ a: { ...pair, data_offsets: [8, 0] } }, pairData),
      'model.safetensors is malformed: tensor "a" of type F32 and shape [2] does not fit its data ' +
        'bytes 8..0.',
    ],
    [
      'the file ends before a tensor',
      safetensorsBytes({ a: pair }, pairData.subarray(0, 4)),
      'model.safetensors is truncated: tensor "a" needs bytes 62..70 but the file has 66; download it ' +
        'again.',
    ],
    [
      'tensors overlap',
      safetensorsBytes({ a: pair, b: { ...pair, data_offsets: [4, 12] } }, Buffer.alloc(12)),
      'model.safetensors is malformed: tensor "b" starts at byte 120, but the tensor before it ends ' +
        'at 124.',
    ],
    [
      'there is a hole between tensors',
      safetensorsBytes({ a: pair, b: { ...pair, data_offsets: [12, 20] } }, Buffer.alloc(20)),
      'model.safetensors is malformed: tensor "b" starts at byte 129, but the tensor before it ends ' +
        'at 125.',
    ],
    [
      'bytes after the last tensor belong to none',
      safetensorsBytes({ a: pair }, Buffer.alloc(12)),
      'model.safetensors is malformed: its tensors end at byte 70 but the file has 74.',
    ],
  ];
  for (const [reason, bytes, message] of refused) {
    it(`are refused when ${reason}`, () => refuses(openBytes(bytes), message));
  }
});

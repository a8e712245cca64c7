import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { openGguf } from '../../src/engine/models/gguf/gguf-file.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import {
  type GgufSpec,
  type TensorSpec,
  float32Bytes,
  ggufArray,
  ggufBytes,
  ggufString,
  ggufTypes,
  u64,
} from './model-bytes.ts';
import { assertTensorsOf, fixture, temporaryFolder } from './model-folder.ts';

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
  const openSpec = (spec: GgufSpec) => openBytes(ggufBytes(spec));

  const kinds = ['f32', 'f16', 'bf16', 'q4-0', 'q4-1', 'q5-0', 'q5-1', 'q8-0'];
  for (const kind of [...kinds, 'q4-k', 'q5-k', 'q6-k']) {
    it(`stored as ${kind} has the same bits as dequantised by gguf-py`, async () => {
      const file = await openGguf(fixture(`gguf-${kind}`, 'model.gguf'));
      assert.equal(file.metadata.get('general.architecture'), 'llama');
      assert.equal(
        file.tensors.get('token_embd.weight')!.type,
        kind.toUpperCase().replace('-', '_'),
      );
      await assertTensorsOf(`gguf-${kind}`, file);
      await file.close();
    });
  }

  it('reads IQ4_NL, IQ4_XS, Q2_K, Q3_K and MXFP4 with the same bits as gguf-py', async () => {
    const file = await openGguf(fixture('../gguf-types', 'types.gguf'));
    for (const { name, type } of file.tensors.values()) assert.equal(type, name.toUpperCase());
    await assertTensorsOf('../gguf-types', file);
    await file.close();
  });

  it('opens the shipped model with its whole vocabulary', async () => {
    const name = 'SmolLM2-135M-Instruct.Q4_1.gguf';
    const file = await openGguf(fixture('../../../models/smollm2-135m-instruct', name));
    assert.equal((file.metadata.get('tokenizer.ggml.tokens') as string[])[49151], 'ectable');
    assert.deepEqual(file.tensors.get('blk.29.ffn_down.weight')!.shape, [576, 1536]);
    assert.equal(file.tensors.get('token_embd.weight')!.type, 'Q8_0');
    assert.equal(file.tensors.size, 272);
    await file.close();
  });

  it('reads half-precision infinities, the smallest number and negative zero', async () => {
    const data = Buffer.from(Uint16Array.of(0x7c00, 0xfc00, 0x0001, 0x8000, 0x7bff).buffer);
    const file = await openSpec({
      tensors: [{ name: 'x', dimensions: [5], type: ggufTypes.f16, data }],
    });
    assert.deepEqual([...(await file.read('x'))], [Infinity, -Infinity, 2 ** -24, -0, 65504]);
    await file.close();
  });

  it('reads metadata of every type, with bigints only for integers that a number cannot represent', async () => {
    const f64 = Buffer.alloc(8);
    f64.writeDoubleLE(0.1);
    const raw = (key: string, number: number, bytes: Buffer) =>
      ({ key, type: 'raw', number, bytes }) as const;
    const strings = ggufArray(8, [
      ggufString('a b'),
      ggufString('\u0120\u{1f600}'),
      ggufString(''),
    ]);
    const file = await openSpec({
      version: 2,
      metadata: [
        { key: 'u8', type: 'u8', value: 200 },
        raw('i8', 1, Buffer.from([0xff])),
        raw('u16', 2, Buffer.from([0xff, 0xff])),
        raw('i16', 3, Buffer.from([0xfe, 0xff])),
        { key: 'u32', type: 'u32', value: 4294967295 },
        raw('i32', 5, Buffer.from([0xfd, 0xff, 0xff, 0xff])),
        { key: 'f32', type: 'f32', value: 0.5 },
        { key: 'bool', type: 'bool', value: 1 },
        { key: 'string', type: 'string', value: 'text' },
        { key: 'u64', type: 'u64', value: 2n ** 53n - 1n },
        { key: 'big', type: 'u64', value: 2n ** 53n },
        raw('i64', 11, u64(2n ** 64n - 5n)),
        raw('f64', 12, f64),
        raw('strings', 9, strings),
        raw('nested', 9, ggufArray(9, [ggufArray(0, [Buffer.from([1, 2])], 2), ggufArray(7, [])])),
      ],
    });
    assert.equal(file.version, 2);
    assert.deepEqual(Object.fromEntries(file.metadata), {
      u8: 200,
      i8: -1,
      u16: 65535,
      i16: -2,
      u32: 4294967295,
      i32: -3,
      f32: 0.5,
      bool: true,
      string: 'text',
      u64: 2 ** 53 - 1,
      big: 2n ** 53n,
      i64: -5,
      f64: 0.1,
      strings: ['a b', '\u0120\u{1f600}', ''],
      nested: [[1, 2], []],
    });
    await file.close();
  });

  it('may have a header of several megabytes and strings of more than a window', async () => {
    const tokens = Array.from({ length: 120_000 }, (_, id) => `token number ${id}`);
    const template = 'x'.repeat(700_000);
    const file = await openSpec({
      metadata: [
        { key: 'first', type: 'raw', number: 9, bytes: ggufArray(8, tokens.map(ggufString)) },
        { key: 'template', type: 'string', value: template },
        { key: 'last', type: 'u32', value: 7 },
      ],
      tensors: [norm],
    });
    assert.deepEqual(file.metadata.get('first'), tokens);
    assert.equal(file.metadata.get('template'), template);
    assert.equal(file.metadata.get('last'), 7);
    assert.deepEqual([...(await file.read('norm'))], [1, 2]);
    await file.close();
  });

  it('reads shapes outermost dimension first, and any range of rows', async () => {
    const values = Array.from({ length: 24 }, (_, index) => index);
    const file = await openSpec({
      metadata: [{ key: 'general.alignment', type: 'u32', value: 64 }],
      tensors: [
        norm,
        { name: 'x', dimensions: [4, 3, 2], type: ggufTypes.f32, data: float32Bytes(values) },
      ],
    });
    const { name, shape, type, byteLength } = file.tensors.get('x')!;
    assert.deepEqual([name, shape, type, byteLength], ['x', [2, 3, 4], 'F32', 96]);
    assert.deepEqual([...(await file.read('x'))], values);
    assert.deepEqual([...(await file.read('x', 4))], values.slice(16));
    assert.deepEqual([...(await file.read('x', 1, 2))], values.slice(4, 12));
    assert.deepEqual([...(await file.read('x', 6, 0))], []);
    await file.close();
  });

  it('reads a range of quantised rows as in the whole tensor', async () => {
    const file = await openGguf(fixture('gguf-q5-k', 'model.gguf'));
    const whole = await file.read('blk.0.attn_k.weight');
    assert.deepEqual(await file.read('blk.0.attn_k.weight', 3, 2), whole.slice(3 * 256, 5 * 256));
    await file.close();
  });

  it('refuses rows and tensors that do not exist', async () => {
    const file = await openSpec({ tensors: [norm] });
    await assert.rejects(
      file.read('norm', 1, 1),
      new TqError(
        ErrorCode.invalidInput,
        'Rows 1..2 of tensor "norm" do not exist; it has 1 rows.',
      ),
    );
    await assert.rejects(
      file.read('gone'),
      new TqError(ErrorCode.badModel, 'model.gguf has no tensor "gone".'),
    );
    await file.close();
  });

  it('reports a file that became shorter after it was opened', async () => {
    const path = folder.write('model.gguf', ggufBytes({ tensors: [norm] }));
    const file = await openGguf(path);
    truncateSync(path, 70);
    await assert.rejects(
      file.read('norm'),
      new TqError(
        ErrorCode.badModel,
        'model.gguf is truncated: a part that existed when it was opened needs bytes 64..72 but the ' +
          'file has 70; download it again.',
      ),
    );
    await file.close();
  });
});

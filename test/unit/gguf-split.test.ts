import assert from 'node:assert/strict';
import { join } from 'node:path';
import { GgufConfig } from '../../src/engine/models/architecture/gguf-config.ts';
import { openGguf } from '../../src/engine/models/gguf/gguf-file.ts';
import { selectFiles, type ModelFiles } from '../../src/engine/store/model-files.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { float32Bytes, ggufBytes, ggufTypes, type MetadataEntry } from './model-bytes.ts';
import { temporaryFolder } from './model-folder.ts';
import { refusal } from './refusal.ts';

describe('a split GGUF model', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  interface Part {
    readonly number: number;
    readonly tensor: string;
    readonly count?: number;
    readonly tensors?: number;
    readonly name?: string;
    readonly more?: MetadataEntry[];
  }

  function writePart({ number, tensor, count = 2, tensors = 2, name, more = [] }: Part): string {
    const metadata: MetadataEntry[] = [
      ...more,
      { key: 'split.no', type: 'u32', value: number - 1 },
      { key: 'split.count', type: 'u32', value: count },
      { key: 'split.tensors.count', type: 'u32', value: tensors },
    ];
    const data = float32Bytes([number, number]);
    const bytes = ggufBytes({
      metadata,
      tensors: [{ name: tensor, dimensions: [2], type: ggufTypes.f32, data }],
    });
    return folder.write(name ?? `m-0000${number}-of-0000${count}.gguf`, bytes);
  }

  const refuses = (path: string, sentence: string): Promise<void> =>
    assert.rejects(openGguf(path), refusal(sentence, ErrorCode.badModel));

  it('is opened with all parts and the metadata of the first, whichever part is named', async () => {
    const more: MetadataEntry[] = [{ key: 'a', type: 'string', value: 'b' }];
    const paths = [
      writePart({ number: 1, tensor: 'x', more }),
      writePart({ number: 2, tensor: 'y' }),
    ];
    for (const path of paths) {
      const file = await openGguf(path);
      assert.deepEqual([...file.tensors.keys()], ['x', 'y']);
      assert.deepEqual([...(await file.read('x')), ...(await file.read('y'))], [1, 1, 2, 2]);
      assert.equal(file.metadata.get('a'), 'b');
      assert.deepEqual(file.files, paths);
      await file.close();
    }
  });

  it('is refused when a part is missing, by the name of that part', async () => {
    await refuses(
      writePart({ number: 1, tensor: 'x' }),
      'm-00002-of-00002.gguf is missing; m-00001-of-00002.gguf is one of 2 parts of a model, which ' +
        'must be in the same folder. Download that part as well.',
    );
  });

  it('is refused when a part has another name than gguf-split gave it', async () => {
    await refuses(
      writePart({ number: 1, tensor: 'x', name: 'model.gguf' }),
      'model.gguf is part 1 of 2 of a split model, and the other parts are found by its name, which ' +
        'must end in "-00001-of-00002.gguf"; rename all parts so.',
    );
  });

  const strangers: readonly Part[] = [
    { number: 1, tensor: 'y', name: 'm-00002-of-00002.gguf' },
    { number: 2, tensor: 'y', count: 3, name: 'm-00002-of-00002.gguf' },
    { number: 2, tensor: 'y', tensors: 7 },
  ];
  for (const stranger of strangers) {
    it(`is refused with a part of another model: ${JSON.stringify(stranger)}`, async () => {
      writePart(stranger);
      await refuses(
        writePart({ number: 1, tensor: 'x' }),
        'm-00002-of-00002.gguf is not part 2 of 2 of the model that m-00001-of-00002.gguf belongs to; ' +
          'download all parts of one model.',
      );
    });
  }

  it('is refused when two parts have a tensor, or their number of tensors is wrong', async () => {
    const first = writePart({ number: 1, tensor: 'x' });
    writePart({ number: 2, tensor: 'x' });
    await refuses(
      first,
      'm-00001-of-00002.gguf and m-00002-of-00002.gguf both have the tensor "x"; download all parts ' +
        'of one model.',
    );
    writePart({ number: 1, tensor: 'x', tensors: 3 });
    writePart({ number: 2, tensor: 'y', tensors: 3 });
    await refuses(
      first,
      'The 2 parts of m-00001-of-00002.gguf have 2 tensors, but the model has 3; download all parts ' +
        'of one model.',
    );
  });

  it('is refused with more parts than any model has', async () => {
    const metadata: MetadataEntry[] = [{ key: 'split.count', type: 'u32', value: 4e9 }];
    await refuses(
      folder.write('m.gguf', ggufBytes({ metadata })),
      'm.gguf is malformed: it says that it is part 1 of 4000000000; at most 512 parts are allowed.',
    );
  });

  it('may state that it is one part of one', async () => {
    const path = writePart({ number: 1, tensor: 'x', count: 1, tensors: 1, name: 'whole.gguf' });
    const file = await openGguf(path);
    assert.deepEqual(file.files, [join(folder.path, 'whole.gguf')]);
    await file.close();
  });
});

describe('adding a split GGUF model', () => {
  const filesOf = (...names: string[]): ModelFiles => ({
    name: 'owner/name',
    sizes: new Map(names.map((name, index) => [name, 10 ** index])),
    read: () => Promise.reject(new Error('reads nothing')),
  });
  const parts = ['a/m-00001-of-00002.gguf', 'a/m-00002-of-00002.gguf'];

  it('takes all parts, and the first one as the model', async () => {
    for (const chosen of [undefined, ...parts]) {
      const selection = await selectFiles(filesOf('README.md', ...parts), chosen);
      assert.deepEqual(selection.paths, ['README.md', ...parts]);
      assert.equal(selection.main, parts[0]);
    }
  });

  it('offers a split model once, with the size of all parts', async () => {
    await assert.rejects(selectFiles(filesOf('b.gguf', ...parts)), {
      choices: [
        { path: parts[0], bytes: 110 },
        { path: 'b.gguf', bytes: 1 },
      ],
    });
  });

  it('names a missing part', async () => {
    await assert.rejects(
      selectFiles(filesOf(parts[1]!)),
      refusal(
        'owner/name has no "a/m-00001-of-00002.gguf"; a/m-00002-of-00002.gguf is one of 2 parts of a ' +
          'model, and 1 of them are missing. Download all parts.',
        ErrorCode.badModel,
      ),
    );
  });
});

describe('the rope scaling of a GGUF file', () => {
  const ropeOf = (settings: Record<string, unknown>) => {
    const metadata = new Map<string, unknown>([
      ['llama.attention.head_count', 2],
      ['llama.embedding_length', 8],
      ['llama.context_length', 64],
      ...Object.entries(settings).map(([key, value]) => [`llama.rope.${key}`, value] as const),
    ]);
    return new GgufConfig(metadata, 'llama', 'm').rope();
  };
  const plain = [1, 0.01];
  const quarter = plain.map((frequency) => frequency / 4);

  it('is read from the older key, and is linear if no type is stated, as in llama.cpp', () => {
    for (const settings of [
      { scale_linear: 4 },
      { 'scaling.factor': 4 },
      { 'scaling.factor': 4, scale_linear: 2 },
      { 'scaling.type': 'linear', scale_linear: 4 },
    ]) {
      assert.deepEqual(ropeOf(settings), { inverseFrequencies: quarter, amplitude: 1 });
    }
  });

  it('is none without a factor, with the factor 0 or with the type none', () => {
    for (const settings of [
      {},
      { scale_linear: 0 },
      { 'scaling.factor': 0, scale_linear: 4 },
      { 'scaling.type': 'none', 'scaling.factor': 4 },
    ]) {
      assert.deepEqual(ropeOf(settings), { inverseFrequencies: plain, amplitude: 1 });
    }
  });

  it("has the amplitude of the file, times YaRN's own amplitude", () => {
    const yarn = { 'scaling.type': 'yarn', 'scaling.factor': 4 };
    const own = 0.1 * Math.log(4) + 1;
    assert.equal(ropeOf(yarn).amplitude, own);
    assert.equal(ropeOf({ ...yarn, 'scaling.attn_factor': 0.5 }).amplitude, own / 2);
    assert.equal(ropeOf({ 'scaling.attn_factor': 0.5 }).amplitude, 0.5);
    assert.equal(ropeOf({ 'scaling.type': 'none', 'scaling.attn_factor': 0.5 }).amplitude, 0.5);
  });

  it('may have a list of equal numbers where one number is meant', () => {
    const metadata = new Map([['llama.attention.head_count_kv', [2, 2, 2]]]);
    assert.equal(new GgufConfig(metadata, 'llama', 'm').number('attention.head_count_kv'), 2);
  });
});

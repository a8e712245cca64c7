import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modelPlace } from '../../src/engine/models/model-place.ts';

describe('the place of a model', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'place-'));
  });

  afterEach(() => rm(root, { recursive: true }));

  const write = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), '');
    }
  };

  it('is the only GGUF file of a folder, beside a projector', async () => {
    await write('README.md', 'mmproj-a.gguf', 'a.gguf', 'imatrix.gguf');
    assert.equal(await modelPlace(root), join(root, 'a.gguf'));
  });

  it('is the first part of a split GGUF file', async () => {
    await write('A-00002-of-00002.GGUF', 'A-00001-of-00002.GGUF');
    assert.equal(await modelPlace(root), join(root, 'A-00001-of-00002.GGUF'));
  });

  it('is a folder with several GGUF files, or with files of its own', async () => {
    await write('a.gguf', 'b.gguf', 'model/config.json', 'model/a.gguf');
    assert.equal(await modelPlace(root), root);
    assert.equal(await modelPlace(join(root, 'model')), join(root, 'model'));
  });

  it('is the snapshot of a cache, of an adapter too', async () => {
    await write('models--a--b/snapshots/1234567/adapter_config.json');
    await write('models--a--g/snapshots/1234567/x.gguf');
    const snapshot = (name: string): string => join(root, name, 'snapshots', '1234567');
    assert.equal(await modelPlace(join(root, 'models--a--b')), snapshot('models--a--b'));
    assert.equal(
      await modelPlace(join(root, 'models--a--g')),
      join(snapshot('models--a--g'), 'x.gguf'),
    );
  });

  it('is unchanged where nothing is there', async () => {
    assert.equal(await modelPlace(join(root, 'none')), join(root, 'none'));
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { modelName, repositoryOf, snapshotOf } from '../../src/engine/models/hub-cache.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { openSafetensors } from '../../src/engine/models/safetensors.ts';
import { readReference, defaultId } from '../../src/engine/store/model-reference.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { float32Bytes, safetensorsBytes } from './model-bytes.ts';
import { temporaryFolder } from './model-folder.ts';
import { refusal } from './refusal.ts';

const weights = safetensorsBytes(
  { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } },
  float32Bytes([7]),
);

describe('the Hugging Face cache', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let repository: string;
  beforeEach(() => {
    folder = temporaryFolder();
    repository = join(folder.path, 'models--owner--name');
    mkdirSync(join(repository, 'blobs'), { recursive: true });
    mkdirSync(join(repository, 'refs'));
  });
  afterEach(() => {
    folder.remove();
  });

  /** A snapshot with the index of one shard, which is a link. */
  function addSnapshot(commit: string, target: string): string {
    const snapshot = join(repository, 'snapshots', commit);
    mkdirSync(snapshot, { recursive: true });
    const inside = `models--owner--name/snapshots/${commit}`;
    folder.write(
      `${inside}/model.safetensors.index.json`,
      '{"weight_map":{"a":"one.safetensors"}}',
    );
    symlinkSync(target, join(snapshot, 'one.safetensors'));
    return snapshot;
  }

  it('has snapshots whose shards are links to the blobs of their repository', async () => {
    folder.write('models--owner--name/blobs/1', weights);
    const file = await openSafetensors(addSnapshot('c0', '../../blobs/1'));
    assert.deepEqual([...(await file.read('a'))], [7]);
    await file.close();
  });

  it('is read through a link to the snapshot', async () => {
    folder.write('models--owner--name/blobs/1', weights);
    symlinkSync(addSnapshot('c0', '../../blobs/1'), join(folder.path, 'mine'));
    const file = await openSafetensors(join(folder.path, 'mine'));
    await file.close();
  });

  it('has no links to other repositories or out of the cache', async () => {
    folder.write('outside', weights);
    mkdirSync(join(folder.path, 'models--owner--other'));
    folder.write('models--owner--other/1', weights);
    for (const [commit, target] of [
      ['c0', '../../../outside'],
      ['c1', '../../../models--owner--other/1'],
    ] as const) {
      await assert.rejects(
        openSafetensors(addSnapshot(commit, target)),
        refusal(/lists the shard "one\.safetensors"; shards must be files/u, ErrorCode.badModel),
      );
    }
  });

  it('has no other links out of the cache, and none to files that are missing', async () => {
    folder.write('outside', '{}');
    for (const [commit, target, what] of [
      ['c0', '../../../outside', 'to a file outside of its cache'],
      ['c1', '../../blobs/2', 'to a file that is missing'],
    ] as const) {
      const snapshot = join(repository, 'snapshots', commit);
      mkdirSync(snapshot, { recursive: true });
      symlinkSync(target, join(snapshot, 'config.json'));
      await assert.rejects(
        openModel(snapshot),
        refusal(
          `config.json of owner/name is a link ${what}; download the model again.`,
          ErrorCode.badModel,
        ),
      );
    }
  });

  it('gives the snapshot of the branch main, or the only one', async () => {
    const first = addSnapshot('aaaaaaa', 'x');
    assert.equal(await snapshotOf(repository), first);
    const second = addSnapshot('bbbbbbb', 'x');
    folder.write('models--owner--name/refs/main', 'bbbbbbb\n');
    assert.equal(await snapshotOf(repository), second);
    for (const other of [folder.path, first, dirname(first)]) {
      assert.equal(await snapshotOf(other), other);
    }
    folder.write('models--owner--name/refs/main', '../../other');
    await assert.rejects(
      snapshotOf(repository),
      refusal(
        `The cache has 2 snapshots of owner/name, and none is its branch main; give the folder of one, such as ${first}.`,
        ErrorCode.badModel,
      ),
    );
  });

  it('says that a repository has no snapshot', async () => {
    mkdirSync(join(repository, 'snapshots'));
    await assert.rejects(
      snapshotOf(repository),
      refusal(
        'The cache has no snapshot of owner/name; download the model again.',
        ErrorCode.badModel,
      ),
    );
  });

  it('names a model by its repository, also when it is added', async () => {
    const snapshot = addSnapshot('c0', 'x');
    assert.equal(modelName(snapshot), 'owner/name');
    assert.equal(modelName(repository), 'owner/name');
    assert.equal(modelName('/a/models--gpt2/snapshots/c0'), 'gpt2');
    assert.equal(modelName('/a/b'), 'b');
    assert.equal(modelName(join(snapshot, 'm.gguf')), 'm.gguf');
    assert.equal(repositoryOf(join(snapshot, 'part')), repository);
    assert.equal(repositoryOf('/a/snapshots/c0'), undefined);
    const reference = await readReference(repository);
    assert.deepEqual(reference, { kind: 'local', path: snapshot });
    assert.equal(defaultId(reference), 'owner/name');
    assert.equal(defaultId({ kind: 'local', path: '/a/m-00001-of-00002.gguf' }), 'm');
  });
});

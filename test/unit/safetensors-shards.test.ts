import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { openSafetensors } from '../../src/engine/models/safetensors.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { float32Bytes, safetensorsBytes } from './model-bytes.ts';
import { temporaryFolder } from './model-folder.ts';

const pair = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const pairData = float32Bytes([1, 2]);

describe('safetensors in shards', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  async function refuses(opening: Promise<unknown>, message: string): Promise<void> {
    await assert.rejects(opening, new TqError(ErrorCode.badModel, message));
  }

  function writeIndex(weightMap: object | string): void {
    const index = typeof weightMap === 'string' ? weightMap : { weight_map: weightMap };
    const text = typeof index === 'string' ? index : JSON.stringify(index);
    folder.write('model.safetensors.index.json', text);
  }

  it('are read from the files that the index lists', async () => {
    mkdirSync(join(folder.path, 'parts'));
    folder.write('one.safetensors', safetensorsBytes({ a: pair }, pairData));
    folder.write('parts/two.safetensors', safetensorsBytes({ b: pair }, float32Bytes([3, 4])));
    writeIndex({ a: 'one.safetensors', b: 'parts/two.safetensors' });
    const file = await openSafetensors(folder.path);
    assert.deepEqual([...file.tensors.keys()], ['a', 'b']);
    assert.deepEqual([...(await file.read('b'))], [3, 4]);
    await refuses(file.read('c'), 'model.safetensors.index.json has no tensor "c".');
    await file.close();
  });

  const outside = ['/etc/passwd', '../x.safetensors', 'a/../../x', 'C:\\x', '..\\x', 'C:x'];
  for (const shard of outside) {
    it(`are refused when the index lists ${shard}`, async () => {
      writeIndex({ a: shard });
      await refuses(
        openSafetensors(folder.path),
        `model.safetensors.index.json lists the shard ${JSON.stringify(shard)}; shards must be ` +
          'files in the folder of the index, or links to the blobs of the same model in the Hugging Face ' +
          'cache.',
      );
    });
  }

  it('are refused when a link leads out of the folder, and read when it stays inside', async () => {
    const bytes = safetensorsBytes({ a: pair }, pairData);
    const inner = join(folder.path, 'model');
    mkdirSync(inner);
    symlinkSync(folder.write('outside.safetensors', bytes), join(inner, 'one.safetensors'));
    folder.write('model/model.safetensors.index.json', '{"weight_map":{"a":"one.safetensors"}}');
    await refuses(
      openSafetensors(inner),
      'model.safetensors.index.json lists the shard "one.safetensors"; shards must be files ' +
        'in the folder of the index, or links to the blobs of the same model in the Hugging Face cache.',
    );
    folder.write('model/real.safetensors', bytes);
    symlinkSync(join(inner, 'real.safetensors'), join(inner, 'two.safetensors'));
    folder.write('model/model.safetensors.index.json', '{"weight_map":{"a":"two.safetensors"}}');
    const file = await openSafetensors(inner);
    assert.deepEqual([...(await file.read('a'))], [1, 2]);
    await file.close();
  });

  it('are refused when a shard is missing, truncated or a folder', async () => {
    writeIndex({ a: 'one.safetensors' });
    await refuses(
      openSafetensors(folder.path),
      'model.safetensors.index.json lists the shard "one.safetensors", which is missing; ' +
        'download it as well.',
    );
    folder.write('one.safetensors', safetensorsBytes({ a: pair }, Buffer.alloc(0)));
    await refuses(
      openSafetensors(folder.path),
      'one.safetensors is truncated: tensor "a" needs bytes 62..70 but the file has 62; download it ' +
        'again.',
    );
    writeIndex({ a: '.' });
    await assert.rejects(openSafetensors(folder.path), /is not a regular file\.$/);
  });

  it('are refused when a shard lacks a tensor of the index', async () => {
    folder.write('one.safetensors', safetensorsBytes({ a: pair }, pairData));
    writeIndex({ a: 'one.safetensors', b: 'one.safetensors' });
    await refuses(openSafetensors(folder.path), 'one.safetensors has no tensor "b".');
  });

  it('are refused when the index is malformed', async () => {
    writeIndex('{"weight_map":{"a":1}}');
    await refuses(
      openSafetensors(folder.path),
      'model.safetensors.index.json is malformed at "weight_map": expected an object of strings.',
    );
    writeIndex({});
    await refuses(
      openSafetensors(folder.path),
      'model.safetensors.index.json lists 0 shards; 1 to 512 are allowed.',
    );
    writeIndex(`{"weight_map":{}}${' '.repeat(4 * 2 ** 20)}`);
    await refuses(
      openSafetensors(folder.path),
      'model.safetensors.index.json has 4194321 bytes; at most 4194304 are allowed.',
    );
  });
});

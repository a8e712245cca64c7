import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findModels, type ModelFolders } from '../../src/engine/store/found/found-models.ts';
import { ollamaModelFile } from '../../src/engine/store/found/ollama.ts';

const digest = 'a'.repeat(64);

describe('models of other programs', () => {
  let root = '';
  const write = async (path: string, content: string): Promise<string> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  const manifest = (...kinds: readonly string[]) =>
    JSON.stringify({
      schemaVersion: 2,
      layers: kinds.map((kind) => ({
        mediaType: `application/vnd.ollama.image.${kind}`,
        digest: `sha256:${digest}`,
        size: 3,
      })),
    });
  const library = 'ollama/manifests/registry.ollama.ai/library';
  const inFolder = (name: string): Promise<string> => ollamaModelFile(name, join(root, 'ollama'));

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tqstar-found-'));
    await write(`${library}/qwen2.5/0.5b`, manifest('model', 'template', 'params'));
    await write(`ollama/blobs/sha256-${digest}`, 'abc');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('gives the file of a model of Ollama by its short and its long name', async () => {
    const file = join(root, 'ollama/blobs', `sha256-${digest}`);
    assert.equal(await inFolder('qwen2.5:0.5b'), file);
    assert.equal(await inFolder('library/qwen2.5:0.5b'), file);
    assert.equal(await inFolder('registry.ollama.ai/library/qwen2.5:0.5b'), file);
  });

  it('takes the tag latest where a name has none', async () => {
    await write(`${library}/smollm2/latest`, manifest('model'));
    assert.match(await inFolder('smollm2'), /sha256-a+$/u);
  });

  it('lists the models of Ollama where a name is unknown', async () => {
    await assert.rejects(inFolder('qwen9'), /no model "qwen9".*there are qwen2\.5:0\.5b\.$/u);
  });

  it('takes no name that leaves the folder of manifests', async () => {
    await write('secret/latest', manifest('model'));
    for (const name of ['../../secret', '../secret:latest', 'a/../../b', 'x:../../..', '']) {
      await assert.rejects(inFolder(name), /no model/u, name);
    }
  });

  it('refuses an adapter, and a manifest without weights', async () => {
    await write(`${library}/tuned/latest`, manifest('model', 'adapter'));
    await write(`${library}/empty/latest`, manifest('license'));
    await write(`${library}/broken/latest`, '{"layers":[{"mediaType":"x","digest":"../x"}]}');
    await assert.rejects(inFolder('tuned'), /is an adapter on another model/u);
    await assert.rejects(inFolder('empty'), /0 files of weights; 1 is needed/u);
    await assert.rejects(inFolder('broken'), /is not a manifest of Ollama/u);
  });

  it('lists what every program keeps, without projectors and later parts', async () => {
    await write('studio/someone/Model-GGUF/model.Q4_0.gguf', 'x');
    await write('studio/someone/Model-GGUF/mmproj-model.gguf', 'x');
    await write('cpp/big-00001-of-00002.gguf', 'x');
    await write('cpp/big-00002-of-00002.gguf', 'x');
    await write('hub/models--owner--old/snapshots/1/model.safetensors', 'old');
    const newer = await write('hub/models--owner--old/snapshots/2/model.safetensors', 'newer');
    await utimes(join(root, 'hub/models--owner--old/snapshots/1'), 1, 1);
    await symlink(newer, join(root, 'hub/models--owner--old/snapshots/2/linked.safetensors'));
    const folders: ModelFolders = {
      ollama: join(root, 'ollama'),
      lmStudio: [join(root, 'studio'), join(root, 'nowhere')],
      llamaCpp: join(root, 'cpp'),
      hub: join(root, 'hub'),
    };
    const found = await findModels(folders);
    assert.deepEqual(
      found.map(({ program, name, bytes }) => [program, name, bytes]),
      [
        ['Ollama', 'qwen2.5:0.5b', 3],
        ['LM Studio', 'model.Q4_0', 1],
        ['llama.cpp', 'big-00001-of-00002', 1],
        ['Hugging Face', 'owner/old', 10],
      ],
    );
    assert.equal(found[0]!.reference, 'ollama:qwen2.5:0.5b');
  });
});

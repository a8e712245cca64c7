import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import {
  findSizeProblem,
  readManifest,
  verifyModel,
  type ManifestModel,
} from '../../src/engine/models/manifest.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { temporaryFolder } from './model-folder.ts';

const modelsFolder = join(import.meta.dirname, '../../models');

/** Documentation in a model's folder; the manifest lists the files used for computing. */
const paperwork = ['README.md', 'LICENSE'];
const plot = 'scores.svg';

function refusedWith(...parts: readonly (string | RegExp)[]) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError);
    assert.equal(error.code, ErrorCode.badModel);
    for (const part of parts) {
      assert.ok(
        typeof part === 'string' ? error.message.includes(part) : part.test(error.message),
        `${String(part)} in: ${error.message}`,
      );
    }
    assert.equal(error.message.trim().split('\n').length, 1);
    return true;
  };
}

describe('models/manifest.json', () => {
  let models: ManifestModel[];

  before(async () => {
    models = await readManifest(modelsFolder);
  });

  it('lists exactly the files of every model folder', () => {
    const folders = readdirSync(modelsFolder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'recipes',
    );
    for (const { name } of folders) {
      const listed = models.filter(({ id }) => id === name).flatMap(({ files }) => files);
      const present = readdirSync(join(modelsFolder, name), {
        recursive: true,
        withFileTypes: true,
      })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(modelsFolder, join(entry.parentPath, entry.name)))
        .map((path) => path.split(sep).join('/'))
        .filter((path) => ![...paperwork, plot].some((each) => path === `${name}/${each}`));
      assert.deepEqual(listed.map(({ path }) => path).sort(), present.sort());
    }
    assert.deepEqual(folders.map(({ name }) => name).sort(), models.map(({ id }) => id).sort());
  });

  it('has the size and SHA-256 of every file', async () => {
    for (const model of models) {
      assert.equal(await findSizeProblem(modelsFolder, model), undefined);
      await verifyModel(modelsFolder, model);
    }
  });

  it('names a licence and a source for every model, with the licence and a card in its folder', () => {
    for (const { id, licence, source } of models) {
      assert.notEqual(licence.trim(), '', id);
      assert.notEqual(source.trim(), '', id);
      for (const file of paperwork) {
        const path = join(modelsFolder, id, file);
        assert.ok(existsSync(path) && statSync(path).size > 100, `${id}/${file}`);
      }
      const card = readFileSync(join(modelsFolder, id, 'README.md'), 'utf8');
      assert.ok(card.includes(licence), `the card of ${id} names ${licence}`);
    }
  });
});

describe('checking a model against the manifest', () => {
  const content = Buffer.from('weights of a model');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = { path: 'tiny/weights.bin', size: content.length, sha256 };
  const model = {
    id: 'tiny',
    kind: 'language-model',
    title: 'Tiny',
    licence: 'Apache-2.0',
    source: 'this test',
    files: [file],
  } satisfies ManifestModel;
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;

  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder.path, 'tiny'));
    path = folder.write('tiny/weights.bin', content);
  });

  afterEach(() => {
    folder.remove();
  });

  const writeManifest = (manifest: unknown): string =>
    folder.write('manifest.json', JSON.stringify(manifest));

  it('accepts files that match', async () => {
    writeManifest({ models: [model] });
    const [listed] = await readManifest(folder.path);
    await verifyModel(folder.path, listed!);
  });

  it('names a missing file with its size and what to do', async () => {
    unlinkSync(path);
    const told = refusedWith('tiny/weights.bin', '18 bytes', folder.path, 'restore it');
    await assert.rejects(verifyModel(folder.path, model), told);
    assert.match(
      (await findSizeProblem(folder.path, model))!,
      /tiny\/weights\.bin .* is missing in/,
    );
  });

  it('names a truncated file with both sizes', async () => {
    truncateSync(path, 7);
    const told = refusedWith('tiny/weights.bin', '7 bytes', 'expected 18', 'restore it');
    await assert.rejects(verifyModel(folder.path, model), told);
  });

  it('names a file that is too long', async () => {
    appendFileSync(path, '!');
    await assert.rejects(verifyModel(folder.path, model), refusedWith('19 bytes', 'expected 18'));
  });

  it('names a changed file of the same size with both hashes', async () => {
    writeFileSync(path, Buffer.from('weights of a_model'));
    const found = createHash('sha256').update('weights of a_model').digest('hex');
    assert.equal(await findSizeProblem(folder.path, model), undefined);
    const told = refusedWith('tiny/weights.bin', found, `expected ${sha256}`, 'restore it');
    await assert.rejects(verifyModel(folder.path, model), told);
  });

  it('names a folder in place of a file', async () => {
    const wrong = {
      ...model,
      files: [{ ...file, path: 'tiny', size: statSync(join(folder.path, 'tiny')).size }],
    };
    await assert.rejects(verifyModel(folder.path, wrong), refusedWith('tiny cannot be read'));
  });

  it('stops when cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(verifyModel(folder.path, model, controller.signal), {
      name: 'AbortError',
    });
  });

  it('refuses a manifest that is missing or not JSON', async () => {
    await assert.rejects(
      readManifest(folder.path),
      refusedWith('manifest.json', 'cannot be read', 'restore'),
    );
    folder.write('manifest.json', '{"models": [');
    await assert.rejects(
      readManifest(folder.path),
      refusedWith('manifest.json', 'not valid JSON', 'restore'),
    );
  });

  const malformed: readonly { what: string; manifest: unknown; place: string }[] = [
    { what: 'no list of models', manifest: {}, place: 'models' },
    {
      what: 'a model without an id',
      manifest: { models: [{ ...model, id: '' }] },
      place: 'models.0.id',
    },
    {
      what: 'a kind that does not exist',
      manifest: { models: [{ ...model, kind: 'other' }] },
      place: 'models.0.kind',
    },
    { what: 'no files', manifest: { models: [{ ...model, files: [] }] }, place: 'models.0.files' },
    {
      what: 'a negative size',
      manifest: { models: [{ ...model, files: [{ ...file, size: -1 }] }] },
      place: 'models.0.files.0.size',
    },
    {
      what: 'a hash that is none',
      manifest: { models: [{ ...model, files: [{ ...file, sha256: 'abc' }] }] },
      place: 'models.0.files.0.sha256',
    },
    {
      what: 'a key that is not known',
      manifest: { models: [{ ...model, script: 'x' }] },
      place: 'script',
    },
    {
      what: 'an adapter without its base',
      manifest: { models: [{ ...model, kind: 'causal-reward' }] },
      place: 'needs base',
    },
    {
      what: 'an adapter on a model that is not listed',
      manifest: { models: [{ ...model, kind: 'causal-reward', base: 'nowhere' }] },
      place: 'the base "nowhere"',
    },
    {
      what: 'a policy adapter that does not say what it was aligned to',
      manifest: { models: [{ ...model, kind: 'policy-adapter', base: 'tiny', beta: 0.1 }] },
      place: 'needs baselineReward',
    },
    {
      what: 'a policy adapter that does not say how strongly it was aligned',
      manifest: {
        models: [{ ...model, kind: 'policy-adapter', base: 'tiny', baselineReward: 'judge' }],
      },
      place: 'needs beta',
    },
    {
      what: 'a range whose ends are swapped',
      manifest: { models: [{ ...model, range: [1, 0] }] },
      place: 'models.0.range',
    },
    { what: 'two models of one id', manifest: { models: [model, model] }, place: 'same id' },
  ];
  for (const { what, manifest, place } of malformed) {
    it(`refuses a manifest with ${what}`, async () => {
      writeManifest(manifest);
      await assert.rejects(readManifest(folder.path), refusedWith('malformed', place, 'restore'));
    });
  }

  it('reads a policy adapter that was aligned to no reward', async () => {
    const tuned = { ...model, id: 'tuned', kind: 'policy-adapter', base: 'tiny' };
    writeManifest({ models: [model, tuned] });
    assert.deepEqual(await readManifest(folder.path), [model, tuned]);
  });

  for (const outside of [
    '../weights.bin',
    '/etc/passwd',
    'tiny/../../weights.bin',
    'tiny\\weights.bin',
    '..',
  ]) {
    it(`refuses the path ${outside} outside the folder`, async () => {
      writeManifest({ models: [{ ...model, files: [{ ...file, path: outside }] }] });
      const told = refusedWith('models.0.files.0.path', 'inside the models folder');
      await assert.rejects(readManifest(folder.path), told);
    });
  }
});

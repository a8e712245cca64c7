import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDrafts } from '../../src/bench/rewriting/drafts.ts';
import { fillSampleFolder } from '../harness/sample-folder.ts';

const project = join(import.meta.dirname, '../..');

describe('the sample folder that npm run vscode opens', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-sample-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('holds copies of the ten sample drafts and a page that names each', async () => {
    await writeFile(join(folder, 'old.md'), 'of an earlier start');
    await fillSampleFolder(folder);
    const samples = (await readDrafts(project)).filter(({ sample }) => sample);
    const page = await readFile(join(folder, 'README.md'), 'utf8');
    assert.equal(samples.length, 10);
    for (const { file, text } of samples) {
      assert.equal(await readFile(join(folder, file), 'utf8'), text);
      assert.ok(page.includes(`](${file}): `), file);
    }
    const names = await readdir(folder);
    assert.ok(names.includes('letter.md'));
    assert.ok(!names.includes('old.md'));
  });
});

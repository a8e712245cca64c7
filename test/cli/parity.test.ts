import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');
const model = join(root, 'test/fixtures/models/chatml-llama');
const reference = join(model, 'reference.json');
const gguf = join(root, 'test/fixtures/models/gguf-f32/model.gguf');

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run parity -- ARGS` without npm. */
async function parity(...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/parity.ts', ...args], {
    cwd: root,
    env: { ...process.env, TQSTAR_CACHE: join(root, '.cache'), NO_COLOR: '1', LLAMA_SERVER: '' },
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

describe('npm run parity', function () {
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-parity-'));
  });

  after(() => rm(folder, { recursive: true }));

  it('exits with 0 and prints a table where a model equals its reference', async () => {
    const { exitCode, stdout, stderr } = await parity(
      ...[model, '--reference', reference, '--only', 'tokens,ends'],
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^tokens +\| equal +\| transformers .+\| 59 strings$/mu);
    assert.match(stdout, /\n\nEqual\.\n$/u);
  });

  it('exits with 1 and prints JSON where it differs', async () => {
    const changed = JSON.parse(await readFile(reference, 'utf8')) as { ends: object };
    const file = join(folder, 'changed.json');
    await writeFile(file, JSON.stringify({ ...changed, ends: { must: [2], may: [2], closes: 2 } }));
    const { exitCode, stdout } = await parity(
      ...[model, '--reference', file, '--only', 'ends', '--json'],
    );
    assert.equal(exitCode, 1);
    const { verdict, rows } = JSON.parse(stdout) as { verdict: string; rows: { found: string }[] };
    assert.equal(verdict, 'differs');
    assert.match(rows[0]!.found, /^2 do not end an answer/u);
  });

  it('exits with 2 and says what to install where there is no Python', async () => {
    const { exitCode, stdout, stderr } = await parity(model, '--python', join(folder, 'python'));
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^Python with transformers is not there \(.+\): python -m pip install torch==/u,
    );
    assert.match(stderr, /with llama\.cpp \(--llama-server FILE\).+\(--reference FILE\)\.\n$/u);
  });

  it('exits with 2 where llama-server does not start', async () => {
    const server = join(folder, 'llama-server');
    const { exitCode, stderr } = await parity(gguf, '--llama-server', server);
    assert.equal(exitCode, 2);
    assert.match(stderr, /llama-server does not start \(.+ENOENT\)\.\n$/u);
  });

  it('exits with 2 and one sentence where the input is wrong', async () => {
    const wrong = [
      [
        ['--only', 'weights'],
        /"weights" is no subject; the subjects are logits, tokens, template/u,
      ],
      [['--reference', gguf], /model\.gguf is not JSON\.\n$/u],
      [['--reference', join(model, 'config.json')], /config\.json is no reference: it must be/u],
    ] as const;
    for (const [args, sentence] of wrong) {
      const { exitCode, stderr } = await parity(model, ...args);
      assert.equal(exitCode, 2);
      assert.match(stderr, sentence);
    }
    const { exitCode, stderr } = await parity(join(folder, 'none'));
    assert.equal(exitCode, 2);
    assert.match(stderr, /^There is no model at /u);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Pair {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly chosen_score: number;
  readonly rejected_score: number;
}

describe('the recipe of the writing pairs', function () {
  this.timeout(300_000);
  let folder: string;
  const prompts = ['Greet a guest.', 'Write a title.', 'Name a colour.'];

  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'pairs-'));
    const lines = prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`);
    writeFileSync(join(folder, 'instructions.jsonl'), lines.join(''));
  });

  after(function () {
    rmSync(folder, { recursive: true });
  });

  function sample(...more: readonly string[]): string {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        ...['--import', 'tsx', 'models/recipes/sample-pairs.ts', '--reward', 'length:words=9'],
        ...['--instructions', join(folder, 'instructions.jsonl')],
        ...['--out', join(folder, 'pairs.jsonl'), '--samples', '3', '--max-tokens', '6'],
        ...more,
      ],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, TQSTAR_CACHE: join(root, '.cache') },
      },
    );
    assert.equal(status, 0, stderr);
    return stderr;
  }

  function read(name: string): string {
    return readFileSync(join(folder, name), 'utf8');
  }

  it('pairs the best answer with the worst, and resumes after an interruption', function () {
    assert.match(sample('--min-gap', '0'), /3\/3, 0\.0 minutes left/u);
    const samples = read('pairs.jsonl.samples.jsonl');
    const written = read('pairs.jsonl');
    const pairs = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Pair);
    assert.deepEqual(
      pairs.map(({ prompt }) => prompt),
      prompts,
    );
    for (const pair of pairs) assert.ok(pair.chosen_score >= pair.rejected_score);

    writeFileSync(join(folder, 'pairs.jsonl.samples.jsonl'), samples.slice(0, -20));
    assert.match(sample('--min-gap', '0'), /1\/1/u);
    assert.equal(read('pairs.jsonl.samples.jsonl'), samples);
    assert.equal(read('pairs.jsonl'), written);
  });

  it('skips pairs with close scores', function () {
    sample('--score-only', '--min-gap', '1');
    assert.equal(read('pairs.jsonl'), '');
  });
});

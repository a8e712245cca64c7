import assert from 'node:assert/strict';
import { built, events, tqstar } from './command-line.ts';

const prompt = 'Write a short note to a colleague about a missed deadline.';
const request = ['--prompt', prompt, '--reward', 'positive-tone', '--alpha', '0.25'];

describe('tqstar compare', () => {
  before(built);

  it('prints only token and done lines of both texts with --json', async () => {
    const { exitCode, stdout } = await tqstar([
      'compare',
      ...request,
      '--max-tokens',
      '12',
      '--json',
    ]);

    assert.equal(exitCode, 0);
    const lines = events(stdout);
    for (const stream of ['plain', 'aligned'] as const) {
      const own = lines.filter((line) => line.stream === stream);
      const tokens = own.filter((line) => line.type === 'token');
      const done = own.filter((line) => line.type === 'done');
      assert.equal(done.length, 1);
      assert.equal(own.at(-1), done[0]);
      assert.deepEqual(
        tokens.map(({ index }) => index),
        tokens.map((_, index) => index),
      );
      assert.deepEqual(
        tokens.map(({ id }) => id),
        done[0]!.ids,
      );
      assert.equal(tokens.map(({ text }) => text).join(''), done[0]!.text);
      assert.equal(done[0]!.stats.steps, tokens.length);
      assert.ok(done[0]!.reward! >= 0 && done[0]!.reward! <= 1);
    }
  });

  it('reports why each aligned token was chosen', async () => {
    const { stdout } = await tqstar(['compare', ...request, '--max-tokens', '12', '--json']);

    const tokens = events(stdout).filter((line) => line.type === 'token');
    for (const { stream, decision, candidates, id } of tokens) {
      if (stream === 'plain') assert.equal(decision, 'plain');
      else {
        assert.equal(candidates.length, 10);
        assert.ok(candidates.some((candidate) => candidate.id === id));
        const valued = candidates.filter(({ why }) => why === 'evaluated');
        assert.equal(decision === 'evaluated', valued.length > 0);
        assert.ok(valued.every(({ value, rollouts }) => value !== null && rollouts.length > 0));
      }
    }
  });

  it('prints one text after the other and then a summary, without control codes, in a pipe', async () => {
    const { exitCode, stdout } = await tqstar(['compare', ...request, '--max-tokens', '8'], {
      env: { NO_COLOR: '', FORCE_COLOR: '1' },
    });

    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /^Plain\n-+\n[^]+\n\nAligned: cd, reward positive-tone, alpha 0\.25\n-+\n/u,
    );
    assert.match(stdout, /^reward +\d\.\d{3} +\d\.\d{3} +by positive-tone$/mu);
    assert.match(stdout, /^positions +\d+ +\d+/mu);
    assert.doesNotMatch(stdout, /(?!\n)\p{Cc}/u);
  });

  it('writes the same texts in a second run', async () => {
    const args = ['compare', ...request, '--max-tokens', '8', '--json'];
    const ids = async (): Promise<unknown> =>
      events((await tqstar(args)).stdout)
        .filter((line) => line.type === 'done')
        .map((done) => done.ids);

    assert.deepEqual(await ids(), await ids());
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, events, tqstar } from './command-line.ts';

const plain = ['generate', '--method', 'sft', '--max-tokens', '10'];

/** The done line of a command. */
async function done(
  args: readonly string[],
  input = '',
): Promise<{ text: string; ids: number[]; stop: string }> {
  const { stdout, stderr } = await tqstar([...args, '--json'], { input });
  const last = events(stdout).at(-1);
  assert.ok(last?.type === 'done', stderr);
  return last;
}

describe('tqstar generate', () => {
  let folder: string;

  before(built);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('prints only the text on standard output', async () => {
    const { exitCode, stdout, stderr } = await tqstar([...plain, '--prompt', 'Say hello.']);

    assert.equal(exitCode, 0);
    assert.equal(stdout, `${(await done([...plain, '--prompt', 'Say hello.'])).text}\n`);
    assert.match(stderr, /^tokens\/s/mu);
  });

  it('accepts the prompt as a file, on standard input and as an option', async () => {
    const file = join(folder, 'prompt.txt');
    await writeFile(file, 'Name a colour.\n');

    const fromOption = await done([...plain, '--prompt', 'Name a colour.']);
    assert.deepEqual((await done([...plain, '--prompt-file', file])).ids, fromOption.ids);
    assert.deepEqual((await done([...plain, '-'], 'Name a colour.\n')).ids, fromOption.ids);
  });

  it('continues the prompt itself with --raw', async () => {
    const { text } = await done([...plain, '--raw', '--prompt', 'One, two, three, four,']);

    assert.match(text, /^ five/u);
  });

  it('uses the system message', async () => {
    const args = [...plain, '--prompt', 'Who are you?'];

    const { ids } = await done(args);
    assert.notDeepEqual((await done([...args, '--system', 'You are a pirate.'])).ids, ids);
  });

  it('writes the same text for the same seed and a different one for a different seed', async () => {
    const sampled = [...plain, '--prompt', 'Tell a joke.', '--temperature', '1', '--seed'];

    const first = await done([...sampled, '1']);
    assert.deepEqual((await done([...sampled, '1'])).ids, first.ids);
    assert.notDeepEqual((await done([...sampled, '2'])).ids, first.ids);
  });

  it('ends before the first of several stop strings', async () => {
    const { text, stop } = await done([
      ...plain,
      ...['--raw', '--prompt', 'One, two, three, four,', '--stop', 'nine', '--stop', 'six'],
    ]);

    assert.equal(stop, 'stop');
    assert.equal(text, ' five, ');
  });

  it('writes the same text with --exhaustive', async () => {
    const args = ['generate', '--prompt', 'Say hello.', '--reward', 'positive-tone'];
    const options = ['--k', '3', '--rollout', '4', '--max-tokens', '5'];

    const { ids } = await done([...args, ...options]);
    assert.deepEqual((await done([...args, ...options, '--exhaustive'])).ids, ids);
  });

  it('needs no reward for the plain methods', async () => {
    const { exitCode } = await tqstar([...plain, '--prompt', 'Hi.', '--method', 'dpo']);

    assert.equal(exitCode, 0);
  });
});

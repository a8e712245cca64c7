import assert from 'node:assert/strict';
import { once } from 'node:events';
import { built, childrenOf, complaint, events, firstLine, outcome, start } from './command-line.ts';
import { gone } from '../harness/processes.ts';

const longText = [
  'compare',
  ...['--prompt', 'Write a long story about a horse.', '--reward', 'positive-tone'],
  ...['--alpha', '0.25', '--max-tokens', '400'],
];

describe('tqstar, stopped early', () => {
  before(built);

  it('prints the written tokens and cancelled done lines when interrupted, and exits with 130', async () => {
    const child = start([...longText, '--json']);
    const ended = outcome(child);
    await firstLine(child);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await ended;

    assert.equal(exitCode, 130);
    assert.match(stderr, /tqstar: Interrupted\.\n$/u);
    const lines = events(stdout);
    const done = lines.filter((line) => line.type === 'done');
    assert.deepEqual(done.map(({ stream }) => stream).sort(), ['aligned', 'plain']);
    for (const { stream, stop, text } of done) {
      assert.equal(stop, 'cancelled');
      const tokens = lines.filter((line) => line.type === 'token' && line.stream === stream);
      assert.equal(tokens.map((token) => token.text).join(''), text);
    }
  });

  it('leaves no engine behind when a terminal interrupts the whole process group', async () => {
    const child = start([...longText, '--json']);
    const ended = outcome(child);
    await firstLine(child);
    const [engine] = await childrenOf(child.pid!);
    process.kill(-child.pid!, 'SIGINT');
    const { exitCode, stdout } = await ended;

    assert.equal(exitCode, 130);
    assert.equal(events(stdout).filter((line) => line.type === 'done').length, 2);
    await gone(engine!);
  });

  it('ends immediately at the second interrupt', async () => {
    const child = start(longText);
    const ended = outcome(child);
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    child.kill('SIGINT');

    assert.equal((await ended).exitCode, 130);
  });

  it('stops with one sentence when its reader closes the pipe', async () => {
    const child = start([...longText, '--json']);
    const ended = outcome(child).catch((error: unknown) => error);
    await firstLine(child);
    const [engine] = await childrenOf(child.pid!);
    let log = '';
    child.stderr.on('data', (text) => (log += String(text)));
    child.stdout.destroy();
    const [exitCode] = (await once(child, 'close')) as [number];
    await ended;

    assert.equal(exitCode, 1);
    assert.match(log, /tqstar: Standard output was closed before all text was written\.\n$/u);
    assert.doesNotMatch(log, /\n\s+at /u);
    await gone(engine!);
  });

  it('keeps the written text when the engine is killed, and exits with 1', async () => {
    const child = start(longText);
    const ended = outcome(child);
    await firstLine(child);
    const [engine] = await childrenOf(child.pid!);
    process.kill(engine!, 'SIGKILL');
    const result = await ended;

    assert.equal(result.exitCode, 1);
    assert.match(result.stdout, /^Plain\n-+\n[^]*\nAligned: [^\n]+\n-+\n/u);
    assert.match(
      complaint(result),
      /^tqstar: The engine process is not running: .*SIGKILL.*"tqstar doctor"/mu,
    );
  });
});

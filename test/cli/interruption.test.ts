import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TinyModels } from '../engine/tiny-models.ts';
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

  describe('by one signal', function () {
    this.timeout('2m');

    let tiny: TinyModels;

    beforeEach(() => {
      tiny = new TinyModels('llama-grouped');
      tiny.addTokenizer('llama-grouped');
    });

    afterEach(() => {
      tiny.remove();
    });

    /** The processes below one, when they are `count` or more. */
    async function below(processId: number, count: number): Promise<number[]> {
      for (;;) {
        const children = await childrenOf(processId);
        const all = [...children, ...(await Promise.all(children.map(childrenOf))).flat()];
        if (all.length >= count) return all;
      }
    }

    /** Resolves when a process has used some seconds of one thread. */
    async function busy(processId: number): Promise<void> {
      const stat = `/proc/${processId}/task/${processId}/stat`;
      const seconds = (): number => {
        const text = readFileSync(stat, 'utf8');
        return Number(text.slice(text.lastIndexOf(')')).split(' ')[12]) / 100;
      };
      while (seconds() < 4) await new Promise((resolve) => setTimeout(resolve, 50));
    }

    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      it(`ends with an engine that does not listen after ${name}`, async function () {
        if (!existsSync('/proc/self/stat')) this.skip();
        const classifier = tiny.folder('classifier');
        const fixtures = join(import.meta.dirname, '../fixtures');
        cpSync(join(fixtures, 'classifier'), classifier, { recursive: true });
        cpSync(join(fixtures, 'classifier-endless'), classifier, { recursive: true });
        const definition = { id: 'endless', type: 'classifier', path: classifier, label: 'joy' };
        const reward = tiny.write('endless.json', JSON.stringify(definition));
        const options = ['--policy', tiny.folder('llama-grouped'), '--reward', reward];
        const child = start(['generate', '--prompt', 'w1 w2', ...options, '--alpha', '1']);
        const ended = outcome(child);
        const [engine] = await below(child.pid!, 1);
        await busy(engine!);
        child.kill(name);
        const { exitCode, stderr } = await ended;

        assert.equal(exitCode, 130);
        assert.match(stderr, /tqstar: Interrupted\.\n$/u);
        await gone(engine!);
      });

      for (const [command, count, args] of [
        ['theory', 1, ['--mdps', '2000']],
        ['eval', 2, ['--suite', 'pairs']],
        ['bench', 2, ['exactness', '--prompts', '50']],
      ] as const) {
        it(`ends ${command} and what it started after ${name}`, async () => {
          const out = command === 'bench' ? [] : ['--out', tiny.folder('out')];
          const child = start([command, ...args, ...out]);
          const ended = outcome(child);
          const started = await below(child.pid!, count);
          child.kill(name);

          assert.equal((await ended).exitCode, 130);
          for (const id of started) await gone(id);
        });
      }
    }
  });
});

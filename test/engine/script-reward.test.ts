import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RewardSession } from '../../src/decoding/reward.ts';
import type { ScriptRunner } from '../../src/engine/reward/catalogue-entry.ts';
import { ScriptReward, type ScriptOptions } from '../../src/engine/reward/script/script-reward.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { requests } from '../../src/protocol/requests.ts';
import { prompt, response, scoreOf } from '../unit/reward-support.ts';
import { buildEngine, engineProgram, startEngine, type StartedEngine } from './engine-program.ts';
import { gone } from '../harness/processes.ts';

const runner: ScriptRunner = { program: join(dirname(engineProgram), 'script-reward.js') };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a reward that is a script', () => {
  let folder: string;

  before(() => {
    buildEngine();
    folder = mkdtempSync(join(tmpdir(), 'tqstar-scripts-'));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function write(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  function load(
    text: string,
    options: Partial<ScriptOptions> = {},
    name = 'mine.mjs',
  ): Promise<ScriptReward> {
    return ScriptReward.load({ id: 'mine', path: write(name, text), ...options }, runner);
  }

  async function scores(session: RewardSession, ...texts: readonly string[]): Promise<number[]> {
    return session.score(texts.map(response));
  }

  /** The message of a failure, which must be one sentence. */
  async function sentence(work: Promise<unknown>, code: number): Promise<string> {
    const error: unknown = await work.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, /^The script .*\.$/u);
    return error.message;
  }

  it('scores with an ES or CommonJS module, synchronously or with a promise', async () => {
    const sum = '(prompt, response) => prompt.length + response.length / 10';
    const modules = {
      'a.mjs': `export const score = ${sum};`,
      'b.cjs': `module.exports = { score: ${sum} };`,
      'c.js': `export const score = async ${sum};`,
      'd.js': `exports['sc' + 'ore'] = ${sum};`,
    };
    for (const [name, text] of Object.entries(modules)) {
      const reward = await load(text, {}, name);
      assert.equal(await scoreOf(reward, 'four', prompt('three')), 5.4, name);
    }
  });

  it('has the declared range and refuses a score outside it', async () => {
    const reward = await load('export const score = (_, text) => Number(text);', { range: [0, 1] });
    assert.deepEqual(reward.range, [0, 1]);
    assert.equal(await scoreOf(reward, '1'), 1);
    assert.match(
      await sentence(scoreOf(reward, '1.5'), ErrorCode.badReward),
      /'mine' \(.*mine\.mjs\) returned 1\.5, outside its range \[0, 1\]/u,
    );
    const free = await load('export const score = (_, text) => Number(text);');
    assert.equal(free.range, undefined);
    assert.equal(await scoreOf(free, '-70'), -70);
  });

  it('says in one sentence why a module cannot be loaded', async () => {
    const cases = [
      ['export const rate = () => 1;', /exports no function score\(prompt, response\)/u],
      ['export const score = 3;', /exports no function score/u],
      ['export const score = ;', /cannot be loaded: SyntaxError: Unexpected token ';'/u],
      ['import "./nowhere.mjs";', /cannot be loaded: Error: Cannot find module/u],
      ['throw new RangeError("no\\nway");', /cannot be loaded: RangeError: no way/u],
      ['process.exit(3);', /ended its process with exit code 3/u],
      ['process.kill(process.pid, "SIGKILL");', /ended its process by SIGKILL/u],
      ['for (;;);', /did not load within 10000 ms and was stopped/u],
    ] as const;
    for (const [text, fault] of cases) {
      assert.match(await sentence(load(text), ErrorCode.badReward), fault);
    }
    const options = { id: 'mine', path: join(folder, 'absent.js') };
    assert.match(
      await sentence(ScriptReward.load(options, runner), ErrorCode.invalidInput),
      /absent\.js' cannot be used: it does not exist/u,
    );
    assert.match(
      await sentence(
        ScriptReward.load({ ...options, path: folder }, runner),
        ErrorCode.invalidInput,
      ),
      /it is not a file/u,
    );
  });

  it('says in one sentence why a score failed', async () => {
    const cases = [
      ['throw new Error("bad day")', /threw Error: bad day/u],
      ['throw Object.create(null)', /threw \[Object: null prototype\] \{\}/u],
      ['await null; throw "words"', /threw 'words'/u],
      ['return NaN', /returned NaN as a score; it must be a finite number/u],
      ['return -Infinity', /returned -Infinity as a score/u],
      ['', /returned undefined as a score/u],
      ['return "0.5"', /returned a string as a score/u],
      ['return 5n', /returned a bigint as a score/u],
      ['for (;;);', /returned no score within 300 ms and was stopped/u],
      ['await new Promise(() => {})', /returned no score within 300 ms and was stopped/u],
      ['process.exit(0)', /ended its process with exit code 0; it must return a score instead/u],
      ['setTimeout(() => { throw 1; }); await new Promise(() => {})', /exit code 1/u],
      ['(await import("node:fs")).closeSync(3); await new Promise(() => {})', /ended its|300 ms/u],
    ] as const;
    for (const [body, fault] of cases) {
      const timeout = fault.source.includes('300 ms') ? 300 : 60_000;
      const reward = await load(`export async function score() { ${body} }`, { timeout });
      assert.match(await sentence(scoreOf(reward, 'text'), ErrorCode.badReward), fault);
    }
  });

  it('refuses what the script writes to the pipe of the engine, and keeps running', async () => {
    const messages = [
      'null\n',
      '[[[',
      '\u0000\u00ff\ud800\n',
      '{"score":"much"}\n',
      '{"problem":3}\n',
      '{"cmd":"NODE_HANDLE","type":"net.Socket"}\n',
      'Content-Length: 99999999999\r\n\r\n',
      'x'.repeat(1_000_000),
      '\n'.repeat(100_000),
    ];
    for (const message of messages) {
      const text = `
        import { execFileSync } from 'node:child_process';
        import { writeSync } from 'node:fs';
        export const score = async (_, response) => {
          if (response === 'self') writeSync(3, ${JSON.stringify(message)});
          else execFileSync('cat', { input: ${JSON.stringify(message)}, stdio: ['pipe', 3, 2] });
          await new Promise(() => {});
        };`;
      for (const by of ['self', 'child']) {
        const reward = await load(text, { timeout: 1000 });
        assert.match(
          await sentence(scoreOf(reward, by), ErrorCode.badReward),
          /sent an unexpected message to the engine\.$|returned no score within 1000 ms/u,
        );
      }
    }
  });

  it('ends the processes that the script started with the request', async () => {
    const reward = await load(`
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      export const score = () => child.pid;
    `);
    const session = await reward.open(prompt('p'));
    const [grandchild] = await scores(session, 'a');
    session.close();
    await gone(grandchild!);
  });

  it('stops a script that uses too much memory', async () => {
    const reward = await load(
      `const kept = [];
       export const score = () => { for (;;) kept.push(Buffer.alloc(2 ** 24, 1)); };`,
      { timeout: 600_000 },
    );
    assert.match(
      await sentence(scoreOf(reward, 'a'), ErrorCode.badReward),
      /used more than 1024 MB of memory and was stopped/u,
    );
  });

  it('applies the time limit to each response of a batch', async () => {
    const reward = await load(
      `export const score = (_, text) =>
         new Promise((resolve) => setTimeout(resolve, 400, text.length));`,
      { timeout: 1500 },
    );
    const session = await reward.open(prompt('p'));
    const texts = Array.from({ length: 6 }, (_, i) => 'x'.repeat(i));
    assert.deepEqual(await scores(session, ...texts), [0, 1, 2, 3, 4, 5]);
    session.close();
  });

  it('runs in one process while sessions are open, and in none afterwards', async () => {
    const reward = await load('export const score = () => process.pid;');
    const first = await reward.open(prompt('p'));
    const second = await reward.open(prompt('q'));
    const [id] = await scores(first, 'a');
    assert.notEqual(id, process.pid);
    assert.deepEqual(await scores(second, 'b'), [id]);
    first.close();
    first.close();
    assert.deepEqual(await scores(second, 'c'), [id]);
    second.close();
    await gone(id!);
  });

  it('leaves no process behind after a time limit or a cancellation', async () => {
    const mark = join(folder, 'looping');
    const text = `
      import { writeFileSync } from 'node:fs';
      export const score = (_, text) => {
        if (text === 'pid') return process.pid;
        writeFileSync('looping', '');
        for (;;);
      };`;
    const reward = await load(text, { timeout: 500 });
    const slow = await reward.open(prompt('p'));
    const [first] = await scores(slow, 'pid');
    await sentence(scores(slow, 'a'), ErrorCode.badReward);
    await gone(first!);
    assert.match(await sentence(scores(slow, 'b'), ErrorCode.badReward), /ended its process/u);
    slow.close();
    rmSync(mark);

    const patient = await load(text, { timeout: 600_000 });
    const session = await patient.open(prompt('p'));
    const [second] = await scores(session, 'pid');
    const controller = new AbortController();
    const scoring = assert.rejects(session.score([response('a')], controller.signal), /enough/u);
    await until(() => existsSync(mark));
    controller.abort(new Error('enough'));
    await scoring;
    await gone(second!);
    session.close();
  });

  it('scores equal texts once, and loads the script and its files again for the next request', async () => {
    const part = write('part.mjs', 'export const step = 1;');
    const reward = await load(`
      import { step } from './part.mjs';
      let calls = 0;
      export const score = () => (calls += step);
    `);
    const session = await reward.open(prompt('p'));
    assert.deepEqual(await scores(session, 'a', 'b', 'a'), [1, 2, 1]);
    session.close();
    writeFileSync(part, 'export const step = 10;');
    assert.equal(await scoreOf(reward, 'a'), 10);
    write('mine.mjs', 'export const score = () => -1;');
    assert.equal(await scoreOf(reward, 'a'), -1);
  });

  it('sees only the environment variables that a program needs', async () => {
    process.env['TQSTAR_TEST_SECRET'] = 'secret';
    const reward = await load(
      `export const score = () => Object.keys(process.env)
         .filter((name) => !/^(LANG|LC_.*|LD_LIBRARY_PATH|PATH|TMPDIR|TEMP|TMP|TZ)$/.test(name)).length;`,
    );
    assert.equal(await scoreOf(reward, 'a'), 0);
    delete process.env['TQSTAR_TEST_SECRET'];
  });

  it('finds no token in the environment that the engine was started with', async function () {
    if (process.platform !== 'linux') this.skip();
    write(
      'leak.mjs',
      `import { readFileSync } from 'node:fs';
       const environment = readFileSync('/proc/' + process.ppid + '/environ', 'utf8');
       export const score = () => (environment.includes('hf_secret') ? 1 : 0) +
         (environment.includes('PATH=') ? 0 : 2);`,
    );
    const { engine } = startEngine({ HF_TOKEN: 'hf_secret', OTHER_KEY: 'hf_secret' });
    const options = { reward: 'script:path=leak.mjs', folder, allowScripts: true };
    const params = { prompt: { text: 'p' }, responses: ['text'], options };
    const [scored] = await engine.stream(requests.score, params, () => undefined);
    await engine.stop();
    assert.equal(scored!.reward, 0);
  });

  describe('in the engine', () => {
    let started: StartedEngine;

    beforeEach(() => {
      started = startEngine();
    });

    afterEach(() => started.engine.stop());

    const score = (reward: string | Record<string, unknown>, allowScripts?: boolean) =>
      started.engine.stream(
        requests.score,
        {
          prompt: { text: 'p' },
          responses: ['some text'],
          options: { reward, folder, ...(allowScripts !== undefined && { allowScripts }) },
        },
        () => undefined,
      );

    it('is refused for a client that does not allow scripts, however it is named', async () => {
      write('mine.mjs', 'export const score = () => 1;');
      const definition = { id: 'inner', type: 'script', path: 'mine.mjs' };
      write('mine.json', JSON.stringify(definition));
      const named = [
        'script:path=mine.mjs',
        'positive-tone+script:path=mine.mjs*2',
        './mine.json',
        definition,
        { id: 'sum', type: 'sum', parts: [{ reward: definition, weight: 1 }] },
      ];
      for (const reward of named) {
        await assert.rejects(score(reward), {
          code: ErrorCode.forbidden,
          message: /runs the script '.*mine\.mjs'; scripts run .* trusted workspaces only/u,
        });
        assert.equal((await score(reward, true)).length, 1);
        await assert.rejects(score(reward, false), { code: ErrorCode.forbidden });
      }
    });

    it('prints to the log and fails without harming the engine', async () => {
      write(
        'loud.mjs',
        `import { writeSync } from 'node:fs';
         console.log('Content-Length: 3');
         export const score = () => { writeSync(1, 'written\\n'); console.error('last words'); throw new Error('no'); };`,
      );
      const reward = 'script:path=loud.mjs';
      await assert.rejects(score(reward, true), {
        code: ErrorCode.badReward,
        message: /threw Error: no/u,
      });
      assert.equal((await score('length', true)).length, 1);
      const log = started.log.join('');
      for (const text of ['Content-Length: 3', 'written', 'last words'])
        assert.ok(log.includes(text));
    });

    it('ends when the engine is killed, even in an endless loop', async () => {
      const path = write(
        'loop.mjs',
        `console.log('script ' + process.pid);
         export const score = () => { console.log('looping'); for (;;); };`,
      );
      const reward = { id: 'loop', type: 'script', path, timeout: 600_000 };
      const scoring = score(reward, true).catch((error: unknown) => error);
      await until(() => started.log.join('').includes('looping'));
      const ids = [...started.log.join('').matchAll(/script (\d+)/gu)].map(([, id]) => Number(id));
      assert.equal(ids.length, 2);
      process.kill(started.engine.processId!, 'SIGKILL');
      assert.equal(((await scoring) as TqError).code, ErrorCode.engineGone);
      for (const id of ids) await gone(id);
    });

    it('steers a text; a failure ends the request after the tokens already written', async () => {
      write(
        'short.mjs',
        `let calls = 0;
         export const score = (prompt, text) => {
           if (prompt.includes('fail') && ++calls > 8) throw new Error('tired');
           return -text.length;
         };`,
      );
      const generate = (text: string) => {
        const indices: number[] = [];
        const notes: string[] = [];
        const options = { reward: 'script:path=short.mjs', folder, allowScripts: true };
        const done = started.engine.stream(
          requests.generate,
          { prompt: { text }, options: { ...options, k: 3, rollout: 2, maxTokens: 6, alpha: 0.2 } },
          (event) => {
            if (event.type === 'token') indices.push(event.index);
            if (event.type === 'note') notes.push(event.text);
          },
        );
        return { indices, notes, done };
      };
      const short = generate('Write a word.');
      const { reward, text, stats } = await short.done;
      assert.equal(reward, -text.length);
      assert.equal(stats.boundsUsed, false);
      assert.ok(
        short.notes.some((note) => note.includes('has no range, so no candidate can be pruned')),
      );
      const failing = generate('Write a word, and fail.');
      await assert.rejects(failing.done, {
        code: ErrorCode.badReward,
        message: /threw Error: tired/u,
      });
      assert.deepEqual(failing.indices, [0, 1]);
      assert.equal((await generate('Write a word.').done).text, text);
    });
  });
});

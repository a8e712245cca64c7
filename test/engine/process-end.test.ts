import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineProcess } from '../../src/client/engine-process.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import { methodIds } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';
import { buildEngine, engineProgram, environment, startEngine } from './engine-program.ts';
import { gone } from '../harness/processes.ts';
import { TinyModels } from './tiny-models.ts';

const prompt = { text: 'Write a short note to a colleague about a missed deadline.' };

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** An engine whose streams the test reads and writes directly. */
class RawEngine {
  readonly child: ChildProcess;
  readonly answers: Answer[] = [];
  readonly ended: Promise<unknown[]>;
  log = '';
  #rest: Buffer = Buffer.alloc(0);
  #arrived: () => void = () => undefined;

  constructor() {
    this.child = spawn(process.execPath, [engineProgram], { env: environment, stdio: 'pipe' });
    this.ended = once(this.child, 'exit');
    this.child.stdin!.on('error', () => undefined);
    this.child.stderr!.on('data', (data: Buffer) => (this.log += data.toString()));
    this.child.stdout!.on('data', (data: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, data]);
      this.#takeMessages();
      this.#arrived();
    });
  }

  write(text: string): void {
    this.child.stdin!.write(text);
  }

  send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  /** Resolves with the response to a request. */
  async answer(id: number): Promise<Answer> {
    for (;;) {
      const found = this.answers.find((answer) => answer.id === id);
      if (found) return found;
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }

  /** Takes complete messages from the stream; anything else fails the test. */
  #takeMessages(): void {
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const header = /^Content-Length: (\d+)$/.exec(this.#rest.toString('utf8', 0, end));
      assert.ok(header, `not a message: ${this.#rest.toString('utf8', 0, 200)}`);
      const bodyEnd = end + 4 + Number(header[1]);
      if (this.#rest.length < bodyEnd) return;
      this.answers.push(JSON.parse(this.#rest.toString('utf8', end + 4, bodyEnd)) as Answer);
      this.#rest = this.#rest.subarray(bodyEnd);
    }
  }

  /** Bytes on standard output that are not part of a message. */
  get leftOver(): number {
    return this.#rest.length;
  }
}

describe('the end of the engine process', () => {
  before(() => {
    buildEngine();
  });

  describe('on a bare stream', () => {
    let raw: RawEngine;

    beforeEach(() => {
      raw = new RawEngine();
    });

    afterEach(async () => {
      raw.child.kill('SIGKILL');
      await raw.ended;
    });

    it('writes only the protocol to standard output, and answers shutdown', async () => {
      const options = { reward: 'keeps-meaning', alpha: 0.2, maxTokens: 4, rollout: 4 };
      raw.send({ id: 1, method: 'generate', params: { requestId: 'a', prompt, options } });
      const { result, error } = await raw.answer(1);
      assert.equal(error, undefined);
      assert.ok(result);
      const events = raw.answers.filter(({ method }) => method === 'event');
      assert.ok(events.length >= 5);
      raw.send({ id: 2, method: 'shutdown' });
      assert.deepEqual(await raw.answer(2), { jsonrpc: '2.0', id: 2, result: {} });
      assert.deepEqual(await raw.ended, [0, null]);
      assert.equal(raw.leftOver, 0);
      assert.equal(raw.log, '');
    });

    it('accepts requests without parameters, and refuses unknown requests and positional parameters', async () => {
      raw.send({ id: 1, method: 'methods/list' });
      raw.send({ id: 2, method: 'methods/list', params: [] });
      raw.send({ id: 3, method: 'methods/list', params: [7] });
      raw.send({ id: 4, method: 'dance' });
      for (const id of [1, 2]) {
        assert.equal(((await raw.answer(id)).result as unknown[]).length, methodIds.length);
      }
      assert.equal((await raw.answer(3)).error!.code, ErrorCode.invalidInput);
      assert.equal((await raw.answer(4)).error!.code, -32601);
    });

    it('answers messages that are none with an error, and the next request', async () => {
      raw.write('Content-Length: 9\r\n\r\n{"jsonrpc');
      raw.write('Content-Length: 4\r\n\r\nnull');
      raw.write('Content-Length: 2\r\n\r\n{}');
      raw.write('Content-Length: 26\r\n\r\n{"jsonrpc":"2.0","id":"x"}');
      raw.send({ id: 5, method: 'methods/list' });
      assert.ok((await raw.answer(5)).result);
      assert.deepEqual(
        raw.answers.flatMap(({ error }) => error?.code ?? []),
        [-32700, -32600, -32600, -32600],
      );
      assert.equal(raw.child.exitCode, null);
    });

    for (const [what, text] of [
      ['another protocol', 'GET / HTTP/1.1\r\n\r\n'],
      ['a length that is no number', 'Content-Length: nine\r\n\r\n'],
      ['a header without a length', 'Content-Type: text/plain\r\n\r\n'],
    ] as const) {
      it(`says why and ends after ${what}`, async () => {
        raw.write(text);
        assert.deepEqual(await raw.ended, [1, null]);
        const [answer] = raw.answers;
        assert.equal(answer!.error!.code, -32700);
        assert.match(answer!.error!.message, /Content-Length.*cannot be read\.$/u);
      });
    }

    it('refuses a request that is nested too deep, and answers the next', async () => {
      const deep = '['.repeat(3000) + ']'.repeat(3000);
      const body = `{"jsonrpc":"2.0","id":1,"method":"score","params":{"options":${deep}}}`;
      raw.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
      assert.match((await raw.answer(1)).error!.message, /nested more than 200 levels deep\.$/u);
      raw.send({ id: 2, method: 'methods/list' });
      assert.ok((await raw.answer(2)).result);
    });

    it('ends when its standard input ends, even in the middle of a message', async () => {
      raw.write('Content-Length: 100\r\n\r\n{"json');
      raw.child.stdin!.end();
      assert.deepEqual(await raw.ended, [0, null]);
    });

    it('ends when its standard output is closed', async () => {
      const options = { method: 'sft', maxTokens: 400 };
      raw.send({ id: 1, method: 'generate', params: { requestId: 'a', prompt, options } });
      await once(raw.child.stdout!, 'data');
      raw.child.stdout!.destroy();
      assert.deepEqual(await raw.ended, [0, null]);
    });

    it('keeps running when its log is closed', async () => {
      raw.child.stderr!.destroy();
      raw.write('Content-Length: 9\r\n\r\n{"jsonrpc');
      raw.send({ id: 1, method: 'methods/list' });
      assert.ok((await raw.answer(1)).result);
    });

    it('leaves Ctrl+C in a terminal to its parent', async () => {
      raw.send({ id: 1, method: 'methods/list' });
      await raw.answer(1);
      raw.child.kill('SIGINT');
      raw.send({ id: 2, method: 'methods/list' });
      assert.ok((await raw.answer(2)).result);
    });
  });

  describe('as the client sees it', () => {
    it('answers shutdown in the middle of a text and ends with exit code 0', async () => {
      const { engine } = startEngine();
      const events: EngineEvent[] = [];
      const options = { method: 'sft', maxTokens: 400 } as const;
      const running = engine.stream(requests.generate, { prompt, options }, (event) => {
        events.push(event);
        if (event.type === 'token' && event.index === 2) {
          void engine.request(requests.shutdown, {});
        }
      });
      const [outcome, how] = await Promise.all([running.catch((e: unknown) => e), engine.ended]);
      assert.equal(how, 'exit code 0');
      const cancelled = outcome as { stop?: string; code?: number };
      assert.ok(cancelled.stop === 'cancelled' || cancelled.code === ErrorCode.engineGone);
    });

    it('reports a killed engine to current and later requests, without losing an event', async () => {
      const { engine } = startEngine();
      const texts: string[] = [];
      const options = { method: 'sft', maxTokens: 400 } as const;
      const running = engine.stream(requests.generate, { prompt, options }, (event) => {
        if (event.type !== 'token') return;
        texts.push(event.text);
        if (event.index === 4) process.kill(engine.processId!, 'SIGKILL');
      });
      const isGone = (error: unknown): boolean => {
        assert.ok(error instanceof TqError);
        assert.equal(error.code, ErrorCode.engineGone);
        assert.match(error.message, /not running: killed by SIGKILL/);
        return true;
      };
      await assert.rejects(running, isGone);
      assert.ok(texts.length >= 5);
      await assert.rejects(engine.request(requests.listMethods, {}), isGone);
      await engine.stop();
    });

    it('reports a program that cannot be started in one sentence', async () => {
      const engine = EngineProcess.start({ program: engineProgram, nodePath: '/nowhere/node' });
      await assert.rejects(engine.request(requests.listMethods, {}), (error: unknown) => {
        assert.ok(error instanceof TqError);
        assert.equal(error.code, ErrorCode.engineGone);
        assert.match(error.message, /cannot start .*\/nowhere\/node/);
        return true;
      });
    });
  });

  describe('ends after its parent was killed', () => {
    /** Kills the parent of a busy engine; returns the engine's process id. */
    async function killParent(work: string, changes: NodeJS.ProcessEnv = {}): Promise<number> {
      const program = join(import.meta.dirname, 'engine-parent.ts');
      const parent = spawn(process.execPath, ['--import', 'tsx', program, work], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...changes },
      });
      let engine = 0;
      for await (const line of createInterface({ input: parent.stdout })) {
        if (line.startsWith('engine ')) engine = Number(line.slice('engine '.length));
        if (line === 'working') break;
      }
      assert.ok(engine > 0);
      parent.kill('SIGKILL');
      return engine;
    }

    it('while it is idle', async () => {
      await gone(await killParent('nothing'));
    });

    it('in the middle of a text', async () => {
      await gone(await killParent('writing'));
    });

    it('in the middle of a compilation', async () => {
      const tiny = new TinyModels();
      await gone(await killParent('compiling', { TQSTAR_TEST_CACHE: tiny.folder('cache') }));
      tiny.remove();
    });
  });
});

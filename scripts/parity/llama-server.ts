import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { CannotCompare } from './verdict.ts';

const readyTimeoutMs = 300_000;

const tokensSchema = z.object({ tokens: z.array(z.int().nonnegative()) });
const promptSchema = z.object({ prompt: z.string() });
const likelyToken = z.object({ id: z.int(), logprob: z.number() });
const completionSchema = z.object({
  completion_probabilities: z
    .array(likelyToken.extend({ top_logprobs: z.array(likelyToken).min(1) }))
    .min(1),
});
const propertiesSchema = z.object({
  build_info: z.string(),
  chat_template: z.string().default(''),
});

export type LikelyToken = z.output<typeof likelyToken>;

/** A llama-server of llama.cpp with one model, on this machine only. */
export class LlamaServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly address: string,
    private readonly log: readonly string[],
  ) {}

  /**
   * @param program the llama-server
   * @param model a GGUF file
   * @throws CannotCompare if it does not start; `cause` is its last line
   */
  static async start(program: string, model: string): Promise<LlamaServer> {
    const port = await freePort();
    const child = spawn(
      program,
      // One thread and small batches: every text is computed in the same way, whatever was before.
      [
        ...['-m', model, '--host', '127.0.0.1', '--port', String(port), '-np', '1', '-c', '2048'],
        ...['-t', '1', '-fa', 'off', '-ub', '32', '-ctk', 'f32', '-ctv', 'f32', '--jinja'],
        ...['--cache-ram', '0', '--offline', '--no-webui', '-lv', '4', '--no-prefill-assistant'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const log: string[] = [];
    const failed = once(child, 'error').then(([error]) => String(error));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => log.push(piece));
    }
    const server = new LlamaServer(child, `http://127.0.0.1:${port}`, log);
    const problem = await Promise.race([server.#ready(), failed]);
    if (problem === undefined) return server;
    await server.stop();
    throw new CannotCompare(problem);
  }

  /** Undefined when it is ready, else why it is not. */
  async #ready(): Promise<string | undefined> {
    const deadline = Date.now() + readyTimeoutMs;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) return this.#failure();
      const answer = await fetch(`${this.address}/health`).catch(() => undefined);
      if (answer?.ok) return undefined;
      await wait(100);
    }
    return `it was not ready after ${readyTimeoutMs / 1000} s`;
  }

  #failure(): string {
    const lines = this.log.join('').split('\n');
    const line = lines.find((each) => /error loading|failed to load|error:/iu.test(each));
    // Before the message stand the time, the level and the part of the program.
    const message = line?.replace(/^[\d.]+ \w \w+ +/u, '').trim();
    return message ?? `it ended with exit code ${this.child.exitCode}`;
  }

  async #post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T> {
    const answer = await fetch(this.address + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    if (!answer.ok) throw new LlamaRefusal(`${path}: ${(await answer.text()).slice(0, 300)}`);
    return schema.parse(await answer.json());
  }

  async properties(): Promise<z.output<typeof propertiesSchema>> {
    const answer = await fetch(`${this.address}/props`);
    return propertiesSchema.parse(await answer.json());
  }

  /** Tokens of a text; the names of control tokens in it are those tokens. */
  async tokenize(content: string, addSpecial: boolean): Promise<number[]> {
    const body = { content, add_special: addSpecial, parse_special: true };
    return (await this.#post('/tokenize', body, tokensSchema)).tokens;
  }

  /** @throws LlamaRefusal if the template refuses the messages */
  async render(body: object): Promise<string> {
    return (await this.#post('/apply-template', body, promptSchema)).prompt;
  }

  /**
   * The likeliest next tokens, the likeliest first.
   * @param plain a token that is a whole character: the server is made to choose it, because it
   *   lists nothing where it chooses half a character. The listed numbers are those before that.
   */
  async next(prompt: readonly number[], count: number, plain: number): Promise<LikelyToken[]> {
    const { completion_probabilities: tokens } = await this.#post(
      '/completion',
      {
        ...{ prompt, n_predict: 1, n_probs: count, temperature: 0, top_k: 1, samplers: ['top_k'] },
        ...{ post_sampling_probs: false, cache_prompt: false, logit_bias: [[plain, 1000]] },
      },
      completionSchema,
    );
    return tokens[0]!.top_logprobs;
  }

  /** Ids that llama.cpp ends an answer at, as it prints them when it loads a model. */
  endTokens(): number[] {
    const lines = this.log.join('').matchAll(/EOG token\s*=\s*(\d+)/gu);
    return [...new Set([...lines].map(([, id]) => Number(id)))].sort((a, b) => a - b);
  }

  /** The end token that the file itself names. */
  namedEnd(): number | undefined {
    const [, id] = /EOS token\s*=\s*(\d+)/u.exec(this.log.join('')) ?? [];
    return id === undefined ? undefined : Number(id);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.pid === undefined) return;
    const closed = once(this.child, 'close');
    this.child.kill();
    await closed;
  }
}

/** The server refused what was asked. */
export class LlamaRefusal extends Error {}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

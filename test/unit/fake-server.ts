import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stream } from '../../src/decoding/random.ts';
import { logSumExp } from '../../src/decoding/softmax.ts';
import type { ServerKind } from '../../src/protocol/servers.ts';
import { END, type Table } from './tabular.ts';

/** What a fake server is asked for, whatever its kind. */
interface Asked {
  readonly texts: readonly (readonly number[])[];
  readonly length: number;
  readonly top: number;
  readonly temperature: number;
  readonly seed: number;
  /** A token that the server is made to take. */
  readonly forced?: number | undefined;
}

interface Step {
  readonly token: number;
  readonly logProb: number;
  /** log pi of every token. */
  readonly row: readonly number[];
}

type Body = Readonly<Record<string, unknown>>;

/** How a fake server departs from a good one. */
export interface Faults {
  /** Tokens that are half a character: llama-server leaves out their entries. */
  readonly halves?: readonly number[];
  /** Answers before the first proper one to a completion. */
  readonly first?: { status: number; headers?: Record<string, string>; body: string }[];
  /** The key that is needed. */
  readonly key?: string;
  /** Most candidates. */
  readonly maxTop?: number;
  /** Reports probability 1 for every token but the first, as with speculative decoding. */
  readonly speculative?: boolean;
  /** Takes the second likeliest token, as with a penalty. */
  readonly penalised?: boolean;
  /** Added to the log-probabilities of texts longer than `from` tokens that are not alone. */
  readonly unsteady?: { readonly from: number; readonly by: number };
  readonly contextLength?: number;
  /** Letters of a tokenizer that differs from the others'. */
  readonly shift?: number;
}

/** Shows a table as a server of one kind, in the forms that such servers were seen to answer in. */
export class FakeServer {
  /** Path and body of every request. */
  readonly asked: {
    readonly path: string;
    readonly body: Body;
    readonly key: string | undefined;
  }[] = [];
  readonly #server: Server;

  constructor(
    readonly kind: ServerKind,
    private readonly table: Table,
    private readonly faults: Faults = {},
  ) {
    this.#server = createServer((request, response) => {
      void this.#handle(request, response);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Requests that continued texts. */
  get completions(): number {
    return this.asked.filter(({ path }) => /completion|generate/u.test(path)).length;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = (text === '' ? {} : JSON.parse(text)) as Body;
    const path = request.url!;
    this.asked.push({ path, body, key: request.headers.authorization });
    const reply = (status: number, value: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof value === 'string' ? value : JSON.stringify(value));
    };
    const { key, first = [] } = this.faults;
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      reply(401, { error: { message: 'Invalid API Key' } });
      return;
    }
    const isCompletion = /completion|generate/u.test(path);
    const fault = isCompletion ? first.shift() : undefined;
    if (fault) {
      reply(fault.status, fault.body, fault.headers);
      return;
    }
    const answer = this.#answers[this.kind](path, body);
    if (answer === undefined) reply(404, { error: { message: 'File Not Found' } });
    else reply(200, answer);
  }

  readonly #answers: Record<ServerKind, (path: string, body: Body) => unknown> = {
    'llama-server': (path, body) => {
      if (path === '/props') {
        return {
          default_generation_settings: { n_ctx: this.#contextLength },
          total_slots: 8,
          model_path: 'toy.gguf',
        };
      }
      if (path === '/v1/models')
        return { data: [{ id: 'toy', meta: { n_vocab: this.#vocabulary } }] };
      if (path === '/lora-adapters') return [];
      if (path === '/tokenize') return { tokens: this.#tokens(body['content'] as string) };
      if (path !== '/completion') return undefined;
      const bias = body['logit_bias'] as [number, number][] | undefined;
      const asked = {
        texts: body['prompt'] as number[][],
        length: body['n_predict'] as number,
        top: body['n_probs'] as number,
        temperature: body['temperature'] as number,
        seed: (body['seed'] as number | undefined) ?? 0,
        forced: bias?.[0]?.[0],
      };
      const answers = asked.texts.map((text, index) => {
        const steps = this.#continue(text, asked);
        const shown = steps.filter(({ token }) => !this.faults.halves?.includes(token));
        return {
          index,
          tokens: steps.map(({ token }) => token),
          completion_probabilities: shown.map(({ token, logProb, row }) => ({
            id: token,
            logprob: low(logProb, -3.4e38),
            top_logprobs: likeliest(row, asked.top).map((id) => ({
              id,
              logprob: low(row[id]!, -3.4e38),
            })),
          })),
        };
      });
      return answers.length === 1 ? answers[0] : answers;
    },
    vllm: (path, body) => {
      if (path === '/v1/models')
        return { data: [{ id: 'toy', max_model_len: this.#contextLength }] };
      if (path === '/version') return { version: '0.32.0' };
      if (path === '/tokenize')
        return { tokens: this.#tokens(body['prompt'] as string), max_model_len: 1000 };
      if (path !== '/v1/completions') return undefined;
      const top = (body['logprobs'] as number | undefined) ?? 0;
      if (top > (this.faults.maxTop ?? 1000)) return { object: 'error' };
      const texts = body['prompt'] as number[][];
      const scored = body['prompt_logprobs'] !== undefined;
      const asked = {
        texts,
        length: body['max_tokens'] as number,
        top,
        temperature: body['temperature'] as number,
        seed: (body['seed'] as number | undefined) ?? 0,
      };
      return {
        choices: texts.map((text, index) => {
          const steps = this.#continue(text, asked);
          return {
            index,
            token_ids: steps.map(({ token }) => token),
            logprobs: {
              tokens: steps.map(({ token }) => `token_id:${token}`),
              token_logprobs: steps.map(({ logProb }) => low(logProb, -9999)),
              top_logprobs: steps.map(({ token, row }) =>
                Object.fromEntries(
                  [...new Set([token, ...likeliest(row, top)])].map((id) => [
                    `token_id:${id}`,
                    low(row[id]!, -9999),
                  ]),
                ),
              ),
            },
            ...(scored && {
              prompt_logprobs: text.map((token, at) =>
                at === 0
                  ? null
                  : { [token]: { logprob: low(this.table(text.slice(0, at))[token]!, -9999) } },
              ),
            }),
          };
        }),
      };
    },
    sglang: (path, body) => {
      if (path === '/model_info') return { model_path: 'toy' };
      if (path === '/server_info') return { context_length: 1000 };
      if (path === '/v1/models')
        return { data: [{ id: 'toy', max_model_len: this.#contextLength }] };
      if (path === '/tokenize') return { tokens: this.#tokens(body['prompt'] as string) };
      if (path !== '/generate') return undefined;
      const params = body['sampling_params'] as Record<string, number>;
      const top = (body['top_logprobs_num'] as number | undefined) ?? 0;
      const wanted = body['token_ids_logprob'] as number[] | undefined;
      const asked = {
        texts: body['input_ids'] as number[][],
        length: params['max_new_tokens']!,
        top,
        temperature: params['temperature']!,
        seed: params['sampling_seed'] ?? 0,
      };
      const answers = asked.texts.map((text) => {
        const steps = this.#continue(text, asked);
        const entries = (row: readonly number[], ids: readonly number[]) =>
          ids.map((id) => [row[id]! === -Infinity ? null : row[id], id, null]);
        return {
          output_ids: steps.map(({ token }) => token),
          meta_info: {
            output_token_logprobs: steps.map(({ token, logProb }) => [logProb, token, null]),
            output_top_logprobs: steps.map(({ row }) => entries(row, likeliest(row, top))),
            ...(wanted && {
              output_token_ids_logprobs: steps.map(({ row }) => entries(row, wanted)),
            }),
          },
        };
      });
      return answers.length === 1 ? answers[0] : answers;
    },
  };

  get #contextLength(): number {
    return this.faults.contextLength ?? 1000;
  }

  get #vocabulary(): number {
    return this.table([1]).length;
  }

  #tokens(text: string): number[] {
    return lettersIn(text).map((token) => token + (this.faults.shift ?? 0));
  }

  /** The continuation of a text, up to the end token. */
  #continue(text: readonly number[], asked: Asked): Step[] {
    const { texts, length, temperature, seed, forced } = asked;
    const { speculative, penalised, unsteady } = this.faults;
    const drift = unsteady && texts.length > 1 && text.length > unsteady.from ? unsteady.by : 0;
    const steps: Step[] = [];
    while (steps.length < length && steps.at(-1)?.token !== END) {
      const state = [...text, ...steps.map(({ token }) => token)];
      const row = this.table(state).map((logProb) => logProb + drift);
      const token =
        forced ??
        (temperature === 0
          ? likeliest(row, 2)[penalised ? 1 : 0]!
          : this.#draw(row, temperature, seed, steps.length));
      const certain = speculative && steps.length > 0;
      steps.push({ token, logProb: certain ? 0 : row[token]!, row });
    }
    return steps;
  }

  #draw(row: readonly number[], temperature: number, seed: number, step: number): number {
    const scaled = row.map((logProb) => logProb / temperature);
    const total = logSumExp(scaled);
    let left = stream(seed, 'sample', step).uniform();
    const drawn = scaled.findIndex((logProb) => {
      left -= Math.exp(logProb - total);
      return left < 0;
    });
    return drawn < 0 ? row.findLastIndex((logProb) => logProb > -Infinity) : drawn;
  }
}

/** A text as tokens of the toy vocabulary, whatever it says. */
export function lettersIn(text: string): number[] {
  return [...text].map((letter) => 1 + (letter.codePointAt(0)! % 4));
}

function likeliest(row: readonly number[], count: number): number[] {
  return row
    .map((logProb, token) => ({ logProb, token }))
    .sort((a, b) => b.logProb - a.logProb || a.token - b.token)
    .slice(0, count)
    .map(({ token }) => token);
}

function low(logProb: number, least: number): number {
  return logProb === -Infinity ? least : logProb;
}

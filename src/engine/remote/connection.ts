import { setTimeout as delay } from 'node:timers/promises';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { connectionReason } from '../../protocol/failed-connection.ts';
import { isLoopback } from '../../protocol/server-address.ts';
import type { ServerOptions } from '../../protocol/servers.ts';

/** Longest silence of a server, in milliseconds: a long prompt on a slow one takes minutes. */
const silenceMs = 600_000;
/** Largest answer: 64 texts of 64 tokens with 50 candidates each take a tenth of it. */
const maxAnswerBytes = 2 ** 28;
/** Waits before each retry while a server is busy, in milliseconds, if it names none. */
const busyMs = [500, 1000, 2000, 4000, 8000] as const;
/** Longest wait that a server may ask for. */
const maxWaitMs = 60_000;

/** Counts of what was sent. */
export interface Traffic {
  requests: number;
  /** Answers 429 and 503. */
  busy: number;
}

/** Sends JSON to one server. The key goes to the server's own origin alone. */
export class ServerConnection {
  readonly traffic: Traffic = { requests: 0, busy: 0 };
  readonly #base: URL;
  readonly #proxy: EnvHttpProxyAgent | undefined;

  /**
   * @throws TqError invalidInput for an address that is no URL, has a user name, or is http to
   *   another machine without `allowInsecure`
   */
  constructor(
    private readonly server: Pick<ServerOptions, 'id' | 'url' | 'allowInsecure'>,
    private readonly key: string | undefined,
  ) {
    this.#base = addressOf(server);
    // A plain http address is asked of the proxy itself, as curl does; most refuse a tunnel to it.
    this.#proxy = this.isLocal ? undefined : new EnvHttpProxyAgent({ proxyTunnel: false });
  }

  /** Whether the server is on this machine. */
  get isLocal(): boolean {
    return isLoopback(this.#base);
  }

  /** The server for messages, without a user's name, password or query. */
  get name(): string {
    return `${this.server.id} (${this.#base.origin})`;
  }

  /**
   * @param body sent as JSON; without it, the request is a GET
   * @throws TqError server if the server is down, refuses, or sends something else; cancelled
   */
  async json<T>(
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#send(path, body, signal);
      const wait = waitOf(answer, attempt);
      if (wait !== undefined) {
        this.traffic.busy += 1;
        await delay(wait, undefined, { signal }).catch(() => {
          throw cancelled();
        });
        continue;
      }
      if (!isSuccess(answer)) throw this.#refusal(path, answer);
      return this.#parse(path, schema, answer.text);
    }
  }

  /** As `json`, or undefined if the server does not know the path. */
  async find<T>(
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    const answer = await this.#send(path, body, signal);
    if (isUnknownPath(answer)) return undefined;
    if (!isSuccess(answer)) throw this.#refusal(path, answer);
    return this.#parse(path, schema, answer.text);
  }

  /**
   * Whether the server answers a path in a form that its kind has.
   * @throws TqError server if it is down or refuses; cancelled
   */
  async answers(
    path: string,
    schema: z.ZodType,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const answer = await this.#send(path, undefined, signal);
    if (isUnknownPath(answer)) return false;
    if (!isSuccess(answer)) throw this.#refusal(path, answer);
    return schema.safeParse(parsedOrUndefined(answer.text)).success;
  }

  /** An error of this server. */
  problem(sentence: string, cause?: unknown): TqError {
    return new TqError(ErrorCode.server, `The server ${this.name} ${sentence}`, { cause });
  }

  async #send(path: string, body: unknown, signal: AbortSignal | undefined): Promise<Answer> {
    if (signal?.aborted) throw cancelled();
    this.traffic.requests += 1;
    const silence = AbortSignal.timeout(silenceMs);
    try {
      const response = await fetch(new URL(path.replace(/^\//u, ''), this.#base), {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, silence]) : silence,
        ...(this.#proxy && { dispatcher: this.#proxy }),
      });
      const text = await limitedText(response.body, maxAnswerBytes);
      if (text === undefined) throw this.problem(`sent more than ${maxAnswerBytes} bytes.`);
      const after = response.headers.get('retry-after');
      return { status: response.status, text, retryAfter: after ?? undefined };
    } catch (error) {
      if (error instanceof TqError) throw error;
      if (signal?.aborted) throw cancelled();
      if (silence.aborted) {
        throw this.problem(`sent nothing for ${silenceMs / 60_000} minutes.`, error);
      }
      throw this.problem(
        `cannot be reached: ${connectionReason(error)}; check that it runs.`,
        error,
      );
    }
  }

  #refusal(path: string, { status, text }: Answer): TqError {
    if (status >= 300 && status < 400) {
      return this.problem(`redirects ${path} to another address; name that address instead.`);
    }
    if (status === 401 || status === 403) {
      const what = this.key === undefined ? 'needs a key' : 'refused the key';
      return this.problem(`${what} (status ${status}); set its key, as TQSTAR_SERVER_KEY does.`);
    }
    return this.problem(`refused ${path} with status ${status}: ${shownReply(text)}`);
  }

  #parse<T>(path: string, schema: z.ZodType<T>, text: string): T {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch (cause) {
      throw this.problem(`answered ${path} with text that is not JSON: ${shownReply(text)}`, cause);
    }
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    const { path: where, message } = parsed.error.issues[0]!;
    throw this.problem(
      `answered ${path} in a form that is not known: "${where.join('.')}" ${message.toLowerCase()}.`,
      parsed.error,
    );
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

function addressOf({
  id,
  url,
  allowInsecure,
}: Pick<ServerOptions, 'id' | 'url' | 'allowInsecure'>): URL {
  const invalid = (sentence: string) =>
    new TqError(ErrorCode.invalidInput, `The address of the server ${id} ${sentence}`);
  let base: URL;
  try {
    base = new URL(url.endsWith('/') ? url : `${url}/`);
  } catch {
    throw invalid('is not a URL; it must be one such as http://127.0.0.1:8080.');
  }
  if (base.protocol !== 'http:' && base.protocol !== 'https:') {
    throw invalid(`begins with ${base.protocol}//; it must begin with http:// or https://.`);
  }
  if (base.username !== '' || base.password !== '') {
    throw invalid('has a user name or password; set a key instead, as TQSTAR_SERVER_KEY does.');
  }
  if (base.protocol === 'http:' && !isLoopback(base) && !allowInsecure) {
    throw invalid(
      `is http to another machine (${base.host}), where others can read your text; use https, or set allowInsecure.`,
    );
  }
  base.search = '';
  base.hash = '';
  return base;
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function isUnknownPath({ status }: Answer): boolean {
  return status === 404 || status === 405 || status === 501;
}

/** What a reply holds; undefined if it is no JSON. */
function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds until the request is worth another try; undefined if the answer counts. */
function waitOf({ status, retryAfter }: Answer, attempt: number): number | undefined {
  const wait = busyMs[attempt];
  if ((status !== 429 && status !== 503) || wait === undefined) return undefined;
  const seconds = Number(retryAfter);
  const named = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(retryAfter ?? '') - Date.now();
  return Number.isFinite(named) && retryAfter !== undefined
    ? Math.min(Math.max(named, 0), maxWaitMs)
    : wait;
}

/** The text of a body; undefined if it is longer than `limit` bytes. */
export async function limitedText(
  body: AsyncIterable<Uint8Array> | null,
  limit: number,
): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The message in a reply, for a sentence: quoted, without its line breaks, cut. */
function shownReply(text: string): string {
  let shown = text;
  try {
    const raw = z
      .object({ error: z.union([z.string(), z.object({ message: z.string() })]) })
      .parse(JSON.parse(text));
    shown = typeof raw.error === 'string' ? raw.error : raw.error.message;
  } catch {
    // Shown as it came.
  }
  const cut = shown.length > 200 ? `${shown.slice(0, 200)}...` : shown;
  return `${JSON.stringify(cut)}.`;
}

function cancelled(): TqError {
  return new TqError(ErrorCode.cancelled, 'The request was cancelled.');
}

import { setTimeout as delay } from 'node:timers/promises';
import { fetch as undiciFetch, type RequestInit as UndiciRequest } from 'undici';
import { engineVersion } from '../../protocol/version.ts';
import { formatDuration } from '../../protocol/units.ts';
import type { HubAccess } from './hub-access.ts';
import { hubError, LostConnection, networkReason, refusal } from './hub-errors.ts';

/** Waits for milliseconds; rejects when the signal fires. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = async (ms, signal) => {
  await delay(ms, undefined, { signal });
};

export interface HubRequests {
  readonly access: HubAccess;
  /** Repository, for messages. */
  readonly repository: string;
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Called with a sentence when the hub asks to wait. */
  readonly onNote: (text: string) => void;
}

/** Status codes after which a later retry may succeed. */
const retryStatuses = new Set([429, 500, 502, 503, 504]);
const maxTries = 5;
/** Without it, Undici would wait forever for a proxy that hangs. */
const answerTimeoutMs = 90_000;
const maxWaitSeconds = 300;

/** File lists of the largest repositories have a few MB. */
const maxJsonBytes = 32 * 1024 * 1024;

/**
 * The `fetch` for @huggingface/hub. It uses the proxy, sends the token only to the hub, waits when
 * the hub asks to, and rejects wrong answers: the library would accept a sign-in page as a file, or
 * a whole file as the requested part.
 */
export function hubFetch(requests: HubRequests): typeof globalThis.fetch {
  const { access, repository, signal } = requests;
  const origin = new URL(access.endpoint).origin;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) {
      throw hubError(`The hub ${access.endpoint} referred to another server, ${url.origin}.`);
    }
    const headers = new Headers(init?.headers);
    headers.set('user-agent', `tqstar/${engineVersion}`);
    // Undici drops the token when a redirect leads to another server.
    if (access.token !== undefined) headers.set('authorization', `Bearer ${access.token}`);
    const isApi = url.href.startsWith(`${access.endpoint}/api/`);
    if (!isApi) headers.set('accept-encoding', 'identity');
    // Node's own fetch is another release of undici, whose types of a dispatcher differ.
    const request = { ...(init as unknown as UndiciRequest), headers: Object.fromEntries(headers) };
    const response = await fetchWithRetry(url, request, requests);
    const code = response.headers.get('x-error-code') ?? '';
    if (!response.ok) {
      await response.body?.cancel();
      const { endpoint, token } = access;
      const hasToken = token !== undefined;
      throw refusal({ status: response.status, code, endpoint, repository, hasToken });
    }
    signal.throwIfAborted();
    return isApi ? readJson(response, access) : checkFile(response, headers.get('range'), access);
  };
}

async function fetchWithRetry(
  url: URL,
  request: UndiciRequest,
  { access, signal, wait, onNote }: HubRequests,
): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort(new Error('no answer'));
    }, answerTimeoutMs);
    const response = await undiciFetch(url, {
      ...request,
      dispatcher: access.dispatcher,
      signal: AbortSignal.any([signal, silence.signal]),
    }).catch((error: unknown) => {
      clearTimeout(timer);
      signal.throwIfAborted();
      throw new LostConnection(
        `The hub ${access.endpoint} cannot be reached (${networkReason(error)}); check the network, HF_ENDPOINT and the proxy (HTTPS_PROXY, NO_PROXY).`,
        error,
      );
    });
    clearTimeout(timer);
    if (!retryStatuses.has(response.status)) return response as unknown as Response;
    await response.body?.cancel();
    const seconds = secondsToWait(response.headers.get('retry-after'), tries);
    if (tries === maxTries || seconds > maxWaitSeconds) {
      throw hubError(
        `The hub ${access.endpoint} is busy (HTTP status ${response.status}); try again in ${formatDuration(1000 * seconds)}. What was downloaded is kept.`,
      );
    }
    if (seconds > 1)
      onNote(`The hub is busy and asks to wait ${formatDuration(1000 * seconds)}; waiting.`);
    await wait(seconds * 1000, signal);
  }
}

/** Retry-After contains seconds or a date; without it, the wait doubles each time. */
function secondsToWait(header: string | null, tries: number): number {
  const seconds = Number(header ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds);
  const date = Date.parse(header ?? '');
  if (Number.isFinite(date)) return Math.max(0, Math.ceil((date - Date.now()) / 1000));
  return 2 ** (tries - 1);
}

/** Reads JSON here to limit its length; the library does not. */
async function readJson(response: Response, { endpoint }: HubAccess): Promise<Response> {
  const type = response.headers.get('content-type') ?? 'unknown';
  if (!type.includes('json')) throw notTheHub(endpoint, type);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxJsonBytes)
      throw hubError(`The hub ${endpoint} answered with more than ${maxJsonBytes} bytes of JSON.`);
    chunks.push(chunk);
  }
  const link = response.headers.get('link');
  const headers = { 'content-type': type, ...(link !== null && { link }) };
  return new Response(Buffer.concat(chunks), { status: response.status, headers });
}

async function checkFile(
  response: Response,
  range: string | null,
  { endpoint }: HubAccess,
): Promise<Response> {
  const refuse = async (error: Error): Promise<never> => {
    await response.body?.cancel();
    throw error;
  };
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('text/html')) await refuse(notTheHub(endpoint, type));
  const start = /^bytes=(\d+)-/u.exec(range ?? '')?.[1];
  if (start === undefined) return response;
  // The library requests one byte to learn a file's length and never reads it.
  if (range === 'bytes=0-0') await response.body?.cancel();
  if (type.includes('xet-fileinfo')) return response;
  const given = /^bytes (\d+)-/u.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status !== 206 || given !== start) {
    await refuse(hubError(`The hub ${endpoint} did not send the requested part of a file.`));
  }
  return response;
}

function notTheHub(endpoint: string, type: string): Error {
  const what = type.includes('html') ? 'a web page (HTML)' : `content of type ${type}`;
  return hubError(
    `${endpoint} answered with ${what} instead of data; check for a proxy or a sign-in page in between, and that HF_ENDPOINT is a hub.`,
  );
}

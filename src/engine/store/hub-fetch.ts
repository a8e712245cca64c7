import { setTimeout as delay } from 'node:timers/promises';
import { fetch as undiciFetch, type RequestInit as UndiciRequest } from 'undici';
import { engineVersion } from '../../protocol/version.ts';
import { formatDuration } from '../../protocol/units.ts';
import type { HubAccess } from './hub-access.ts';
import { hubError, LostConnection, networkReason, refusal } from './hub-errors.ts';

/** Waits, in milliseconds; ends early by a rejection when the signal fires. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = async (ms, signal) => {
  await delay(ms, undefined, { signal });
};

export interface HubRequests {
  readonly access: HubAccess;
  /** Whose files are asked for, for sentences. */
  readonly repository: string;
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Gets a sentence when the hub asks to wait. */
  readonly onNote: (text: string) => void;
}

/** Answers that pass when the same is asked a little later. */
const busy = new Set([429, 500, 502, 503, 504]);
const maxTries = 5;
/** Undici would wait for ever for a proxy that hangs up. */
const silenceMs = 90_000;
const longestWaitSeconds = 300;

/** A listing of the largest repositories takes a few MB. */
const longestJson = 32 * 1024 * 1024;

/**
 * The fetch that @huggingface/hub is given. It goes through the proxy, gives the token to the hub
 * alone, waits when the hub asks to, and lets nothing pass that is not what was asked for: the
 * library would take a sign-in page for a file, and the whole file for its end.
 */
export function hubFetch(requests: HubRequests): typeof globalThis.fetch {
  const { access, repository, signal } = requests;
  const origin = new URL(access.endpoint).origin;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) {
      throw hubError(`The hub ${access.endpoint} names an address of another, ${url.origin}.`);
    }
    const headers = new Headers(init?.headers);
    headers.set('user-agent', `tqstar/${engineVersion}`);
    // Undici leaves the token out when it is sent on to another server.
    if (access.token !== undefined) headers.set('authorization', `Bearer ${access.token}`);
    const isApi = url.href.startsWith(`${access.endpoint}/api/`);
    if (!isApi) headers.set('accept-encoding', 'identity');
    // Node's own fetch is another release of undici, whose types of a dispatcher differ.
    const request = { ...(init as unknown as UndiciRequest), headers: Object.fromEntries(headers) };
    const response = await askUntilReady(url, request, requests);
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

async function askUntilReady(
  url: URL,
  request: UndiciRequest,
  { access, signal, wait, onNote }: HubRequests,
): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort(new Error('no answer'));
    }, silenceMs);
    const response = await undiciFetch(url, {
      ...request,
      dispatcher: access.dispatcher,
      signal: AbortSignal.any([signal, silence.signal]),
    }).catch((error: unknown) => {
      clearTimeout(timer);
      signal.throwIfAborted();
      throw new LostConnection(
        `The hub ${access.endpoint} cannot be reached (${networkReason(error)}); look at the network, at HF_ENDPOINT, and at the proxy (HTTPS_PROXY, NO_PROXY).`,
        error,
      );
    });
    clearTimeout(timer);
    if (!busy.has(response.status)) return response as unknown as Response;
    await response.body?.cancel();
    const seconds = secondsToWait(response.headers.get('retry-after'), tries);
    if (tries === maxTries || seconds > longestWaitSeconds) {
      throw hubError(
        `The hub ${access.endpoint} is busy (HTTP status ${response.status}) and asks to wait ${formatDuration(1000 * seconds)}; try again then. What has come is kept.`,
      );
    }
    if (seconds > 1)
      onNote(`The hub is busy; waiting ${formatDuration(1000 * seconds)}, as it asks.`);
    await wait(seconds * 1000, signal);
  }
}

/** Retry-After holds seconds or a date; without it, longer each time. */
function secondsToWait(header: string | null, tries: number): number {
  const seconds = Number(header ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds);
  const date = Date.parse(header ?? '');
  if (Number.isFinite(date)) return Math.max(0, Math.ceil((date - Date.now()) / 1000));
  return 2 ** (tries - 1);
}

/** Read here, where its length can be watched, for the library would take any. */
async function readJson(response: Response, { endpoint }: HubAccess): Promise<Response> {
  const type = response.headers.get('content-type') ?? 'nothing named';
  if (!type.includes('json')) throw notTheHub(endpoint, type);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > longestJson) throw hubError(`The hub ${endpoint} answers with too long a list.`);
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
  // A part that is only asked for to learn a file's length is never read.
  if (range === 'bytes=0-0') await response.body?.cancel();
  if (type.includes('xet-fileinfo')) return response;
  const given = /^bytes (\d+)-/u.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status !== 206 || given !== start) {
    await refuse(
      hubError(`The hub ${endpoint} did not send the part of a file that it was asked for.`),
    );
  }
  return response;
}

function notTheHub(endpoint: string, type: string): Error {
  const what = type.includes('html') ? 'a web page (HTML)' : `content of type ${type}`;
  return hubError(
    `${endpoint} answered with ${what} where the hub answers with data; a proxy or a sign-in page may be in between, or HF_ENDPOINT is not a hub.`,
  );
}

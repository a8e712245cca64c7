import { EnvHttpProxyAgent } from 'undici';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { keepSecret } from '../../protocol/secrets.ts';
import type { NetworkOptions } from '../../protocol/store.ts';

/** The hub's address, the user's token, and the proxy. */
export interface HubAccess {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly dispatcher: EnvHttpProxyAgent;
}

const publicHub = 'https://huggingface.co';

/** A connection without data for this long is closed. */
const idleTimeoutMs = 60_000;

/**
 * Reads HF_ENDPOINT, HF_TOKEN, HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as the hub's own tools do; the
 * request's proxy takes precedence.
 * @throws TqError invalidInput for an invalid address
 */
export function hubAccess(
  environment: NodeJS.ProcessEnv,
  { proxy, noProxy }: NetworkOptions = {},
): HubAccess {
  const endpoint = (environment['HF_ENDPOINT']?.trim() || publicHub).replace(/\/+$/u, '');
  requireWebAddress(endpoint, 'HF_ENDPOINT');
  const httpProxy = proxy ?? read(environment, 'http_proxy');
  const httpsProxy = proxy ?? read(environment, 'https_proxy');
  for (const address of [httpProxy, httpsProxy]) {
    if (address) requireWebAddress(address, 'The proxy');
  }
  const token = environment['HF_TOKEN']?.trim() || undefined;
  keepSecret(token);
  return {
    endpoint,
    token,
    dispatcher: new EnvHttpProxyAgent({
      httpProxy: httpProxy ?? '',
      httpsProxy: httpsProxy ?? '',
      noProxy: noProxy ?? read(environment, 'no_proxy') ?? '',
      headersTimeout: idleTimeoutMs,
      bodyTimeout: idleTimeoutMs,
    }),
  };
}

/** Lower case takes precedence, as in other programs. */
function read(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return environment[name] ?? environment[name.toUpperCase()];
}

function requireWebAddress(address: string, what: string): void {
  let url: URL | undefined;
  try {
    url = new URL(address);
  } catch {
    // Reported below.
  }
  if (url && ['http:', 'https:'].includes(url.protocol)) return;
  // An address that is no URL may contain a password too.
  const shown = address.replace(/^.*@/u, '***@').slice(0, 80);
  throw new TqError(
    ErrorCode.invalidInput,
    `${what} is "${shown}"; it must be an address that starts with http:// or https://.`,
  );
}

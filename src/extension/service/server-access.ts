import { l10n, type Memento, type SecretStorage } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { keepSecret } from '../../protocol/secrets.ts';
import { isLoopback, originOf } from '../../protocol/server-address.ts';
import { serverIdOf, type ServerOptionsInput } from '../../protocol/servers.ts';

type Named = Pick<GenerationOptionsInput, 'policy' | 'baseline' | 'servers'>;

interface ServerAccessDeps {
  readonly secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>;
  readonly state: Pick<Memento, 'get' | 'update'>;
  /** Asks in a dialog; true when the button was pressed. */
  readonly confirm: (text: string, detail: string, button: string) => Promise<boolean>;
}

const agreedKey = 'tqstar.agreedServers';

/** Which servers may have text, and their keys. Both belong to a server's origin. */
export class ServerAccess {
  /** Open questions by origin: requests that run side by side share one. */
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(private readonly deps: ServerAccessDeps) {}

  /** Whether the person has agreed to every other machine that a request sends text to. */
  isAgreed(options: Named): boolean {
    return remoteOrigins(options).every((origin) => this.#agreed.includes(origin));
  }

  /**
   * Asks before text goes to another machine for the first time.
   * @throws TqError cancelled when the person declines
   */
  async requireAgreement(options: Named): Promise<void> {
    for (const origin of remoteOrigins(options)) {
      if (this.#agreed.includes(origin)) continue;
      const question = this.#asking.get(origin) ?? this.#ask(origin);
      this.#asking.set(origin, question);
      const agrees = await question.finally(() => this.#asking.delete(origin));
      if (!agrees) {
        throw new TqError(ErrorCode.cancelled, l10n.t('No text was sent to {0}.', origin));
      }
    }
  }

  /** The keys of servers, by origin, for the engine. */
  async keys(servers: readonly Pick<ServerOptionsInput, 'url'>[]): Promise<Record<string, string>> {
    const keys: Record<string, string> = {};
    for (const origin of new Set(servers.map(({ url }) => originOf(url)))) {
      const key = await this.deps.secrets.get(secretName(origin));
      if (key === undefined) continue;
      keepSecret(key);
      keys[origin] = key;
    }
    return keys;
  }

  /** Stores the key of a server; an empty one removes it. */
  async setKey(origin: string, key: string): Promise<void> {
    const secret = key.trim();
    keepSecret(secret);
    if (secret === '') await this.deps.secrets.delete(secretName(origin));
    else await this.deps.secrets.store(secretName(origin), secret);
  }

  get #agreed(): readonly string[] {
    return this.deps.state.get<readonly string[]>(agreedKey, []);
  }

  async #ask(origin: string): Promise<boolean> {
    const agrees = await this.deps.confirm(
      l10n.t('Your text will be sent to {0}.', origin),
      l10n.t(
        'The model runs there. The server gets your instruction, the text that you rewrite or continue, and what is written. This question appears once for each server.',
      ),
      l10n.t('Send'),
    );
    if (agrees) await this.deps.state.update(agreedKey, [...this.#agreed, origin]);
    return agrees;
  }
}

/** Origins of the servers that a request sends text to, without this machine's own. */
function remoteOrigins({ policy, baseline, servers = [] }: Named): string[] {
  const ids = [policy, baseline].map((name) => serverIdOf(name ?? ''));
  const urls = servers.filter(({ id }) => ids.includes(id)).map(({ url }) => URL.parse(url));
  // The engine refuses what is no URL.
  const remote = urls.filter((url) => url !== null).filter((url) => !isLoopback(url));
  return [...new Set(remote.map(({ origin }) => origin))];
}

function secretName(origin: string): string {
  return `serverKey ${origin}`;
}

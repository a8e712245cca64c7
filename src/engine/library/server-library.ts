import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { keepSecret } from '../../protocol/secrets.ts';
import { originOf } from '../../protocol/server-address.ts';
import type { ServerOptions } from '../../protocol/servers.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import { openServer, type OpenServer, type OpenTokenizer } from '../remote/open-server.ts';
import { RemotePolicy } from '../remote/remote-policy.ts';
import type { LoadedPolicy } from './loaded-policy.ts';

/** What of this machine's models a server's policy needs. */
export interface LocalModels {
  readonly openTokenizer: OpenTokenizer;
  /** Names a token table: equal for models with equal tokens. */
  vocabularyId(tokenizer: TextTokenizer, id: string): string;
}

/** Policies that servers run, each asked about once. */
export class ServerLibrary {
  readonly #policies = new Map<string, Promise<LoadedPolicy>>();
  /** Keys by the origin of their server. */
  #keys: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly models: LocalModels,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * The policy of the server `id`.
   * @throws TqError unknownId listing the servers, server, or badModel about its tokenizer
   */
  async policy(
    id: string,
    servers: readonly ServerOptions[],
    signal: AbortSignal | undefined,
  ): Promise<LoadedPolicy> {
    const server = servers.find((each) => each.id === id);
    if (server === undefined) {
      const names = servers.map((each) => each.id).join(', ');
      throw new TqError(
        ErrorCode.unknownId,
        `There is no server ${JSON.stringify(id)}; ${names === '' ? 'none is set' : `the servers are ${names}`}.`,
      );
    }
    const key = JSON.stringify(server);
    const known = this.#policies.get(key);
    if (known !== undefined) return known;
    const opening = this.#open(server, this.#keyOf(server, servers), signal);
    this.#policies.set(key, opening);
    // A server that was down may be up at the next request.
    opening.catch(() => this.#policies.delete(key));
    return opening;
  }

  /** Takes the keys of servers, by origin (https://gpu:8000), instead of earlier ones. */
  setKeys(keys: Readonly<Record<string, string>>): void {
    const given = new Map(Object.entries(keys));
    const isSame =
      given.size === this.#keys.size &&
      [...given].every(([origin, key]) => this.#keys.get(origin) === key);
    if (isSame) return;
    this.#keys = given;
    this.forget();
  }

  /** Asks every server about its model again at the next request. */
  forget(): void {
    this.#policies.clear();
  }

  async #open(
    options: ServerOptions,
    key: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LoadedPolicy> {
    keepSecret(key);
    const server = await openServer(options, key, this.models.openTokenizer, signal);
    const id = `server:${options.id}`;
    const { tokenizer } = server;
    const policy = new RemotePolicy(
      {
        id,
        vocabularyId: this.models.vocabularyId(tokenizer, id),
        vocabularySize: sizeOf(server),
        endTokens: tokenizer.endTokens,
      },
      server,
    );
    return { id, policy, tokenizer, alignment: undefined, local: undefined };
  }

  /**
   * The key that a client set; else TQSTAR_SERVER_KEY of a single server, or of several the one
   * with the server's name.
   */
  #keyOf({ id, url }: ServerOptions, servers: readonly ServerOptions[]): string | undefined {
    const own = `TQSTAR_SERVER_KEY_${id.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '_')}`;
    const origins = new Set(servers.map(({ url }) => originOf(url)));
    const shared = origins.size === 1 ? this.environment['TQSTAR_SERVER_KEY'] : undefined;
    return (this.#keys.get(originOf(url)) ?? this.environment[own] ?? shared)?.trim() || undefined;
  }
}

function sizeOf({ facts, tokenizer }: OpenServer): number {
  return facts.vocabularySize ?? tokenizer.vocabularySize;
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the hub: files by path, and metadata. */
export interface FakeRepository {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly licence?: string;
  readonly gated?: boolean;
  /** The only token that may read it. */
  readonly token?: string;
  readonly gguf?: { readonly total: number; readonly architecture: string };
  /** Files that are not in Git LFS. */
  readonly plain?: ReadonlySet<string>;
}

/** A request that the hub received. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  readonly host: string;
}

/** Answers a request instead of the hub; false lets the hub answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

export const commit = '0123456789abcdef0123456789abcdef01234567';

/**
 * Serves the hub's file API on 127.0.0.1: model info, file tree, and files with ranges. Redirects
 * large files to another server, as the real hub does.
 */
export class FakeHub {
  readonly repositories = new Map<string, FakeRepository>();
  readonly seen: SeenRequest[] = [];
  /** Called before each request is answered. */
  fault: Fault = () => false;
  /** Closes the connection after this many bytes of a file. */
  cutAfter = Infinity;
  /** Sends a file up to this byte, then nothing, and keeps the connection open. */
  hold: { readonly path: string; readonly at: number; readonly sent?: () => void } | undefined;
  /** Called with the number of bytes of a file sent so far. */
  onSent: (path: string, bytes: number) => void = () => undefined;
  readonly #api: Server;
  readonly #storage: Server;

  private constructor() {
    this.#api = createServer((request, response) => {
      this.#seen(request);
      if (!this.fault(request, response)) this.#answer(request, response);
    });
    this.#storage = createServer((request, response) => {
      this.#seen(request);
      if (!this.fault(request, response)) this.#send(request, response);
    });
  }

  static async start(): Promise<FakeHub> {
    const hub = new FakeHub();
    for (const server of [hub.#api, hub.#storage]) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
    }
    return hub;
  }

  get address(): string {
    return addressOf(this.#api);
  }

  /** Address of the server for large files. */
  get storageAddress(): string {
    return addressOf(this.#storage);
  }

  async stop(): Promise<void> {
    for (const server of [this.#api, this.#storage]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  add(
    name: string,
    files: Readonly<Record<string, Buffer | string>>,
    more: Omit<FakeRepository, 'files'> = {},
  ): void {
    const content = Object.entries(files).map(([path, each]): [string, Buffer] => [
      path,
      Buffer.from(each),
    ]);
    this.repositories.set(name, { files: new Map(content), ...more });
  }

  #seen({ method = '', url = '', headers }: IncomingMessage): void {
    const { range, authorization, host = '' } = headers;
    this.seen.push({ method, url, range, authorization, host });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, this.address);
    const [, name, rest] = /^\/(?:api\/models\/)?([^/]+\/[^/]+)\/(.+)$/u.exec(url.pathname) ?? [];
    const repository = this.repositories.get(name ?? '');
    const { authorization } = request.headers;
    const isApi = url.pathname.startsWith('/api/');
    if (!repository) return refuse(response, 401, 'RepoNotFound');
    const mayRead =
      repository.token === undefined || authorization === `Bearer ${repository.token}`;
    if (!mayRead && !isApi) {
      const status = authorization === undefined ? 401 : 403;
      return refuse(response, status, repository.gated ? 'GatedRepo' : 'RepoNotFound');
    }
    if (isApi && /^revision\/(?:main|HEAD|v1)$/u.test(rest!))
      return info(response, name!, repository);
    if (isApi && rest === `tree/${commit}`) return tree(response, repository);
    if (isApi) return refuse(response, 404, 'RevisionNotFound');
    const path = rest!.replace(`resolve/${commit}/`, '');
    const content = repository.files.get(path);
    if (content === undefined) return refuse(response, 404, 'EntryNotFound');
    if (repository.plain?.has(path)) return this.#sendContent(request, response, path, content);
    response.writeHead(302, {
      location: `${this.storageAddress}/${name!}/${path}?signature=x`,
      'x-linked-size': String(content.length),
      'x-linked-etag': `"${sha256(content)}"`,
      'x-repo-commit': commit,
    });
    response.end();
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url!, this.storageAddress);
    const [, name, path] = /^\/([^/]+\/[^/]+)\/(.+)$/u.exec(pathname)!;
    this.#sendContent(request, response, path!, this.repositories.get(name!)!.files.get(path!)!);
  }

  #sendContent(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    whole: Buffer,
  ): void {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/u.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const content = whole.subarray(start, to === undefined ? undefined : Number(to) + 1);
    response.writeHead(from === undefined ? 200 : 206, {
      'content-type': 'application/octet-stream',
      'content-length': content.length,
      'accept-ranges': 'bytes',
      etag: `"${sha256(whole)}"`,
      ...(from !== undefined && {
        'content-range': `bytes ${start}-${start + content.length - 1}/${whole.length}`,
      }),
    });
    const { hold } = this;
    if (hold?.path === path && request.headers.range !== 'bytes=0-0') {
      response.write(content.subarray(0, Math.max(0, hold.at - start)), () => hold.sent?.());
      return;
    }
    if (content.length <= this.cutAfter) {
      response.end(content, () => {
        this.onSent(path, start + content.length);
      });
      return;
    }
    response.write(content.subarray(0, this.cutAfter), () => {
      this.onSent(path, start + this.cutAfter);
      response.destroy();
    });
  }
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function info(
  response: ServerResponse,
  name: string,
  { licence, gated, gguf }: FakeRepository,
): void {
  json(response, {
    _id: '0',
    id: name,
    sha: commit,
    private: false,
    gated: gated ? 'auto' : false,
    downloads: 0,
    likes: 0,
    lastModified: '2026-01-01T00:00:00.000Z',
    ...(licence !== undefined && { cardData: { license: licence } }),
    ...(gguf && { gguf }),
  });
}

function tree(response: ServerResponse, { files, plain }: FakeRepository): void {
  const entries = [...files].map(([path, content]) => {
    const git = createHash('sha1').update(`blob ${content.length}\0`).update(content);
    const inLfs = !plain?.has(path);
    return {
      type: 'file',
      path,
      size: content.length,
      oid: inLfs ? 'f'.repeat(40) : git.digest('hex'),
      ...(inLfs && { lfs: { oid: sha256(content), size: content.length, pointerSize: 130 } }),
    };
  });
  json(response, entries);
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-error-code': code });
  response.end(JSON.stringify({ error: code }));
}

import { downloadFile, fileDownloadInfo, listFiles, modelInfo } from '@huggingface/hub';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TqError } from '../../protocol/errors.ts';
import { badModel, quoted } from '../models/malformed.ts';
import { hubError, LostConnection, networkReason } from './hub-errors.ts';
import { hubFetch, type HubRequests } from './hub-fetch.ts';
import type { ModelFiles } from './model-files.ts';

/** A file as the hub describes it. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the content; set for large files. */
  readonly sha256: string | undefined;
  /** Git's SHA-1 of `blob SIZE\0` and the content; set for other files. */
  readonly gitHash: string | undefined;
}

const infoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/u),
  gated: z.union([z.boolean(), z.string()]).nullish(),
  cardData: z.looseObject({ license: z.unknown() }).nullish().catch(undefined),
  gguf: z
    .object({ total: z.number().nonnegative(), architecture: z.string() })
    .nullish()
    .catch(undefined),
});

const hash = (digits: number): RegExp => new RegExp(`^[0-9a-f]{${digits}}$`, 'u');

const entrySchema = z.object({
  type: z.string(),
  path: z.string().min(1).max(500),
  size: z.number().int().nonnegative(),
  oid: z.string().regex(hash(40)).optional(),
  lfs: z
    .object({ oid: z.string().regex(hash(64)), size: z.number().int().nonnegative() })
    .optional(),
});

const maxFiles = 10_000;
/** A hub lists up to 1000 files a page, and may list fewer. */
const maxPages = 500;
/** For configuration and shard index; weights are streamed to disk. */
const maxReadBytes = 4 * 1024 * 1024;

/** A model's repository on a hub, pinned to one commit. */
export class HubRepository implements ModelFiles {
  readonly sizes: ReadonlyMap<string, number>;

  private constructor(
    readonly name: string,
    private readonly requests: HubRequests,
    readonly commit: string,
    readonly gated: boolean,
    readonly licence: string | undefined,
    /** Parameter count and architecture that the hub read from the GGUF files. */
    readonly gguf: { readonly total: number; readonly architecture: string } | undefined,
    readonly files: ReadonlyMap<string, HubFile>,
  ) {
    this.sizes = new Map([...files].map(([path, { size }]) => [path, size]));
  }

  /** @throws TqError hub if the hub cannot be reached, refuses, or sends an invalid answer */
  static async open(requests: HubRequests, revision: string | undefined): Promise<HubRepository> {
    const { access, repository: name } = requests;
    const shared = { hubUrl: access.endpoint, fetch: hubFetch(requests) };
    return withHubErrors(requests, async () => {
      const info = infoSchema.parse(
        await modelInfo({
          ...shared,
          name,
          revision: revision ?? 'main',
          // The hub knows the field "gguf"; the library's list of fields is older.
          additionalFields: ['sha', 'cardData', 'gguf' as 'tags'],
        }),
      );
      const files = new Map<string, HubFile>();
      const fetch = limited(shared.fetch, maxPages, () =>
        hubError(
          `The hub ${access.endpoint} lists the files of ${name} on more than ${maxPages} pages.`,
        ),
      );
      const list = listFiles({ ...shared, fetch, repo: name, recursive: true, revision: info.sha });
      let listed = 0;
      for await (const raw of list) {
        if (++listed > maxFiles) {
          throw badModel(`${name} has more than ${maxFiles} files and folders and is not a model.`);
        }
        const { type, path, size, oid, lfs } = entrySchema.parse(raw);
        if (type !== 'file') continue;
        if (!lfs && oid === undefined)
          throw hubError(`The hub lists no hash for ${quoted(path)} in ${name}.`);
        files.set(path, { path, size, sha256: lfs?.oid, gitHash: lfs ? undefined : oid });
      }
      const licence = licenceOf(info.cardData?.license);
      const gated = Boolean(info.gated);
      return new HubRepository(
        name,
        requests,
        info.sha,
        gated,
        licence,
        info.gguf ?? undefined,
        files,
      );
    });
  }

  /**
   * Checks before a long download that the file exists and can be accessed.
   * @throws TqError hub, also if the file's size has changed
   */
  async probe({ path, size }: HubFile): Promise<void> {
    const info = await withHubErrors(this.requests, () => fileDownloadInfo(this.#file(path)));
    if (info?.size === size) return;
    throw hubError(
      `The hub lists ${quoted(path)} of ${this.name} with ${size} bytes, but the file ${info ? `has ${info.size}` : 'is missing'}; try again later.`,
    );
  }

  /** The content of a file, starting at a byte. */
  async *stream({ path, size }: HubFile, start: number): AsyncGenerator<Uint8Array> {
    const { access } = this.requests;
    let failure: unknown;
    const ask = hubFetch(this.requests);
    // The library turns errors of fetch into strings.
    const fetch: typeof globalThis.fetch = async (...given) => {
      try {
        return await ask(...given);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const url = `${access.endpoint}/${this.name}/resolve/${this.commit}/${path}`;
    try {
      const blob = await downloadFile({
        ...this.#file(path),
        fetch,
        // Plain ranges can be resumed; xet would start again.
        xet: false,
        downloadInfo: { size, url, etag: this.commit },
      });
      yield* (start === 0 ? blob! : blob!.slice(start)).stream();
    } catch (error) {
      this.requests.signal.throwIfAborted();
      if (failure instanceof Error) throw failure;
      throw new LostConnection(
        `The connection to the hub ${access.endpoint} was lost (${networkReason(error)}).`,
        error,
      );
    }
  }

  /** @throws TqError badModel if the file is too large, hub if its hash is wrong */
  async read(path: string): Promise<Buffer> {
    const file = this.files.get(path)!;
    if (file.size > maxReadBytes) {
      throw badModel(
        `${quoted(path)} of ${this.name} has ${file.size} bytes; at most ${maxReadBytes} are allowed.`,
      );
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.stream(file, 0)) {
      length += chunk.length;
      if (length > file.size) break;
      chunks.push(chunk);
    }
    const content = Buffer.concat(chunks);
    const check = new ContentCheck(file);
    check.update(content);
    check.finish(length);
    return content;
  }

  #file(path: string) {
    const { access } = this.requests;
    return {
      repo: { type: 'model' as const, name: this.name },
      path,
      revision: this.commit,
      hubUrl: access.endpoint,
      fetch: hubFetch(this.requests),
    };
  }
}

/** A fetch that can be called only so often. */
function limited(
  fetch: typeof globalThis.fetch,
  most: number,
  refuse: () => Error,
): typeof globalThis.fetch {
  let requests = 0;
  return async (...given) => {
    if (++requests > most) throw refuse();
    return fetch(...given);
  };
}

/** Hashes a file's content as it arrives and compares it with the hub's hash. */
export class ContentCheck {
  readonly #sha256 = createHash('sha256');
  readonly #git: ReturnType<typeof createHash> | undefined;

  constructor(private readonly file: HubFile) {
    if (file.gitHash === undefined) return;
    this.#git = createHash('sha1').update(`blob ${file.size}\0`);
  }

  update(chunk: Uint8Array): void {
    this.#sha256.update(chunk);
    this.#git?.update(chunk);
  }

  /**
   * Returns the SHA-256 of the content, in hexadecimal.
   * @throws TqError hub if the length or the hash is wrong
   */
  finish(length: number): string {
    const { path, size, sha256, gitHash } = this.file;
    if (length !== size) throw mismatch(path, `${length} bytes`, `${size}`);
    const found = this.#sha256.digest('hex');
    if (sha256 !== undefined && found !== sha256) throw mismatch(path, `SHA-256 ${found}`, sha256);
    const git = this.#git?.digest('hex');
    if (git !== gitHash) throw mismatch(path, `Git hash ${git!}`, gitHash!);
    return found;
  }
}

function mismatch(path: string, found: string, expected: string): TqError {
  return hubError(
    `${quoted(path)} was damaged during the download and discarded: it has ${found}, expected ${expected}.`,
  );
}

/** Turns errors of the library and of the schemas into a TqError. */
async function withHubErrors<T>(
  { access, signal }: HubRequests,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TqError) throw error;
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue ? `${issue.path.join('.')}: ${issue.message}` : networkReason(error);
    throw hubError(`The hub ${access.endpoint} sent an invalid answer (${what}).`, error);
  }
}

function licenceOf(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return typeof text === 'string' && text.trim() !== '' ? text.slice(0, 100) : undefined;
}

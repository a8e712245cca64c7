import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

/** Bytes of a part: many ways to transfer files have a limit of 50 MB. */
export const usualPartBytes = 49_000_000;

const archive = 'tqstar-gpu-kit.tar.gz';
const ofKit = /^(?:run\.sh|SHA256SUMS|tqstar-gpu-kit\.tar\.gz\.\d\d)$/u;

export interface PartOptions {
  readonly partBytes: number;
  /** The time of every file in the archive. */
  readonly date: Date;
}

/** A written part. */
export interface Part {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. */
  readonly hash: string;
}

/**
 * Empties or creates the folder for a kit.
 * @throws TqError invalidInput if it contains anything other than an earlier kit
 */
export function clearKitFolder(out: string): void {
  const names = existsSync(out) ? readdirSync(out) : [];
  const stranger = names.find((name) => !ofKit.test(name));
  if (stranger !== undefined) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The folder ${out} contains "${stranger}", which is not part of a kit; give a new or empty folder, or one with an earlier kit.`,
    );
  }
  mkdirSync(out, { recursive: true });
  for (const name of names) rmSync(join(out, name));
}

/**
 * Packs a folder into a kit: the parts of one archive, their hashes, and run.sh. The same files,
 * names and date give the same bytes.
 * @param out an existing folder
 */
export async function writeKit(
  folder: string,
  out: string,
  { partBytes, date }: PartOptions,
): Promise<Part[]> {
  const tar = spawn('tar', [...tarOptions(date), '-C', folder, '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tar, 'close');
  const parts = new PartWriter(out, partBytes);
  for await (const chunk of tar.stdout.pipe(createGzip())) await parts.write(chunk as Buffer);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new TqError(ErrorCode.storage, `tar could not pack ${folder}.`);
  const written = await parts.end();
  const sums = written.map(({ hash, name }) => `${hash}  ${name}\n`);
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
  cpSync(join(import.meta.dirname, 'run.sh'), join(out, 'run.sh'));
  return written;
}

function tarOptions(date: Date): string[] {
  return [
    '--format=gnu',
    '--sort=name',
    `--mtime=${date.toISOString()}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
  ];
}

/** Splits a stream into files of a fixed size. */
class PartWriter {
  readonly #parts: Part[] = [];
  #file: FileHandle | undefined;
  #hash = createHash('sha256');
  #bytes = 0;

  constructor(
    private readonly out: string,
    private readonly partBytes: number,
  ) {}

  async write(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0;) {
      const piece = rest.subarray(0, this.partBytes - this.#bytes);
      this.#file ??= await open(join(this.out, this.#name), 'w');
      await this.#file.writeFile(piece);
      this.#hash.update(piece);
      this.#bytes += piece.length;
      if (this.#bytes === this.partBytes) await this.#finish();
      rest = rest.subarray(piece.length);
    }
  }

  async end(): Promise<Part[]> {
    await this.#finish();
    return this.#parts;
  }

  get #name(): string {
    return `${archive}.${String(this.#parts.length).padStart(2, '0')}`;
  }

  async #finish(): Promise<void> {
    if (!this.#file) return;
    await this.#file.close();
    this.#parts.push({ name: this.#name, bytes: this.#bytes, hash: this.#hash.digest('hex') });
    this.#file = undefined;
    this.#hash = createHash('sha256');
    this.#bytes = 0;
  }
}

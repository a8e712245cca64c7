import { badModel, truncatedFile } from '../malformed.ts';
import type { ModelSource } from '../model-source.ts';

const windowBytes = 256 * 1024;
const maxStringBytes = 4 * 1024 * 1024;
/**
 * Memory that a header's values may take beyond the file's size. With the window, one string being
 * read and garbage not yet collected, the total stays below the file's size + 64 MB.
 */
const spareBytes = 32 * 1024 * 1024;

/**
 * Reads a file's header through a moving window, and limits the memory of the values read.
 */
export class ByteCursor {
  /** What is being read, for messages. */
  reading = 'the header';
  readonly #window: Buffer;
  #windowStart = 0;
  #windowEnd = 0;
  #memoryLeft: number;

  constructor(private readonly source: ModelSource) {
    this.#window = Buffer.allocUnsafe(Math.min(windowBytes, source.size));
    this.#memoryLeft = source.size + spareBytes;
  }

  /** Position of the next byte in the file. */
  position = 0;

  get left(): number {
    return this.source.size - this.position;
  }

  /** @throws TqError badModel if fewer bytes are left; sizes above 2^53 may be rounded */
  requireLeft(bytes: number): void {
    if (bytes <= this.left) return;
    const { label, size } = this.source;
    throw truncatedFile(label, this.reading, this.position, this.position + bytes, size);
  }

  /** Counts memory that is about to be allocated. */
  takeMemory(bytes: number): void {
    this.#memoryLeft -= bytes;
    if (this.#memoryLeft >= 0) return;
    throw badModel(
      `${this.source.label} is malformed: ${this.reading} would need more memory than the file's ` +
        `${this.source.size} bytes plus ${spareBytes}.`,
    );
  }

  u8(): number {
    return this.#window.readUInt8(this.#advance(1));
  }

  i8(): number {
    return this.#window.readInt8(this.#advance(1));
  }

  u16(): number {
    return this.#window.readUInt16LE(this.#advance(2));
  }

  i16(): number {
    return this.#window.readInt16LE(this.#advance(2));
  }

  u32(): number {
    return this.#window.readUInt32LE(this.#advance(4));
  }

  i32(): number {
    return this.#window.readInt32LE(this.#advance(4));
  }

  f32(): number {
    return this.#window.readFloatLE(this.#advance(4));
  }

  f64(): number {
    return this.#window.readDoubleLE(this.#advance(8));
  }

  u64(): number | bigint {
    return safeInteger(this.#window.readBigUInt64LE(this.#advance(8)));
  }

  i64(): number | bigint {
    return safeInteger(this.#window.readBigInt64LE(this.#advance(8)));
  }

  /** A count, length or offset; above 2^53 it is rounded, but still larger than any file. */
  size(): number {
    const at = this.#advance(8);
    return this.#window.readUInt32LE(at) + this.#window.readUInt32LE(at + 4) * 2 ** 32;
  }

  /** A length and that many bytes of UTF-8. */
  string(longest = maxStringBytes): string {
    const length = this.size();
    this.requireLeft(length);
    if (length > longest) {
      throw badModel(
        `${this.source.label} is malformed: ${this.reading} has a string of ${length} bytes; ` +
          `at most ${longest} are allowed.`,
      );
    }
    const text =
      length <= this.#window.length ? this.#shortString(length) : this.#longString(length);
    // Non-ASCII text may take two bytes for each character.
    this.takeMemory(32 + (text.length === length ? length : 2 * text.length));
    return text;
  }

  #shortString(length: number): string {
    const at = this.#advance(length);
    return this.#window.toString('utf8', at, at + length);
  }

  #longString(length: number): string {
    const bytes = Buffer.allocUnsafe(length);
    this.source.readSync(bytes, this.position);
    this.position += length;
    return bytes.toString('utf8');
  }

  /** Moves past `bytes` bytes and returns their index in the window. */
  #advance(bytes: number): number {
    if (this.position + bytes > this.#windowEnd) {
      this.requireLeft(bytes);
      this.#windowStart = this.position;
      this.#windowEnd = Math.min(this.source.size, this.position + this.#window.length);
      this.source.readSync(
        this.#window.subarray(0, this.#windowEnd - this.#windowStart),
        this.#windowStart,
      );
    }
    const at = this.position - this.#windowStart;
    this.position += bytes;
    return at;
  }
}

function safeInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

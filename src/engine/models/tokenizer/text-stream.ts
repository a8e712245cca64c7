import type { TokenBytes } from './token-bytes.ts';
import type { TextStream } from './text-tokenizer.ts';

/** Streams a vocabulary of byte sequences, with constant work for each token. */
export class ByteStream implements TextStream {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #strip: number;

  constructor(
    private readonly bytes: TokenBytes,
    private readonly skips: (id: number) => boolean,
  ) {
    this.#strip = bytes.spelling.stripLeft;
  }

  push(id: number): string {
    if (this.skips(id)) return '';
    let bytes = this.bytes.of(id);
    while (this.#strip > 0 && bytes.length > 0) {
      const blank = bytes[0] === 0x20;
      this.#strip = blank ? this.#strip - 1 : 0;
      if (blank) bytes = bytes.subarray(1);
    }
    return this.#decoder.decode(bytes, { stream: true });
  }

  end(): string {
    return this.#decoder.decode();
  }
}

/**
 * Streams any other vocabulary by decoding the whole list again; models that generate rarely have
 * one.
 */
export class WholeTextStream implements TextStream {
  readonly #ids: number[] = [];
  #shown = '';

  constructor(private readonly decode: (ids: readonly number[]) => string) {}

  push(id: number): string {
    this.#ids.push(id);
    const text = this.decode(this.#ids);
    const fresh = text.slice(this.#shown.length);
    this.#shown = text;
    return fresh;
  }

  end(): string {
    return '';
  }
}

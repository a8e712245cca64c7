import type { PipelineNode } from './tokenizer-json.ts';

/** How a vocabulary encodes the bytes of a text. */
export type Spelling =
  | { readonly kind: 'byteLevel'; readonly stripLeft: 0 }
  | {
      readonly kind: 'sentencePiece';
      /** The character that stands for a space. */
      readonly marker: string;
      /** Tokens `<0x00>` to `<0xFF>` stand for bytes. */
      readonly byteFallback: boolean;
      /** Spaces that decoding drops at the start of a text. */
      readonly stripLeft: number;
    };

/** The encoding that a decoder reverses; undefined for other decoders (WordPiece, CTC). */
export function spellingOf(decoder: PipelineNode | null): Spelling | undefined {
  if (decoder?.type === 'ByteLevel') return { kind: 'byteLevel', stripLeft: 0 };
  if (decoder?.type === 'Metaspace') {
    const marker = String(decoder['replacement'] ?? '\u2581');
    const prefixed = decoder['prepend_scheme'] !== 'never' && decoder['add_prefix_space'] !== false;
    return { kind: 'sentencePiece', marker, byteFallback: false, stripLeft: prefixed ? 1 : 0 };
  }
  if (decoder?.type !== 'Sequence') return undefined;
  let marker: string | undefined;
  let byteFallback = false;
  let stripLeft = 0;
  for (const step of decoder['decoders'] as readonly PipelineNode[]) {
    if (step.type === 'Replace' && step['content'] === ' ' && marker === undefined) {
      marker = (step['pattern'] as { String?: string }).String;
    } else if (step.type === 'ByteFallback') {
      byteFallback = true;
    } else if (step.type === 'Strip' && step['content'] === ' ' && step['stop'] === 0) {
      stripLeft = Number(step['start']);
    } else if (step.type !== 'Fuse') {
      return undefined;
    }
  }
  return marker === undefined
    ? undefined
    : { kind: 'sentencePiece', marker, byteFallback, stripLeft };
}

/** The bytes of each token; a token outside the vocabulary has none. */
export class TokenBytes {
  readonly #cache: (Uint8Array | undefined)[] = [];
  readonly #encoder = new TextEncoder();

  /**
   * @param tokenAt text of a token in the vocabulary
   * @param added tokens in plain text
   */
  constructor(
    readonly spelling: Spelling,
    private readonly tokenAt: (id: number) => string | undefined,
    private readonly added: ReadonlySet<number>,
  ) {}

  of(id: number): Uint8Array {
    return (this.#cache[id] ??= this.#bytesOf(id));
  }

  #bytesOf(id: number): Uint8Array {
    const token = this.tokenAt(id) ?? '';
    if (this.added.has(id)) return this.#encoder.encode(token);
    if (this.spelling.kind === 'byteLevel') {
      const bytes = Array.from(token, (letter) => byteOfLetter.get(letter));
      const known = bytes.every((byte) => byte !== undefined);
      return known ? Uint8Array.from(bytes) : this.#encoder.encode(token);
    }
    const byte = this.spelling.byteFallback && /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte) return Uint8Array.of(Number.parseInt(byte, 16));
    return this.#encoder.encode(token.replaceAll(this.spelling.marker, ' '));
  }
}

/**
 * GPT-2's byte alphabet: a printable Latin-1 byte is its own character, the others are the code
 * points from U+0100 on, in order.
 */
export const byteOfLetter: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    letters.set(String.fromCodePoint(printable(byte) ? byte : next++), byte);
  }
  return letters;
})();

import fc from 'fast-check';
import { u64 } from '../unit/model-bytes.ts';

type Mutation = (bytes: Buffer) => Buffer;

function cutAt(bytes: Buffer, place: number): number {
  return Math.floor(place * bytes.length);
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const number64 = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 40n, 2n ** 53n, 2n ** 63n),
  fc.constant(2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 2000n }),
);

const byteMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([at, bit]) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    const index = cutAt(bytes, at);
    if (index < copy.length) copy[index] = copy[index]! ^ (1 << bit);
    return copy;
  }),
  place.map((at) => (bytes: Buffer) => bytes.subarray(0, cutAt(bytes, at))),
  fc.tuple(place, number64, fc.constantFrom(1, 4, 8)).map(([at, value, width]) => {
    return (bytes: Buffer) => {
      const index = cutAt(bytes, at);
      const rest = bytes.subarray(index + width);
      return Buffer.concat([bytes.subarray(0, index), u64(value).subarray(0, width), rest]);
    };
  }),
  fc.tuple(place, place, place).map(([from, to, at]) => (bytes: Buffer) => {
    const piece = bytes.subarray(cutAt(bytes, from), cutAt(bytes, to));
    const index = cutAt(bytes, at);
    return Buffer.concat([bytes.subarray(0, index), piece, bytes.subarray(index)]);
  }),
  fc.tuple(place, fc.nat(40)).map(([at, length]) => (bytes: Buffer) => {
    const index = cutAt(bytes, at);
    return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + length)]);
  }),
  fc.tuple(place, fc.uint8Array({ maxLength: 40 })).map(([at, piece]) => (bytes: Buffer) => {
    const index = cutAt(bytes, at);
    return Buffer.concat([bytes.subarray(0, index), piece, bytes.subarray(index)]);
  }),
);

/** The bytes with one to four random changes. */
export function mutated(valid: Buffer): fc.Arbitrary<Buffer> {
  return fc
    .array(byteMutation, { minLength: 1, maxLength: 4 })
    .map((mutations) => mutations.reduce((bytes, mutate) => mutate(bytes), valid));
}

/** The text with its n-th number or word replaced by another JSON value. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const token = /-?\d+|"[^"]*"|[[\]{}:,]/g;
  const count = text.match(token)!.length;
  const odd = fc.constantFrom('-1', '1e999', '0.5', '[]', '{}', 'null', '"F16"', '"__proto__"', '');
  const instead = fc.oneof(odd, number64.map(String), fc.json({ maxDepth: 2 }));
  return fc
    .array(fc.tuple(fc.nat(count - 1), instead), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce((current, [wanted, replacement]) => {
        let index = 0;
        return current.replace(token, (found) => (index++ === wanted ? replacement : found));
      }, text),
    );
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DecoderShape } from '../../src/engine/models/architecture/architecture.ts';
import {
  maskedScore,
  treeAttentionMasks,
  groupAncestors,
  type AttentionSpan,
} from '../../src/engine/runtime/attention-span.ts';

const rope = { inverseFrequencies: new Float32Array(1), amplitude: 1 };
const window = 6;

/**
 * The parts of a shape that masks need: heads that share keys, layers with and without a window.
 */
const shape = {
  heads: 6,
  kvHeads: 2,
  layerKinds: [
    { rope, window: undefined },
    { rope, window },
  ],
} as unknown as DecoderShape;
const copies = shape.heads / shape.kvHeads;

interface Given {
  readonly prefixSlots: number;
  readonly branchSlots: number;
  readonly spans: readonly AttentionSpan[];
}

/** New tokens after branches of random length, separate or shared, above a common prefix. */
const given: fc.Arbitrary<Given> = fc
  .record({
    prefix: fc.integer({ min: 0, max: 12 }),
    spare: fc.integer({ min: 0, max: 3 }),
    lengths: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
    shared: fc.boolean(),
  })
  .map(({ prefix, spare, lengths, shared }) => {
    let slots = 0;
    const first = Math.max(...lengths);
    const slotsOf = (length: number): number[] =>
      Array.from({ length }, (_, i) => (shared ? first - 1 - i : slots++));
    const before = lengths.map(slotsOf);
    const branchSlots = shared ? first : slots;
    const spans = before.map((places, row) => ({
      position: prefix + places.length,
      prefix,
      ancestors: [branchSlots + row, ...places],
    }));
    return { prefixSlots: prefix + spare, branchSlots, spans };
  });

/** The columns that a row of a mask shows. */
function shown(mask: Float32Array, row: number, width: number): number[] {
  return [...mask.subarray(row * width, (row + 1) * width)].flatMap((value, column) => {
    assert.ok(value === 0 || value === Math.fround(maskedScore));
    return value === 0 ? [column] : [];
  });
}

/** The prefix slots, and the places outside it, that a token attends to within a window. */
function expected(
  { position, prefix, ancestors }: AttentionSpan,
  size: number,
): [number[], number[]] {
  const first = Math.max(0, position - size + 1);
  const slots = Array.from({ length: prefix }, (_, slot) => slot).filter((slot) => slot >= first);
  return [slots, ancestors.slice(0, size).sort((a, b) => a - b)];
}

describe('tree attention masks', () => {
  it('show each token its own past within the window, with one group or many', () => {
    fc.assert(
      fc.property(given, ({ prefixSlots, spans }) => {
        const { groups, width, ancestors, masks } = groupAncestors(shape, spans, prefixSlots);
        assert.equal(ancestors.length, groups * width);
        assert.ok(groups === 1 || groups === spans.length);
        for (const [index, size] of [Infinity, window].entries()) {
          for (let row = 0; row < spans.length * copies; row++) {
            const token = Math.floor(row / copies);
            const columns = shown(masks[index]!, row, prefixSlots + width);
            const group = groups === 1 ? 0 : token;
            const places = columns
              .filter((column) => column >= prefixSlots)
              .map((column) => ancestors[group * width + column - prefixSlots]!)
              .sort((a, b) => a - b);
            const seen = [columns.filter((column) => column < prefixSlots), places];
            assert.deepEqual(seen, expected(spans[token]!, size));
          }
        }
      }),
    );
  });

  it('show the same over all slots', () => {
    fc.assert(
      fc.property(given, ({ prefixSlots, branchSlots, spans }) => {
        const width = prefixSlots + branchSlots + spans.length;
        const masks = treeAttentionMasks(shape, spans, prefixSlots, branchSlots);
        for (const [index, size] of [Infinity, window].entries()) {
          spans.forEach((span, row) => {
            const [slots, places] = expected(span, size);
            const columns = [...slots, ...places.map((place) => prefixSlots + place)];
            assert.deepEqual(shown(masks[index]!, row, width), columns);
          });
        }
      }),
    );
  });

  it('do not grow with the number of long branches', () => {
    const branches = (count: number): AttentionSpan[] =>
      Array.from({ length: count }, (_, row) => ({
        position: 30,
        prefix: 10,
        ancestors: [count * 20 + row, ...Array.from({ length: 20 }, (_, i) => 20 * row + i)],
      }));
    for (const count of [4, 40]) assert.equal(groupAncestors(shape, branches(count), 10).width, 21);
  });
});

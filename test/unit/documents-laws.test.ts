import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ProseUnit } from '../../src/documents/prose-unit.ts';
import { proseUnits } from '../../src/documents/prose-units.ts';
import { documents, kept } from './documents-arbitrary.ts';
import { markupDocuments } from './documents-markup-arbitrary.ts';

const runs = { numRuns: 150, seed: 20_261_127 };

/** The source of a unit with other prose; fails where the unit refuses it. */
function filled(unit: ProseUnit, prose: string): string {
  const result = unit.fill(prose);
  assert.ok('source' in result, 'problem' in result ? `${result.problem.text} ${prose}` : '');
  return result.source;
}

/** The document in which each unit has other prose. */
function rewritten(source: string, units: readonly ProseUnit[], change: (text: string) => string) {
  let [text, position] = ['', 0];
  for (const unit of units) {
    text += source.slice(position, unit.start) + filled(unit, change(unit.text));
    position = unit.end;
  }
  return text + source.slice(position);
}

const renamed = (text: string): string =>
  text.replace(/(?<!\p{L})(?:good|people|plan|today)(?!\p{L})/gu, 'very $&');

const longer = (text: string): string =>
  text.replace(/ and the /gu, ' and of that really long and new day the ');

const countKept = (text: string): number => text.split(kept).length - 1;

/** Bytes outside units are those of the draft, and units are in order. */
function assertApart(units: readonly ProseUnit[], start: number, end: number): void {
  let last = start;
  for (const unit of units) {
    assert.ok(unit.start >= last && unit.end > unit.start && unit.end <= end);
    last = unit.end;
  }
}

const withLineEnds = (source: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(source, fc.constantFrom('\n', '\r\n'))
    .map(([text, lineEnd]) => text.replaceAll('\n', lineEnd));

for (const [language, arbitrary] of Object.entries({ ...documents, ...markupDocuments }))
  describe(`Prose of generated ${language}`, function () {
    this.timeout(120_000);
    const document = withLineEnds(arbitrary);

    it('stays byte for byte when the model repeats the draft', () =>
      fc.assert(
        fc.asyncProperty(document, async (source) => {
          const units = await proseUnits(source, language);
          assertApart(units, 0, source.length);
          for (const unit of units)
            assert.equal(filled(unit, unit.text), source.slice(unit.start, unit.end));
        }),
        runs,
      ));

    it('has no word of code, targets, attributes and other markup', () =>
      fc.assert(
        fc.asyncProperty(document, async (source) => {
          const units = await proseUnits(source, language);
          for (const { text } of units) assert.doesNotMatch(text, new RegExp(kept, 'u'));
        }),
        runs,
      ));

    it('keeps all markup and the structure when its words change', () =>
      fc.assert(
        fc.asyncProperty(document, fc.constantFrom(renamed, longer), async (source, change) => {
          const units = await proseUnits(source, language);
          const changed = rewritten(source, units, change);
          assert.equal(countKept(changed), countKept(source));
          const again = await proseUnits(changed, language);
          // Plain text is read by the width of its lines, which changes.
          if (language === 'plaintext' || language === 'git-commit') return;
          assert.deepEqual(
            again.map(({ kind, text }) => [kind, text]),
            units.map(({ kind, text }) => [kind, change(text)]),
          );
        }),
        runs,
      ));

    it('stays in a selection, which may begin and end anywhere', () =>
      fc.assert(
        fc.asyncProperty(document, fc.nat(), fc.nat(), async (source, one, other) => {
          const [start = 0, end = 0] = [one, other]
            .map((place) => place % (source.length + 1))
            .sort((left, right) => left - right);
          if (start === end) return;
          const units = await proseUnits(source, language, { start, end });
          assertApart(units, start, end);
          for (const unit of units)
            assert.equal(filled(unit, unit.text), source.slice(unit.start, unit.end));
        }),
        runs,
      ));
  });

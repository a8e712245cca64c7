import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareFacts } from '../../src/facts/compare-facts.ts';
import type { FactComparison } from '../../src/facts/fact.ts';
import { factsOf } from '../../src/facts/facts-of.ts';
import { faultPairs as roughPairs } from './fact-fault-pairs.ts';
import { goodPairs as plainPairs } from './fact-good-pairs.ts';
import { presetPairs } from './fact-preset-pairs.ts';
import { singleFaultPairs } from './fact-single-fault-pairs.ts';

const goodPairs = [...plainPairs, ...presetPairs];
const faultPairs = [...roughPairs, ...singleFaultPairs];

function reportOf({ missing, changed, added }: FactComparison): string {
  return [
    ...missing.map((text) => `missing: ${text}`),
    ...changed.map(({ from, to }) => `changed: ${from} -> ${to}`),
    ...added.map((text) => `added: ${text}`),
  ].join('; ');
}

describe('compareFacts', function () {
  this.timeout(60_000);

  it('reports nothing for any of the good rewrites', () => {
    const alarms = goodPairs
      .map(([draft, rewrite]) => [draft, rewrite, reportOf(compareFacts(draft, rewrite))])
      .filter(([, , report]) => report !== '');
    assert.deepEqual(alarms, []);
    assert.ok(goodPairs.length >= 100);
  });

  it('names every fault of the bad rewrites', () => {
    const reports = faultPairs.map(([draft, rewrite]) => [
      draft,
      rewrite,
      reportOf(compareFacts(draft, rewrite)),
    ]);
    assert.deepEqual(reports, faultPairs);
    assert.ok(faultPairs.length >= 100);
  });

  it('counts the facts of the draft and those that are kept', () => {
    const draft = 'Ann will not send 4,200 units to Berlin on 29 May.';
    const { kept, total } = compareFacts(draft, 'Ann will send 4,200 units to Hamburg on May 29.');
    assert.deepEqual({ kept, total }, { kept: 3, total: 5 });
  });

  it('reports only what must not be offered, if asked', () => {
    const hard = (draft: string, rewrite: string) =>
      reportOf(compareFacts(draft, rewrite, { hardOnly: true }));
    assert.equal(hard('We must see Ann at 3 pm.', 'You may see Tom at 3 pm.'), '');
    assert.equal(hard("Come to today's call.", 'Come to the call.'), '');
    assert.equal(
      hard('Ann fixed CVE-2024-3094.', 'Tom fixed CVE-2024-3049.'),
      'changed: CVE-2024-3094 -> CVE-2024-3049',
    );
    assert.equal(
      hard('At least 5 of [1] fit.', 'At most 5 of [1] fit.'),
      'changed: at least 5 -> at most 5',
    );
    assert.equal(hard('Ann did not pay.', 'Tom paid.'), 'missing: not');
  });

  it('waits for the end of a text that is cut, but reports what is wrong already', () => {
    const draft = 'Ann will not send 4,200 units to New York on 29 May 2026.';
    for (let length = 0; length <= draft.length; length++) {
      const cut = reportOf(compareFacts(draft, draft.slice(0, length), { cut: true }));
      assert.equal(cut, '', draft.slice(0, length));
    }
    const wrong = compareFacts(draft, 'Tom will not send 4,300 units on', { cut: true });
    assert.equal(reportOf(wrong), 'changed: Ann -> Tom; changed: 4,200 -> 4,300');
  });

  const sentences = [...goodPairs, ...faultPairs].map(([draft]) => draft);
  const pieces = [
    ...[
      'Ann',
      'May',
      '29',
      '.',
      ', ',
      '\n',
      ' ',
      '4,200',
      '€',
      '%',
      'not',
      'no',
      "n't",
      'we',
      'you',
    ],
    ...[
      '[1]',
      '[/1]',
      'http://a.de',
      'a@b.de',
      '-',
      '/',
      'one',
      'half',
      'past',
      'of',
      'a',
      'ÄÖ',
      '👍',
    ],
  ];
  const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => list.join(''));

  it('reports nothing for a text and itself', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), (text) => {
        assert.equal(reportOf(compareFacts(text, text)), '');
      }),
      { numRuns: 1000, seed: 19 },
    );
  });

  it('reports nothing for a text with its sentences in another order', () => {
    const orders = fc
      .uniqueArray(fc.constantFrom(...sentences), { minLength: 2, maxLength: 5 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      );
    fc.assert(
      fc.property(orders, ([list, other]) => {
        assert.equal(reportOf(compareFacts(list.join('\n\n'), other.join('\n\n'))), '');
      }),
      { numRuns: 300, seed: 19 },
    );
  });

  it('reads lines of 200,000 characters in linear time', () => {
    for (const piece of [
      '1',
      '1,',
      'a',
      ' ',
      '.',
      '-',
      'one-',
      'A.B.',
      '29 May ',
      'a.b ',
      'not or ',
      'one ',
      'dont no ',
      'every second ',
    ]) {
      factsOf(piece.repeat(200_000 / piece.length));
    }
    const long = '14:30 on 29 May, Ann; '.repeat(9000);
    assert.equal(reportOf(compareFacts(long, long)), '');
  });
});

describe('factsOf', () => {
  it('gives each fact as written, with its place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...goodPairs.flat()), (text) => {
        for (const { kind, text: written, start, end } of factsOf(text)) {
          if (kind !== 'negation') assert.equal(text.slice(start, end), written);
        }
      }),
    );
  });

  it('finds numbers, names, mails and links in German', () => {
    const text =
      'Wir liefern 4.200 Stück am 29. Mai um 14:30 Uhr an Herrn Müller in Hamburg: a@b.de, www.b.de.';
    const found = factsOf(text).map((fact) => `${fact.kind} ${fact.text}`);
    assert.deepEqual(found, [
      ...['number 4.200', 'date 29. Mai', 'time 14:30 Uhr', 'name Müller', 'name Hamburg'],
      ...['mail a@b.de', 'url www.b.de'],
    ]);
  });
});

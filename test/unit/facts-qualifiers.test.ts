import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareFacts } from '../../src/facts/compare-facts.ts';

function reportOf(draft: string, rewrite: string, cut = false): string {
  const { missing, changed, added } = compareFacts(draft, rewrite, { cut, hardOnly: true });
  return [
    ...missing.map((text) => `missing: ${text}`),
    ...changed.map(({ from, to }) => `changed: ${from} -> ${to}`),
    ...added.map((text) => `added: ${text}`),
  ].join('; ');
}

describe('what a text says of a number besides its value', () => {
  const faults: readonly (readonly [string, string, string])[] = [
    [
      'Bring at least three witnesses to the hearing.',
      'Bring three witnesses to the hearing.',
      'changed: at least three -> three',
    ],
    ['About 40 people signed.', '40 people signed.', 'changed: about 40 -> 40'],
    [
      'The trip takes somewhere in the region of 6 hours.',
      'The trip takes 6 hours.',
      'changed: somewhere in the region of 6 hours -> 6 hours',
    ],
    [
      'It weighs something like 80 kg.',
      'It weighs 80 kg.',
      'changed: something like 80 kg -> 80 kg',
    ],
    ['We lost nearly 300 euros.', 'We lost 300 euros.', 'changed: nearly 300 euros -> 300 euros'],
    [
      'We lost nearly 300 euros.',
      'We lost over 300 euros.',
      'changed: nearly 300 euros -> over 300 euros',
    ],
    ['Each team has up to 8 players.', 'Each team has 8 players.', 'changed: up to 8 -> 8'],
    [
      'Files over 20 MB are refused.',
      'Files of 20 MB are refused.',
      'changed: over 20 MB -> 20 MB',
    ],
    ['The pool holds 20 visitors.', 'The pool holds up to 20 visitors.', 'changed: 20 -> up to 20'],
    ['A dog under 10 kg may fly.', 'A dog of 10 kg may fly.', 'changed: under 10 kg -> 10 kg'],
    ['You need Java 17 or newer.', 'You need Java 17.', 'changed: 17 or newer -> 17'],
    [
      'It lasts 20 minutes or so.',
      'It lasts 20 minutes.',
      'changed: 20 minutes or so -> 20 minutes',
    ],
    ['Wait for about an hour.', 'Wait for an hour.', 'changed: about an hour -> an hour'],
    [
      'The fee must not exceed £90.',
      'The fee must be at least £90.',
      'changed: not exceed £90 -> at least £90',
    ],
    [
      'More than 60 people came.',
      'Fewer than 60 people came.',
      'changed: more than 60 -> fewer than 60',
    ],
    [
      'We have at most 5 seats.',
      'We have fewer than 5 seats.',
      'changed: at most 5 -> fewer than 5',
    ],
    ['Pay within 14 days.', 'Pay after 14 days.', 'changed: within 14 days -> 14 days'],
    ['The bus came around 7:40.', 'The bus came at 7:40.', 'changed: around 7:40 -> 7:40'],
    ['Read on from page 30 onwards.', 'Read page 30.', 'changed: from 30 on -> 30'],
  ];
  for (const [draft, rewrite, report] of faults) {
    it(`is found where it changes: ${report}`, () => {
      assert.equal(reportOf(draft, rewrite), report);
    });
  }

  const same: readonly (readonly [string, string])[] = [
    ['It takes approximately 3 days.', 'It takes around 3 days.'],
    ['Bring a minimum of 2 pens.', 'Bring at least 2 pens.'],
    ['Bring 2 pens or more.', 'Bring at least two pens.'],
    ['No more than 30 guests may stay.', 'At most 30 guests may stay.'],
    ['The size must not exceed 4 MB.', 'The size must be at most 4 MB.'],
    ['We need not less than 9 chairs.', 'We need at least 9 chairs.'],
    ['Do not add more than 3 eggs.', 'Add at most 3 eggs.'],
    ['It costs in excess of 500 dollars.', 'It costs more than 500 dollars.'],
    [
      'Children below the age of 5 may enter with 2 adults.',
      'Children under 5 may enter with 2 adults.',
    ],
    ['Almost 200 people came.', 'Nearly 200 people came.'],
    ['Just under 200 people came.', 'Nearly 200 people came.'],
    ['Over 2 weeks, the plants died.', 'The plants died in 2 weeks.'],
    ['We had a talk about 3 problems.', 'We discussed 3 problems.'],
    ['She asked us about 4 rooms.', 'She asked us for 4 rooms.'],
    ['It is longger than 12 words.', 'It is longer than 12 words.'],
    ['It has a name of more than a number of 30 letters.', 'It has more than 30 letters.'],
    ['So about Tuesday, who will speak?', 'Who will speak on Tuesday?'],
    ['Only two keys exist.', 'No more than two keys exist.'],
    ['The price goes up to 12 euros.', 'The price rises to 12 euros.'],
    ['The shop closes in a period of 3 days.', 'The shop closes within 3 days.'],
    ['About 5 of them, so 5 in all, left.', 'About 5 of them left.'],
  ];
  for (const [draft, rewrite] of same) {
    it(`is the same in "${draft}" and "${rewrite}"`, () => {
      assert.equal(reportOf(draft, rewrite), '');
    });
  }

  const classes: readonly (readonly string[])[] = [
    ['about', 'around', 'roughly', 'approximately', 'something like', 'in the region of', '~'],
    ['at least', 'no fewer than', 'no less than', 'a minimum of', 'not less than'],
    ['at most', 'no more than', 'up to', 'a maximum of', 'not more than'],
    ['more than', 'over', 'above', 'greater than', 'in excess of'],
    ['less than', 'fewer than', 'under', 'below'],
    ['almost', 'nearly'],
  ];
  const phrase = fc
    .nat(classes.length - 1)
    .chain((place) =>
      fc.record({ place: fc.constant(place), words: fc.constantFrom(...classes[place]!) }),
    );
  const textOf = (words: string, count: number) =>
    `The hall has room for ${words} ${count} boxes, and the yard for 7 more.`;

  it('is kept by another phrase of its class, and lost by none and by all others', () => {
    fc.assert(
      fc.property(phrase, phrase, fc.integer({ min: 10, max: 9000 }), (one, other, count) => {
        const report = reportOf(textOf(one.words, count), textOf(other.words, count));
        assert.equal(report === '', one.place === other.place, report);
        assert.notEqual(reportOf(textOf(one.words, count), textOf('', count)), '');
      }),
      { seed: 19 },
    );
  });

  it('is never missed in the beginning of the same text', () => {
    for (const [draft] of [...faults, ...same]) {
      for (let length = 0; length <= draft.length; length++) {
        assert.equal(reportOf(draft, draft.slice(0, length), true), '', draft.slice(0, length));
      }
    }
    const cut = 'We have two firms, and some of them are far away from here, so that we';
    assert.equal(
      reportOf('We have at least two firms.', cut, true),
      'changed: at least two -> two',
    );
  });
});

describe('how often a text says that something happens', () => {
  const faults: readonly (readonly [string, string, string])[] = [
    ['The lift will normally stop here.', 'The lift will stop here.', 'missing: normally'],
    ['In most cases, a cold passes.', 'A cold passes.', 'missing: in most cases'],
    ['The train is sometimes late.', 'The train is late.', 'missing: sometimes'],
    ['The train is seldom late.', 'The train is late.', 'missing: seldom'],
    ['By default, logs stay on disk.', 'Logs stay on disk.', 'missing: by default'],
    ['The pump usually works.', 'The pump always works.', 'changed: usually -> always'],
    ['The pump often leaks.', 'The pump rarely leaks.', 'changed: often -> rarely'],
    ['The office opens at nine.', 'The office usually opens at nine.', 'added: usually'],
    ['It is my brother. Fourth time today.', 'It is my brother.', 'missing: Fourth'],
  ];
  for (const [draft, rewrite, report] of faults) {
    it(`is found where it changes: ${report}`, () => {
      assert.match(reportOf(draft, rewrite), new RegExp(report, 'u'));
    });
  }

  const same: readonly (readonly [string, string])[] = [
    ['The post usually comes at ten.', 'As a rule, the post comes at ten.'],
    ['In the vast majority of cases it is free.', 'It is generally free.'],
    ['She occasionally sings.', 'She sings from time to time.'],
    ['It sees all, Typically at once.', 'It sees all. Typically, at once.'],
    ['Generally, owls often sleep.', 'On many occasions, owls sleep.'],
    ['It can sometimes be cold.', 'It can be cold.'],
    ['He hardly ever calls.', 'He rarely calls.'],
    ['Since then it has been working in the normal way.', 'Since then it has worked normally.'],
    ['By default, the lamp is off.', 'The default of the lamp is off.'],
    ['Generally speaking, owls sleep at noon.', 'Owls sleep at noon.'],
    ['At no time did we open it.', 'We never opened it.'],
    ['He rang for the third time.', 'He rang three times.'],
  ];
  for (const [draft, rewrite] of same) {
    it(`is the same in "${draft}" and "${rewrite}"`, () => {
      assert.equal(reportOf(draft, rewrite), '');
    });
  }

  it('may lose a hedge, with the loss named', () => {
    const { missing } = compareFacts('It will almost certainly rain.', 'It will rain.');
    assert.deepEqual(missing, ['almost certainly']);
    assert.equal(reportOf('It will almost certainly rain.', 'It will rain.'), '');
  });
});

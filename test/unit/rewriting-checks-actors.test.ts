import assert from 'node:assert/strict';
import { actors } from '../../src/rewriting/checks/actors.ts';
import type { Answer, Check } from '../../src/rewriting/checks/check.ts';
import { deniedObject } from '../../src/rewriting/checks/denied-object.ts';
import { references } from '../../src/rewriting/checks/references.ts';
import { goodPairs } from './rewriting-pairs.ts';

type Pair = readonly [draft: string, text: string];

function answer(draft: string, text: string, more: Partial<Answer> = {}): Answer {
  return {
    ...{ draft, text, instruction: 'Rewrite the text', length: undefined, language: 'en' },
    ...{ languageOf: () => 'en', kind: 'paragraph', correctsOnly: undefined },
    ...{ content: { lost: 0.25, added: 0.12 }, ...more },
  };
}

function judges(check: Check, bad: readonly Pair[], good: readonly Pair[]): void {
  for (const [draft, text] of bad) {
    it(`refuses "${text}" for "${draft}"`, () => {
      assert.equal(check(answer(draft, text))?.reason, 'meaning');
      assert.equal(check(answer(draft, draft)), undefined);
      assert.equal(check(answer(draft, text, { content: undefined })), undefined);
    });
  }
  for (const [draft, text] of good) {
    it(`accepts "${text}" for "${draft}"`, () => {
      assert.equal(check(answer(draft, text)), undefined);
    });
  }
  it('accepts rewrites that say what their draft says', () => {
    const refused = goodPairs.filter(({ draft, text }) => check(answer(draft, text)));
    assert.deepEqual(refused, []);
  });
}

describe('the check of who acts', () => {
  judges(
    actors,
    [
      ['The licence had lapsed in May.', 'We had lapsed the licence in May.'],
      ['The engine will cool down by itself.', 'We will cool down the engine.'],
      ['The payment service is up again.', 'We serve the payment service again.'],
      ['The landlord has raised the rent.', 'We have raised the rent.'],
      ['The sink, which had overflowed, is dry.', 'You had overflowed the sink; it is dry.'],
      ['It stops after an hour.', 'We stop it after an hour.'],
      ['The index has shrunk.', "We've shrunk the index."],
    ],
    [
      ['The lamp was repaired on Friday.', 'We repaired the lamp on Friday.'],
      ['An inspection of the roof will be carried out by us.', 'We will inspect the roof.'],
      ['Our technician has fixed the router.', 'We have fixed the router.'],
      ['Users can export their data.', 'You can export your data.'],
      ['This paper presents a method.', 'We present a method.'],
      ['There was a decision to close the shop.', 'We decided to close the shop.'],
      ['Delivery takes two days.', 'We deliver in two days.'],
      ['Reply by Monday.', 'We hope you can reply by Monday.'],
      ['It is necessary to restart the server.', 'You must restart the server.'],
      ['Anyone who has paid may enter.', 'If you have paid, you may enter.'],
      ['We stop the job and restart it.', 'We stop the job. Then we restart it.'],
    ],
  );
});

describe('the check of what "that" and "it" stand for', () => {
  judges(
    references,
    [
      [
        'They ask 300 euros for the room. That is 40 euros more than last year, and the shower leaks.',
        'They ask 300 euros for the room. The shower is 40 euros more than last year, and leaks.',
      ],
      // The sentence before stands in another part of the unit.
      ["It's 30% dearer than last year, and the shower leaks.", 'The shower is 30% dearer.'],
      [
        'We got a new printer. It is much faster, so the secretary can go home early.',
        'We got a new printer. The secretary is much faster and can go home early.',
      ],
      [
        'You changed the lock on Sunday. This was a mistake, because the porter was away.',
        'You changed the lock on Sunday. The porter was a mistake, because he was away.',
      ],
      [
        'The order came twice. That costs us 90 dollars, which the budget does not have.',
        'The order came twice. The budget costs us 90 dollars.',
      ],
    ],
    [
      [
        'They ask 300 euros for the room. That is 40 euros more than last year, and the shower leaks.',
        'They ask 300 euros for the room. The room is 40 euros more than last year.',
      ],
      [
        'They ask 300 euros. That is 40 euros more than last year, and the shower leaks.',
        'They ask 300 euros. The price is 40 euros more than last year, and the shower leaks.',
      ],
      ['The bridge is shut. It is clear that the detour is long.', 'The detour is clearly long.'],
      [
        'We moved. It was raining, and the sofa was wet.',
        'We moved. The sofa was wet, and it was raining.',
      ],
    ],
  );
});

describe('the check of what is denied', () => {
  judges(
    deniedObject,
    [
      ["The old van can't carry ladders.", 'The old van cannot be driven.'],
      ['This card does not give discounts on trains.', 'This card is not valid on trains.'],
      ['The clerk never takes cheques after noon.', 'The clerk never works after noon.'],
      ["Our phones can't do video here.", 'Our phones cannot be reached here.'],
    ],
    [
      ["We can't do refunds.", 'We cannot give refunds.'],
      ["I can't make an appearance on Monday.", "I can't come on Monday."],
      ["We can't do refunds.", 'That is not possible.'],
      ["I can't make it to the meeting on Friday.", 'I cannot attend the meeting on Friday.'],
      ["I didn't get your letter.", 'I did not receive your letter.'],
      ["The shop doesn't open on Sundays.", 'The shop is not open on Sundays.'],
      ["We can't make changes.", 'Changes cannot be made.'],
      ["We can't do anything about it.", 'It cannot be helped.'],
      ['You do not need to bring a pen.', 'A pen is not needed.'],
    ],
  );
});

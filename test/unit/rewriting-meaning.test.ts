import assert from 'node:assert/strict';
import { builtInPresets } from '../../src/client/presets.ts';
import type { KeptReason } from '../../src/protocol/rewriting.ts';
import { faultOf } from '../../src/rewriting/checks/check-answer.ts';
import type { Answer, Kept } from '../../src/rewriting/checks/check.ts';
import { compareContent } from '../../src/rewriting/content/counterparts.ts';
import { badPairs, goodPairs, type Pair } from './rewriting-pairs.ts';

const content = { lost: 0.25, added: 0.12 };

function check(draft: string, text: string, more: Partial<Answer> = {}): Kept | undefined {
  return faultOf({
    ...{ draft, text, instruction: 'Rewrite the text', length: undefined, language: 'en' },
    ...{ languageOf: () => 'en', kind: 'paragraph', correctsOnly: undefined, content, ...more },
  });
}

function ofPreset({ preset, draft, text }: Pair): Kept | undefined {
  const { instruction, length, content: bounds } = builtInPresets[preset];
  return check(draft, text, { instruction, length, content: bounds });
}

describe('the checks of meaning', () => {
  it('let at least 9 of 10 good rewrites pass', () => {
    const refused = goodPairs.filter((pair) => ofPreset(pair));
    assert.ok(refused.length <= goodPairs.length * 0.1, JSON.stringify(refused, null, 1));
  });

  it('refuse at least 8 of 10 rewrites that lose, reverse or invent something', () => {
    const offered = badPairs.filter((pair) => !ofPreset(pair));
    assert.ok(offered.length <= badPairs.length * 0.2, JSON.stringify(offered, null, 1));
  });

  const lost: readonly (readonly [string, string, string])[] = [
    ['a condition', 'Call me if the door is open.', 'Call me, the door is open.'],
    ['a condition with should', 'Should the door be open, call me.', 'The door is open, call me.'],
    [
      'a condition, and has words that often stand in one',
      'In the event that you should have problems, please get in touch with Sara at noon.',
      'Please get in touch with Sara at noon.',
    ],
    ['an exception', 'Use the lift unless it burns.', 'Use the lift; it burns.'],
    ['an end', 'Wait here until the bell rings.', 'Wait here, the bell rings.'],
    ['a time', 'Lock the door when the guests leave.', 'Lock the door, the guests leave.'],
    ['a reason', 'We walk because the bus is late.', 'We walk and the bus is late.'],
    ['an order', 'Wash the wall before you paint it.', 'Wash the wall and paint it.'],
    ['an alternative', 'Take the bus instead of the train.', 'Take the bus and the train.'],
    ['a limit', 'Only drivers may open the gate.', 'Drivers may open the gate.'],
    ['all but one', 'Clean all rooms except the kitchen.', 'Clean all rooms and the kitchen.'],
  ];
  for (const [what, draft, text] of lost) {
    it(`refuse an answer that loses ${what}`, () => {
      assert.equal(check(draft, text)?.reason, 'meaning');
      assert.equal(check(draft, draft), undefined);
    });
  }

  const equivalent: readonly (readonly [string, string])[] = [
    ['In the event that the door is open, call me.', 'If the door is open, call me.'],
    ['We walk due to the fact that the bus is late.', 'We walk because the bus is late.'],
    ['Wash the wall prior to painting it.', 'Wash the wall before you paint it.'],
    ['Wait until such time as the bell rings.', 'Wait until the bell rings.'],
    ['I would be grateful if you could call Ann.', 'Please call Ann.'],
    ['Up until now the door was open.', 'The door was open.'],
    ['Could you check if the door is open?', 'Could you check whether the door is open?'],
    ['Wash the wall before you paint it.', 'Before you paint the wall, wash it.'],
    ['The door was opened by Ann.', 'Ann opened the door.'],
    ['Give the book to Ann.', 'Please give Ann the book.'],
  ];
  for (const [draft, text] of equivalent) {
    it(`accept "${text}"`, () => {
      assert.equal(check(draft, text), undefined);
    });
  }

  const reversed: readonly (readonly [string, string, string])[] = [
    [
      'statements that changed places',
      'Close the valve before you open the tank.',
      'Open the tank before you close the valve.',
    ],
    [
      'a "not" that moved to another verb',
      'The guard does not open the gate when the lamp blinks.',
      'The guard opens the gate when the lamp does not blink.',
    ],
    ['somebody who acts and did not', 'Give the old keys to Ann.', 'Ann gives the old keys.'],
    ['somebody else', 'We lost your letter.', 'You lost your letter.'],
    ['a new limit', 'Drivers may open the gate.', 'Only drivers may open the gate.'],
  ];
  for (const [what, draft, text] of reversed) {
    it(`refuse ${what}`, () => {
      assert.ok(['meaning', 'facts'].includes(check(draft, text)?.reason ?? ''));
    });
  }

  it('name what an answer leaves out and adds', () => {
    const draft = 'The plumber repaired the tap in the kitchen and cleaned the drain.';
    const less = check(draft, 'The plumber repaired the tap.');
    assert.equal(less?.text, 'The answer leaves out "kitchen", "cleaned", "drain".');
    const more = check(draft, `${draft} The neighbour painted the garage.`);
    assert.match(more!.text, /^The answer adds "neighbour", "painted", "garage", which/u);
  });

  it('compare no content without bounds', () => {
    const draft = 'Call me if the door is open.';
    assert.equal(check(draft, 'Call me.', { content: undefined }), undefined);
  });
});

describe('the content words of two texts', () => {
  const same: readonly (readonly [string, string])[] = [
    ['The removal of the pipes was decided.', 'We decided to remove the pipe.'],
    ['He has written and chosen the songs.', 'He writes songs and chooses them.'],
    ['We received several complaints.', 'They complained.'],
    ['It is very important to really note that we facilitate sports.', 'We help sports.'],
    ['We commence the works.', 'We begin the work.'],
  ];
  for (const [draft, text] of same) {
    it(`are the same in "${draft}" and "${text}"`, () => {
      const { lost, added } = compareContent(draft, text);
      assert.deepEqual([lost, added], [[], []]);
    });
  }
});

describe('the check of corrections', () => {
  const correct = (draft: string, text: string): KeptReason | undefined =>
    check(draft, text, { correctsOnly: true, content: undefined })?.reason;

  const corrected: readonly (readonly [string, string])[] = [
    ['She go home becuase its late.', "She goes home because it's late."],
    ['We buyed the the tickets yesterday.', 'We bought the tickets yesterday.'],
    ['The childs has there own keys', 'The children have their own keys.'],
  ];
  for (const [draft, text] of corrected) {
    it(`accepts "${text}"`, () => {
      assert.equal(correct(draft, text), undefined);
    });
  }

  const changed: readonly (readonly [string, string, string])[] = [
    ['a new word', 'She go home.', 'She goes home quickly, to her garden.'],
    ['another word', 'She go to the shop.', 'She goes to the library.'],
    ['a lost word', 'She buy bread and salt.', 'She buys bread.'],
  ];
  for (const [what, draft, text] of changed) {
    it(`refuses ${what}`, () => {
      assert.equal(correct(draft, text), 'meaning');
    });
  }
});

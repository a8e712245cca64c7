import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutMisplacedCourtesy } from '../../src/rewriting/added-courtesy.ts';
import { FakeWriter, preset, rewriteWith } from './rewriting-fakes.ts';

/** The draft, an answer for it, and what stays of the answer. */
type Example = readonly [string, string, string];

describe('courtesy that an answer adds', () => {
  const removed: readonly Example[] = [
    [
      'You lost the key. We are cross.',
      'You lost the key. Thank you. We are cross.',
      'You lost the key. We are cross.',
    ],
    [
      'The lamp is cracked.',
      'The lamp is cracked. Thank you so much for understanding!',
      'The lamp is cracked.',
    ],
    ['Rules of the garden.', 'Rules of the garden. Many thanks!', 'Rules of the garden.'],
    [
      'Close the lid. It is cold. Sign here.',
      'Please close the lid. Thanks! It is cold. Please sign here. Thank you!',
      'Please close the lid. It is cold. Please sign here. Thank you!',
    ],
    ['Thank you for the soup.', 'Thank you for the soup. Thanks a lot!', 'Thank you for the soup.'],
    [
      'I got the soup. Send the bowl back.',
      'Thank you for the soup. Please send the bowl back. Thank you so much.',
      'Thank you for the soup. Please send the bowl back.',
    ],
    [
      'If you want tea, ring the bell. The kitchen is shut.',
      'If you want tea, ring the bell. The kitchen is shut. Thank you for your understanding.',
      'If you want tea, ring the bell. The kitchen is shut.',
    ],
    [
      'The tour takes an hour.',
      'Please note that the tour takes an hour.',
      'The tour takes an hour.',
    ],
    [
      'It rains. The tour is short.',
      'It rains. Please note that the tour is short.',
      'It rains. The tour is short.',
    ],
  ];
  for (const [draft, text, rest] of removed) {
    it(`is taken off "${text}"`, () => {
      assert.equal(withoutMisplacedCourtesy(text, draft, true), rest);
    });
  }

  const kept: readonly (readonly [string, string])[] = [
    ['Bring a coat.', 'Please bring a coat. Thank you!'],
    ['Can you bring a coat?', 'Could you bring a coat? Thanks so much for your help!'],
    ['Bring a coat. It may rain.', 'Please bring a coat. It may rain. Many thanks!'],
    ['thanks, see you', 'See you. Thank you!'],
    ['Thanks. The soup was good.', 'Thank you! The soup was good.'],
    ['We got the soup.', 'Thank you for the soup.'],
    ['Note that it is shut.', 'Please note that it is shut.'],
    ['Ann thanks Ben.', 'Ann thanks Ben for it.'],
    ['thx', 'Thank you!'],
  ];
  for (const [draft, text] of kept) {
    it(`stays in "${text}" for "${draft}"`, () => {
      assert.equal(withoutMisplacedCourtesy(text, draft, true), text);
    });
  }

  it('goes wherever thanks have no place', () => {
    const text = 'Please bring a coat. Thank you!';
    assert.equal(withoutMisplacedCourtesy(text, 'Bring a coat.', false), 'Please bring a coat.');
  });

  it('leaves a text to itself that is its own draft', () => {
    const sentence = fc.constantFrom(
      ...['Thank you!', 'Thanks a lot.', 'Please note that it is shut.', 'Bring [1].', 'It rains.'],
    );
    const text = fc.array(sentence, { minLength: 1, maxLength: 6 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(text, fc.boolean(), (draft, mayThank) => {
        assert.equal(withoutMisplacedCourtesy(draft, draft, mayThank), draft);
      }),
    );
  });
});

describe('thanks in a rewritten document', () => {
  const friendly = { ...preset, reward: null };
  const writer = (): FakeWriter =>
    new FakeWriter(({ draft }) => `Please ${draft[0]!.toLowerCase()}${draft.slice(1)} Thank you!`);

  it('end a paragraph once, after its last sentences', async () => {
    const text =
      'Bring the large blue coat to the old house at the lake in the north before the guests come. ' +
      'Put the heavy wooden table into the garden behind the shed so that the children can paint.';
    const { result } = await rewriteWith(
      writer(),
      { text, language: 'plaintext' },
      { preset: friendly },
    );
    assert.match(result.text, /^Please bring .*come\. Please put .*paint\. Thank you!$/u);
  });

  it('end no item of a list', async () => {
    const text = '- Bring the large blue coat.\n- Put the table into the garden.\n';
    const { result } = await rewriteWith(
      writer(),
      { text, language: 'markdown' },
      { preset: friendly },
    );
    assert.equal(
      result.text,
      '- Please bring the large blue coat.\n- Please put the table into the garden.\n',
    );
  });
});

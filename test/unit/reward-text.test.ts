import assert from 'node:assert/strict';
import fc from 'fast-check';
import { activeVoice } from '../../src/engine/reward/text/active-voice.ts';
import { clarity } from '../../src/engine/reward/text/clarity.ts';
import { concision } from '../../src/engine/reward/text/concision.ts';
import { formality } from '../../src/engine/reward/text/formality.ts';
import { friendliness } from '../../src/engine/reward/text/friendliness.ts';
import { length } from '../../src/engine/reward/text/length.ts';
import { noCliches } from '../../src/engine/reward/text/no-cliches.ts';
import { politeness } from '../../src/engine/reward/text/politeness.ts';
import { positiveTone } from '../../src/engine/reward/text/positive-tone.ts';
import { readability } from '../../src/engine/reward/text/readability.ts';
import { sentencesOf, wordCount } from '../../src/engine/reward/text/sentences.ts';
import { styleGuide } from '../../src/engine/reward/text/style-guide.ts';
import {
  type TextReward,
  TextReward as PlainTextReward,
} from '../../src/engine/reward/text/text-reward.ts';
import { assertPrefers, response, scoreOf, scoresOf } from './reward-support.ts';

describe('positive-tone', () => {
  it('prefers friendly mail to hostile mail', () =>
    assertPrefers(positiveTone(), [
      [
        'Thank you so much for the quick reply, this is great news!',
        'Your reply is useless and I am disappointed again.',
      ],
      [
        'Great work on the parser, I love how simple it became.',
        'This parser is a terrible mess and nobody likes it.',
      ],
      ['We are happy to help.', 'We refuse to help.'],
    ]));

  it('scores 0.5 for a neutral sentence and for an empty text', async () => {
    assert.deepEqual(await scoresOf(positiveTone(), ['The meeting is at three.', '']), [0.5, 0.5]);
  });

  it('treats a typographic apostrophe as a plain one', async () => {
    const [typographic, plain] = await scoresOf(positiveTone(), [
      'I don\u2019t like this.',
      "I don't like this.",
    ]);
    assert.equal(typographic, plain);
  });

  it('scores a very long upper-case word without stalling', async () => {
    assert.equal(await scoreOf(positiveTone(), `${'A'.repeat(20_000)}b`), 0.5);
  });
});

describe('readability', () => {
  const simple =
    'We moved the meeting to Friday. Please bring the new plan. It will not take long.';
  const academic =
    'The implementation of comprehensive organisational restructuring necessitates interdepartmental ' +
    'communication strategies that accommodate heterogeneous stakeholder expectations.';
  const middling =
    'The new release loads large files much faster because the reader now keeps recent pages in ' +
    'memory. Users with slow disks will notice the difference most.';

  it('prefers text near the default grade to dense academic prose', () =>
    assertPrefers(readability(), [[middling, academic]]));

  it('prefers short plain sentences when a low grade is chosen', () =>
    assertPrefers(readability({ grade: 3 }), [
      [simple, academic],
      [simple, middling],
    ]));

  it('prefers longer sentences when a high grade is chosen', () =>
    assertPrefers(readability({ grade: 14 }), [[middling, simple]]));

  it('is 1 at the grade of the text and falls above and below it', async () => {
    // 9 words, 1 sentence, 9 syllables: 0.39 * 9 + 11.8 - 15.59 = -0.28.
    const text = 'The cat sat on the mat in the sun.';
    const grade = 0.39 * 9 + 11.8 - 15.59;
    const closeness = (away: number): Promise<number> =>
      scoreOf(readability({ grade: grade + away }), text);
    assert.ok(Math.abs((await closeness(0)) - 1) < 1e-9);
    assert.ok(Math.abs((await closeness(4)) - 0.5) < 1e-9);
    assert.ok(Math.abs((await closeness(-4)) - 0.5) < 1e-9);
  });

  it('scores 0 for a text without words', async () => {
    assert.deepEqual(await scoresOf(readability(), ['', ' \n', '...!']), [0, 0, 0]);
  });
});

describe('concision', () => {
  it('prefers plain wording to padding', () =>
    assertPrefers(concision(), [
      [
        'To fix this, restart the server before you upgrade.',
        'In order to fix this, it is really just necessary to restart the server prior to the upgrade.',
      ],
      [
        'We will decide soon.',
        'We will basically just sort of decide in the near future, actually.',
      ],
      [
        'Fix crash on empty file',
        'This commit is for the purpose of actually fixing the crash due to the fact that the file is empty',
      ],
    ]));

  it('prefers two sentences to one overlong sentence', () =>
    assertPrefers(concision(), [
      [
        'The parser reads the header first and then the tensors. It stops at the first bad name. The test covers an empty file, a cut file and a file with two headers.',
        'The parser reads the header first and then the tensors and it stops at the first bad name and the test covers an empty file, a cut file and a file with two headers.',
      ],
    ]));

  it('ignores software terms', async () => {
    assert.equal(await scoreOf(concision(), 'Delete the type parameters of the function.'), 1);
  });

  it('scores 1 for clean text and 0 for a text without words', async () => {
    assert.deepEqual(await scoresOf(concision(), ['Add a test.', '', '!!']), [1, 0, 0]);
  });
});

describe('formality', () => {
  it('prefers a formal register to a spoken one', () =>
    assertPrefers(formality(), [
      [
        'The committee approved the annual budget of the department without changes.',
        "Hey, we didn't really change it, so I guess it's fine with you guys!",
      ],
      [
        'Delivery of the replacement part is scheduled for the first week of March.',
        "You'll get it soon, I think, and then we'll see how it goes.",
      ],
    ]));

  it('prefers the written-out form to contractions', () =>
    assertPrefers(
      formality(),
      [
        [
          'The server does not accept the file of the client.',
          "The server doesn't accept the file of the client.",
        ],
      ],
      0.01,
    ));

  it('scores 0.5 for a text without words', async () => {
    assert.deepEqual(await scoresOf(formality(), ['', '?!']), [0.5, 0.5]);
  });
});

describe('length', () => {
  const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

  it('is 1 at the target and falls above and below it', async () => {
    assert.deepEqual(
      await scoresOf(length({ words: 10 }), [words(10), words(5), words(20), words(40), '']),
      [1, 0.5, 0.5, 0.25, 0],
    );
  });

  it('aims at 80 words by default', async () => {
    assert.equal(await scoreOf(length(), words(80)), 1);
  });
});

describe('sentences and words', () => {
  it('keeps sentences of hard-wrapped lines whole and separates list items', () => {
    const text =
      'The reader keeps\nrecent pages. It asked\nMr. Smith.\n\n- first item\n- second item';
    assert.deepEqual(
      sentencesOf(text).map(({ words }) => words.length),
      [5, 4, 2, 2],
    );
  });

  it('counts words that have letters or digits, in any script', () => {
    assert.equal(wordCount("Don't stop - r\u00e9sum\u00e9 no. 5 \u{1F600} ..."), 5);
    assert.equal(wordCount(''), 0);
  });
});

describe('every text reward', () => {
  const rewards: readonly TextReward[] = [
    positiveTone(),
    readability(),
    concision(),
    clarity(),
    activeVoice(),
    noCliches(),
    friendliness(),
    politeness(),
    formality(),
    length(),
    styleGuide({ avoid: ['a', '\u00e9'], prefer: [{ instead: 'b', use: 'b c' }] }),
  ];
  const words = fc.constantFrom(
    ...[
      'but',
      'good',
      'NOT',
      "don't",
      'constructor',
      '__proto__',
      'hasOwnProperty',
      '.',
      '\n',
      '- ',
    ],
    ...['\u200d', '\ud800', '\u0000', '1,000', 'e.g.', 'http://a.b/c', ':)', '#', '\u4e2d\u6587'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200, size: 'max' }),
    fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }),
    fc.array(words, { maxLength: 60, size: 'max' }).map((parts) => parts.join(' ')),
  );

  for (const reward of rewards) {
    it(`stays finite and in its range for any text (${reward.id})`, () =>
      fc.assert(
        fc.asyncProperty(texts, async (text) => {
          const score = await scoreOf(reward, text);
          assert.ok(score >= reward.range[0] && score <= reward.range[1], String(score));
        }),
        { numRuns: 100 },
      ));

    it(`scores a text independently of earlier texts (${reward.id})`, async () => {
      const alone = await scoreOf(reward, 'Thanks, the fix works well.');
      const [, again] = await scoresOf(reward, ['Something else.', 'Thanks, the fix works well.']);
      assert.equal(again, alone);
    });

    it(`scores long texts of all kinds (${reward.id})`, async () => {
      const long = ['good but ', 'a', 'A', '.', '\n', '\u{1F600}', '\u4e2d', "it's, "].map((unit) =>
        unit.repeat(20_000 / unit.length),
      );
      for (const score of await scoresOf(reward, long)) assert.ok(score >= 0 && score <= 1);
    }).timeout(20_000);
  }

  it('measures no more than the first 50,000 characters', async () => {
    const seen: number[] = [];
    const reward = new PlainTextReward('size', (text) => seen.push(text.length) * 0);
    await scoreOf(reward, 'x'.repeat(200_000));
    assert.deepEqual(seen, [50_000]);
  });

  it('refuses to score for a cancelled request', async () => {
    const session = await length().open();
    await assert.rejects(session.score([response('a')], AbortSignal.abort()), {
      name: 'AbortError',
    });
  });

  it('computes no positions', async () => {
    const session = await positiveTone().open();
    await session.score([response('a')]);
    assert.equal(session.positions, 0);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { z } from 'zod';
import type { Reward } from '../../src/decoding/reward.ts';
import { activeVoice } from '../../src/engine/reward/text/active-voice.ts';
import { clarity } from '../../src/engine/reward/text/clarity.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { friendliness } from '../../src/engine/reward/text/friendliness.ts';
import { noCliches } from '../../src/engine/reward/text/no-cliches.ts';
import { politeness } from '../../src/engine/reward/text/politeness.ts';
import { assertPrefers, prompt, response, scoreOf, scoresOf } from './reward-support.ts';

const root = join(import.meta.dirname, '../..');

const rewritesSchema = z.array(
  z.strictObject({ draft: z.string(), good: z.string(), poor: z.string() }),
);

describe('clarity', () => {
  it('prefers plain statements to hedged ones', () =>
    assertPrefers(clarity(), [
      ['The disk is full.', 'It seems that the disk is possibly somewhat full, I guess.'],
      ['We decide in May.', 'Perhaps we generally tend to decide in May, presumably.'],
    ]));

  it('prefers a sentence that most readers understand', () =>
    assertPrefers(clarity(), [
      [
        'The new team plans talk with each group, so that all know what to expect.',
        'The implementation of comprehensive organisational restructuring necessitates interdepartmental communication strategies.',
      ],
    ]));

  it('ignores words that state a fact', async () => {
    assert.equal(await scoreOf(clarity(), 'You should read it, for it could help many users.'), 1);
  });

  it('scores 0 for a text without words', async () => {
    assert.deepEqual(await scoresOf(clarity(), ['', '!!']), [0, 0]);
  });
});

describe('active-voice', () => {
  it('prefers the active form of a sentence', () =>
    assertPrefers(activeVoice(), [
      ['The manager sent the report.', 'The report was sent by the manager.'],
      ['We decided to wait.', 'A decision to wait has been made.'],
      ['We no longer support it.', 'It is no longer supported by us.'],
    ]));

  it('counts passive verbs per sentence, so a second active sentence halves the cost', async () => {
    const passive = 'The report was sent.';
    assert.deepEqual(await scoresOf(activeVoice(), [passive, `${passive} We read it.`]), [
      1 / 3,
      1 / 2,
    ]);
  });

  it('treats states and progressive forms as active', async () => {
    const active = ['The book is interesting.', 'We are waiting.', 'The key is missing.', 'It is.'];
    assert.deepEqual(
      await scoresOf(activeVoice(), active),
      active.map(() => 1),
    );
  });

  it('scores 0 for a text without words', async () => {
    assert.deepEqual(await scoresOf(activeVoice(), ['', '...']), [0, 0]);
  });
});

describe('no-cliches', () => {
  it('prefers plain wording to worn-out phrases', () =>
    assertPrefers(noCliches(), [
      ['We start again.', 'We are back to square one.'],
      ['In the end it counts.', 'At the end of the day, it counts.'],
      ['It runs without a break.', 'It seamlessly runs.'],
    ]));

  it('finds a phrase across a line break, with other apostrophes and in any case', async () => {
    for (const text of ['BACK TO\nSQUARE ONE', 'All in a day\u2019s work', 'Long, story short']) {
      assert.ok((await scoreOf(noCliches(), text)) < 0.5, text);
    }
  });

  it('finds no phrase inside words', async () => {
    assert.equal(await scoreOf(noCliches(), 'The Overleveragings of Nextlevel.'), 1);
  });

  it('scores 0 for a text without words', async () => {
    assert.deepEqual(await scoresOf(noCliches(), ['', '?']), [0, 0]);
  });
});

describe('friendliness', () => {
  it('prefers kind wording, and scores 0.5 for neutral and empty texts', async () => {
    await assertPrefers(friendliness(), [
      ['Great work, I love it!', 'This is a terrible mess.'],
      ['We are happy to help.', 'The office opens at nine.'],
    ]);
    assert.deepEqual(await scoresOf(friendliness(), ['The office opens at nine.', '']), [0.5, 0.5]);
  });

  it('does not grow with the length of a text', async () => {
    const kind = 'That is nice.';
    const [once, often] = await scoresOf(friendliness(), [kind, `${kind} ${kind} ${kind} ${kind}`]);
    assert.ok(Math.abs(once! - often!) < 1e-9);
  });
});

describe('politeness', () => {
  it('prefers requests that leave a choice to orders', () =>
    assertPrefers(politeness(), [
      ['Could you send me the report?', 'Send me the report.'],
      ['Please close the door.', 'Close the door.'],
      ['Send me the report.', 'You must send me the report at once.'],
    ]));

  it('recognises thanks, greetings, apologies and offers', async () => {
    const polite = [
      'Thank you.',
      'Dear Ana,',
      'I am sorry.',
      'Feel free to ask.',
      'We\u2019d love it.',
    ];
    assert.deepEqual(
      await scoresOf(politeness(), polite),
      polite.map(() => 1),
    );
  });

  it('scores 0.5 for a statement and for a text without words', async () => {
    assert.deepEqual(await scoresOf(politeness(), ['The office opens at nine.', '']), [0.5, 0.5]);
  });

  it('gains nothing from a repeated marker', async () => {
    const [once, twice] = await scoresOf(politeness(), [
      'Please wait. It takes a day. It is raining. We work.',
      'Please, please wait, please. It takes a day. It is raining. We work.',
    ]);
    assert.equal(once, twice);
  });
});

describe('rewards that measure shares', () => {
  const sentences = fc.constantFrom(
    ...['Thank you so much!', 'Send me the report.', 'You must answer at once.', 'I love it.'],
    ...['The file was deleted by the script.', 'It is perhaps somewhat late.', 'It works.'],
    ...['At the end of the day, the office opens at nine.', 'Could you have a look?', 'No.'],
  );
  const texts = fc.array(sentences, { minLength: 1, maxLength: 8 });

  for (const reward of [clarity(), activeVoice(), noCliches(), friendliness(), politeness()]) {
    it(`scores a repeated text like the text itself (${reward.id})`, () =>
      fc.assert(
        fc.asyncProperty(texts, async (text) => {
          const once = text.join(' ');
          const [first, second] = await scoresOf(reward, [once, `${once}\n\n${once}`]);
          assert.ok(Math.abs(first! - second!) < 1e-9, `${first} and ${second}`);
        }),
        { numRuns: 50 },
      ));
  }
});

for (const id of ['clear-writing', 'warm-tone']) {
  describe(id, function () {
    this.timeout(60_000);
    let reward: Reward;

    before(async function () {
      reward = await createReward(id, { modelsFolder: join(root, 'models') });
    });

    it('ranks at least nine in ten good rewrites above the poor ones', async () => {
      const file = join(root, 'test/fixtures/rewrites', `${id}.json`);
      const rewrites = rewritesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      assert.equal(rewrites.length, 40);
      const wrong: string[] = [];
      for (const { draft, good, poor } of rewrites) {
        const asked = prompt('Rewrite the text.', draft);
        const [high, low] = await scoresOf(reward, [good, poor], asked);
        if (!(high! > low!)) wrong.push(`${high} is not above ${low}: ${good} | ${poor}`);
      }
      assert.ok(wrong.length <= 4, wrong.join('\n'));
    });

    it('stays in its range, also for an empty text', async () => {
      assert.deepEqual(reward.range, [0, 1]);
      for (const score of await scoresOf(reward, ['', ' ', '?!', 'Thank you.', 'a '.repeat(500)])) {
        assert.ok(score >= 0 && score <= 1, String(score));
      }
    });

    it('reports the score of each part', async () => {
      const session = await reward.open(prompt('Write a note.'));
      const note = response('The office opens at nine.');
      const parts = await session.parts!(note);
      session.close();
      assert.equal(parts['keeps-meaning'] !== undefined, true);
      assert.ok(Object.values(parts).every((score) => score >= 0 && score <= 1));
    });

    it('prefers an answer to the prompt when there is no draft', async () => {
      const asked = prompt('Write a notice: the office opens at nine on Monday.');
      const [answer, other] = await scoresOf(
        reward,
        ['The office opens at nine on Monday.', 'The cat sleeps on the mat in the sun.'],
        asked,
      );
      assert.ok(answer! > other!);
    });
  });
}

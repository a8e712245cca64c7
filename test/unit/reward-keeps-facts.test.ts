import assert from 'node:assert/strict';
import { KeepsFacts } from '../../src/engine/reward/text/keeps-facts.ts';
import { prompt, response, scoreOf, scoresOf } from './reward-support.ts';

const draft = 'Ann will send 4,200 units to Berlin on 29 May.';
const asked = prompt('Rewrite it.', draft);

describe('the reward keeps-facts', () => {
  it('is 1 where all facts are kept, and falls with each that is lost, changed or new', async () => {
    const scores = await scoresOf(
      new KeepsFacts(),
      [
        'On May 29, Ann sends 4200 units to Berlin.',
        'Ann will send 4,200 units to Berlin.',
        'Ann will send 4,200 units to Berlin on 30 May.',
        'Ann will send 4,200 units to Berlin on 29 May, with Tom.',
        '',
      ],
      asked,
    );
    assert.deepEqual(scores, [1, 7 / 8, 7 / 9, 9 / 10, 1 / 5]);
  });

  it('counts facts that a response has not reached as kept, and new ones as new', async () => {
    const session = await new KeepsFacts().open(asked);
    const scores = await session.score([
      { ...response('Ann will send'), ended: false },
      response('Ann will send'),
      { ...response('Tom will send'), ended: false },
    ]);
    assert.deepEqual(scores, [1, 3 / 6, 7 / 9]);
  });

  it('compares with the prompt where there is no draft', async () => {
    const score = await scoreOf(
      new KeepsFacts(),
      'See you on Monday.',
      prompt('Invite Ann on Monday.'),
    );
    assert.equal(score, 3 / 4);
  });

  it('says how many facts are missing, changed and added', async () => {
    const session = await new KeepsFacts().open(asked);
    const parts = await session.parts!(response('Ann will send 4,300 units to Berlin with Tom.'));
    assert.deepEqual(parts, { facts: 4, missing: 1, changed: 1, added: 1 });
  });
});

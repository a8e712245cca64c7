import assert from 'node:assert/strict';
import { styleGuide } from '../../src/engine/reward/text/style-guide.ts';
import { scoreOf, scoresOf } from './reward-support.ts';

describe('style-guide', () => {
  const guide = styleGuide({
    avoid: ['simply', 'JIRA', 'C++', 'at  the end of the day', '\u00fcber'],
    prefer: [
      { instead: 'github', use: 'GitHub' },
      { instead: 'mail', use: 'mail message' },
    ],
  });
  const halves: readonly (readonly [name: string, text: string])[] = [
    ['a term to avoid', 'You can simply restart.'],
    ['a lower-case term in any case', 'Simply restart.'],
    ['a term with capitals as written', 'See JIRA for more.'],
    ['a term that ends in a sign', 'Written in C++.'],
    ['a term over a line break', 'At the\nend of the day it works.'],
    ['a term with letters beyond ASCII', 'Das ist u\u0308ber alles.'],
    ['a term that has a preferred one', 'See the github page.'],
  ];
  for (const [name, text] of halves) {
    it(`halves the score for ${name}`, async () => {
      assert.equal(await scoreOf(guide, text), 0.5);
    });
  }

  it('finds no offence in longer words, other cases of capitals, or preferred terms', async () => {
    const clean = [
      'Oversimply is no word and neither is simply\u00e9.',
      'See Jira for more.',
      'See GitHub.',
      'A mail message came.',
      'Das ist gegen\u00fcber.',
      '',
    ];
    assert.deepEqual(
      await scoresOf(guide, clean),
      clean.map(() => 1),
    );
  });

  it('falls with each additional offence', async () => {
    assert.equal(await scoreOf(guide, 'Simply put the mail on github.'), 1 / 4);
  });

  it('treats punctuation in a term literally', async () => {
    const dots = styleGuide({ avoid: ['a.b', '(sic)'], prefer: [] });
    assert.deepEqual(await scoresOf(dots, ['axb', 'a.b', 'so (sic) said']), [1, 0.5, 0.5]);
  });
});

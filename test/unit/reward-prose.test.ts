import assert from 'node:assert/strict';
import { proseOf } from '../../src/engine/reward/text/prose.ts';
import { activeVoice } from '../../src/engine/reward/text/active-voice.ts';
import { formality } from '../../src/engine/reward/text/formality.ts';
import { length } from '../../src/engine/reward/text/length.ts';
import { positiveTone } from '../../src/engine/reward/text/positive-tone.ts';
import { styleGuide } from '../../src/engine/reward/text/style-guide.ts';
import { scoreOf, scoresOf } from './reward-support.ts';

/** Stands for code and links. */
const code = '\uFFFC';

describe('the prose that text measures read', () => {
  const cases: readonly (readonly [what: string, text: string, prose: string])[] = [
    [
      'keeps a text without markup',
      'Mr. Smith (at home) wrote 3 > 2.',
      'Mr. Smith (at home) wrote 3 > 2.',
    ],
    [
      'has a placeholder for inline code',
      'Run `npm test`, then `a``b`.',
      `Run ${code}, then ${code}.`,
    ],
    ['keeps a single back tick', 'A ` alone.', 'A ` alone.'],
    [
      'has the text of a link without its target',
      'See [the page](https://x.org/a "T").',
      'See the page.',
    ],
    [
      'has the text of a link by reference',
      'See [the page][x].\n\n[x]: https://x.org',
      'See the page.\n\n',
    ],
    ['has the alternative text of an image', 'A ![small map](map.png) here.', 'A small map here.'],
    [
      'has a placeholder for an autolink',
      'At <https://x.org> or <me@x.org>.',
      `At ${code} or ${code}.`,
    ],
    [
      'has placeholders for bare links, mail addresses and domains',
      'At https://x.org/a_b. Or me@x.org, www.x.org, docs.example.com.',
      `At ${code}. Or ${code}, ${code}, ${code}.`,
    ],
    [
      'drops tags and their attributes',
      'The <a href="https://x.org">page</a> here.',
      'The page here.',
    ],
    [
      'drops code blocks',
      'Before.\n\n```sh\nnpm test\n\nmore\n```\n\nAfter.',
      'Before.\n\n\n\n\nAfter.',
    ],
    ['drops a code block that is not closed yet', 'Before.\n\n~~~\nnpm', 'Before.\n\n\n'],
    ['has a placeholder for code that is not closed yet', 'Run `git remote', `Run ${code}`],
    [
      'keeps a quotation that starts with a back tick',
      "He said `yes' to it",
      "He said `yes' to it",
    ],
    ['drops a target that is not closed yet', 'See [the page](https://exa', 'See [the page'],
    ['has a placeholder for a link that is not complete', 'See https://exa', `See ${code}`],
    ['keeps indented text', '    Dear Ann, `x`', `    Dear Ann, ${code}`],
    ['keeps abbreviations', 'Fruit, e.g. plums, i.e. food.', 'Fruit, e.g. plums, i.e. food.'],
  ];
  for (const [what, text, prose] of cases) {
    it(what, () => {
      assert.equal(proseOf(text), prose);
    });
  }

  it('is all that a style guide is applied to', async () => {
    const guide = styleGuide({
      avoid: ['sign in'],
      prefer: [{ instead: 'github', use: 'GitHub' }],
    });
    const clean = [
      'See [the page](https://github.com/a).',
      'See https://github.com/a and git@github.com.',
      'Run `github`.',
      'The sign `x` in the middle.',
    ];
    assert.deepEqual(await scoresOf(guide, clean), [1, 1, 1, 1]);
    assert.equal(await scoreOf(guide, 'See [github](https://x.org).'), 0.5);
  });

  it('is all that is counted, tagged and rated', async () => {
    const plain = 'The server reads the file.';
    const marked = 'The server reads the `dreadful.kill` file.';
    for (const reward of [length({ words: 5 }), positiveTone(), activeVoice()]) {
      assert.equal(await scoreOf(reward, marked), await scoreOf(reward, plain), reward.id);
    }
    assert.equal(
      await scoreOf(formality(), 'He `x` went.'),
      await scoreOf(formality(), 'He went.'),
    );
    assert.equal(await scoreOf(length({ words: 5 }), '`one two three`'), 0);
  });
});

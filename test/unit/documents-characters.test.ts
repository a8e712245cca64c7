import assert from 'node:assert/strict';
import { type ProseUnit } from '../../src/documents/prose-unit.ts';
import { proseUnits } from '../../src/documents/prose-units.ts';

async function unitIn(source: string, language: string): Promise<ProseUnit> {
  const [unit, ...others] = await proseUnits(source, language);
  assert.ok(unit && others.length === 0);
  return unit;
}

/** The text that the model reads, and the document with other prose in its place. */
async function both(source: string, language: string, prose?: (text: string) => string) {
  const unit = await unitIn(source, language);
  assert.deepEqual(unit.fill(unit.text), { source: source.slice(unit.start, unit.end) });
  const filled = unit.fill(prose?.(unit.text) ?? unit.text);
  const problem = 'problem' in filled ? filled.problem.text : undefined;
  return [unit.text, problem ?? ('source' in filled ? filled.source : '')] as const;
}

describe('Fixed spaces in markup', function () {
  for (const space of ['&nbsp;', '&#160;', '&#xA0;', '&thinsp;', '&ensp;', '&#8239;'])
    for (const language of ['html', 'markdown'])
      it(`are a space for the model in ${language}, and stay between their words (${space})`, async () =>
        assert.deepEqual(
          await both(
            `We shall meet you on 6${space}May at noon.`,
            language,
            () => 'On 6 May we shall see you.',
          ),
          ['We shall meet you on 6 May at noon.', `On 6${space}May we shall see you.`],
        ));

  it('may not be lost', async () => {
    const [, problem] = await both('We all meet on 6&nbsp;May at noon.', 'html', () => 'In May.');
    assert.match(problem, /fixed space between "6" and "May"/u);
  });

  it('at the ends of a paragraph are no part of its prose', async () =>
    assert.deepEqual(await both('<p>&nbsp;We all meet at noon.&#160;</p>', 'html'), [
      'We all meet at noon.',
      'We all meet at noon.',
    ]));

  it('of LaTeX are a space for the model', async () =>
    assert.deepEqual(
      await both(
        'We show it in Fig.~3 of Dr.\\ Berg for 12\\,kg and 5\\ cm.',
        'latex',
        () => 'For 12 kg and 5 cm, Fig. 3 of Dr. Berg shows it.',
      ),
      [
        'We show it in Fig. 3 of Dr. Berg for 12 kg and 5 cm.',
        'For 12\\,kg and 5\\ cm, Fig.~3 of Dr.\\ Berg shows it.',
      ],
    ));

  it('stay at a mark when the word before it is another one', async () =>
    assert.deepEqual(
      await both('Many researchers~\\cite{a} say it is so.', 'latex', (text) =>
        text.replace('researchers', 'people'),
      ),
      ['Many researchers [1] say it is so.', 'Many people~\\cite{a} say it is so.'],
    ));

  it('come back where a model leaves them out of a number with its unit', async () =>
    assert.deepEqual(
      await both(
        'The price rose by 22\\,\\% in the last year.',
        'latex',
        () => 'Last year the price rose by 22%.',
      ),
      ['The price rose by 22 % in the last year.', 'Last year the price rose by 22\\,\\%.'],
    ));
});

describe('A fixed space before punctuation', function () {
  it('comes back where a model leaves it out', async () =>
    assert.deepEqual(
      await both(
        'Et pourquoi\u00A0? Il vient de Lyon\u00A0!',
        'plaintext',
        () => 'Il vient de Lyon! Mais pourquoi?',
      ),
      ['Et pourquoi ? Il vient de Lyon !', 'Il vient de Lyon\u00A0! Mais pourquoi\u00A0?'],
    ));
});

describe('Escapes and entities of one character', function () {
  it('of LaTeX are the character for the model, and are written for it', async () =>
    assert.deepEqual(
      await both(
        'M\\"uller \\& Erd\\H{o}s paid \\$14 for 6{,}069 nails, 5\\% off.',
        'latex',
        () => 'For 6,069 nails, Müller & Erdős paid $14 (5% off), and $3 more.',
      ),
      [
        'Müller & Erdős paid $14 for 6,069 nails, 5% off.',
        'For 6{,}069 nails, M\\"uller \\& Erd\\H{o}s paid \\$14 (5\\% off), and \\$3 more.',
      ],
    ));

  it('of HTML are the character for the model, and are written for it', async () =>
    assert.deepEqual(
      await both(
        '<p>The R&amp;D team of Caf&eacute; Lys saw 5 &lt; 6.</p>',
        'html',
        () => 'At Café Lys, R&D, saw that 5 < 6 <b>.',
      ),
      [
        'The R&D team of Café Lys saw 5 < 6.',
        'At Caf&eacute; Lys, R&amp;D, saw that 5 &lt; 6 &lt;b>.',
      ],
    ));

  it('of Markdown are the character for the model, and are written for it', async () =>
    assert.deepEqual(
      await both(
        'It costs 5\\* here &amp; there, for me \\[all\\] of it.',
        'markdown',
        () => 'Here & there it costs 5*, *all* of it [all].',
      ),
      [
        'It costs 5* here & there, for me [all] of it.',
        'Here &amp; there it costs 5\\*, \\*all\\* of it \\[all\\].',
      ],
    ));

  it('are escaped where the draft writes them in several ways', async () =>
    assert.deepEqual(
      await both(
        'It is 2 * 3 or 5 \\* 6 for us all.',
        'markdown',
        () => 'For all it is 2 * 3 now.',
      ),
      ['It is 2 * 3 or 5 * 6 for us all.', 'For all it is 2 \\* 3 now.'],
    ));

  it('never make a mark of the draft', async () => {
    const [text] = await both('We read \\[3\\] and &#91;&#51;] and [&#x2F;3] of it.', 'markdown');
    assert.equal(text, 'We read [1] and [2] and [3] of it.');
  });

  it('are part of an address', async () => {
    const [text] = await both('<p>We read https://a.example/?x=1&amp;y=2 today.</p>', 'html');
    assert.equal(text, 'We read [1] today.');
  });
});

describe('Pieces of markup side by side', function () {
  it('have one mark', async () =>
    assert.deepEqual(
      await both('See the notes`x`![i](i.png)<i/> of **all** of us.', 'markdown', (text) =>
        text.replace('the', 'our'),
      ),
      [
        'See the notes[1] of [2]all[/2] of us.',
        'See our notes`x`![i](i.png)<i/> of **all** of us.',
      ],
    ));
});

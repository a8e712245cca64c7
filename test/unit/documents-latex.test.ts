import assert from 'node:assert/strict';
import { proseUnits } from '../../src/documents/prose-units.ts';

/** What the model reads; each unit gives its own source again. */
async function read(source: string): Promise<string[]> {
  const units = await proseUnits(source, 'latex');
  for (const unit of units)
    assert.deepEqual(unit.fill(unit.text), { source: source.slice(unit.start, unit.end) });
  return units.map(({ kind, text }) => `${kind}: ${text}`);
}

const within = (name: string, body: string, after = ''): string =>
  `\\begin{${name}}${after}\n${body}\n\\end{${name}}\n`;

describe('Prose of LaTeX', function () {
  it('stands between the opening and the closing of a letter', async () =>
    assert.deepEqual(
      await read(
        within(
          'letter',
          '\\opening{Dear Dr Berg, who reads this,}\nThe plants are all well.\n\n' +
            'They came by train.\\closing{With all our best wishes,}\n\\encl{A list of the plants}',
          '{To the Garden\\\\ of all plants}',
        ),
      ),
      ['paragraph: The plants are all well.', 'paragraph: They came by train.'],
    ));

  for (const name of ['abstract', 'quote', 'quotation', 'center', 'flushleft', 'frame'])
    it(`is the body of ${name}`, async () =>
      assert.deepEqual(await read(within(name, 'The plants are all well.')), [
        'paragraph: The plants are all well.',
      ]));

  for (const [name, after] of [
    ['minipage', '{0.4\\textwidth}'],
    ['tcolorbox', '[title={All of the plants}, width=3cm]'],
    ['keyresult', '{The first of the results}[b]'],
    ['greetings', ''],
  ] as const)
    it(`is the body of ${name} without its arguments`, async () =>
      assert.deepEqual(await read(within(name, 'The plants are all well.', after)), [
        'paragraph: The plants are all well.',
      ]));

  it('is in theorems that the document declares, after their names', async () =>
    assert.deepEqual(
      await read(
        `\\newtheorem{law}{Law}\n${within('law', 'Each plant needs some light.', '[Of the light]')}`,
      ),
      ['paragraph: Each plant needs some light.'],
    ));

  for (const name of [
    'verbatim',
    'lstlisting',
    'pycode',
    'tikzpicture',
    'align*',
    'tabular',
    'verse',
  ])
    it(`is not the body of ${name}`, async () =>
      assert.deepEqual(await read(within(name, 'The plants are all well.')), []));

  it('is not the body of a table whose name nobody knows', async () =>
    assert.deepEqual(
      await read(within('grid', 'the plants & are all well \\\\ in here & now')),
      [],
    ));

  it('is in titles, captions and items', async () =>
    assert.deepEqual(
      await read(
        '\\section{Where the plants stand}\n' +
          within('figure', '\\includegraphics{a}\n\\caption{The plants stand in 22\\,\\% light.}') +
          within('enumerate', '\\item The first plant is well.'),
      ),
      [
        'heading: Where the plants stand',
        'paragraph: The plants stand in 22 % light.',
        'item: The first plant is well.',
      ],
    ));

  it('of more than 300,000 characters is refused in one sentence', async () =>
    assert.rejects(read('The plants are all well. '.repeat(13_000)), /325,000 characters/u));
});

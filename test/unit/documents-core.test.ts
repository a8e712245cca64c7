import assert from 'node:assert/strict';
import { type Block, type Markup, type Span, type Syntax } from '../../src/documents/block.ts';
import { type ProseUnit } from '../../src/documents/prose-unit.ts';
import { unitsOf } from '../../src/documents/units-of.ts';

/** A block of all of a source: `{code}` is a lone piece, `<words>` a pair, a `|` a break. */
function unitsIn(source: string, range?: Span, options: Partial<Block> & Syntax = {}) {
  const markup: Markup[] = [];
  const breaks: Span[] = [];
  const open: number[] = [];
  for (const { index, 0: sign } of source.matchAll(/\{[^}]*\}|[<>|]/gu)) {
    if (sign === '<') open.push(index);
    else if (sign === '|') breaks.push({ start: index, end: index + 1 });
    else if (sign === '>')
      markup.push({
        start: open.pop()!,
        end: index + 1,
        inner: { start: 0, end: index },
      });
    else markup.push({ start: index, end: index + sign.length });
  }
  const pieces = markup.map((piece) =>
    piece.inner ? { ...piece, inner: { start: piece.start + 1, end: piece.inner.end } } : piece,
  );
  const { escape, reads, mayStartLine, ...rest } = options;
  const syntax = {
    ...(escape && { escape }),
    ...(reads && { reads }),
    ...(mayStartLine && { mayStartLine }),
  };
  const block: Block = {
    kind: 'paragraph',
    start: 0,
    end: source.length,
    markup: pieces,
    breaks,
    ...rest,
  };
  return unitsOf(source, { blocks: [block], syntax }, range);
}

const texts = (units: readonly ProseUnit[]): string[] => units.map(({ text }) => text);

function filled(unit: ProseUnit | undefined, prose: string): string {
  const result = unit!.fill(prose);
  return 'source' in result ? result.source : `${result.problem.reason}: ${result.problem.text}`;
}

describe('Units of prose', function () {
  it('name markup by numbered marks, and put it back', function () {
    const [unit, ...rest] = unitsIn('Please use {f(x)} in <all of {your} files> today.');
    assert.deepEqual(rest, []);
    assert.equal(unit?.text, 'Please use [1] in [2]all of [3] files[/2] today.');
    assert.equal(unit.marks, 3);
    assert.equal(
      filled(unit, 'In [2]each of [3] files[/2], use [1].'),
      'In <each of {your} files>, use {f(x)}.',
    );
  });

  it('refuse marks that are missing, doubled, unknown or badly nested', function () {
    const [unit] = unitsIn('Please use {f} in <all files> today.');
    const problem = (prose: string): string => filled(unit, prose);
    assert.match(problem('use it in [2]files[/2]'), /^marks: .* lacks the mark \[1\]\.$/u);
    assert.match(problem('use [1] [1] [2]files[/2]'), /\[1\] more than once/u);
    assert.match(problem('use [1] [2]files[/2] [7]'), /\[7\], which the draft does not have/u);
    assert.match(problem('use [1] [/2]files[2]'), /\[\/2\] of the rewrite is not at the end/u);
    assert.match(problem('use [1][/1] [2]files[/2]'), /\[\/1\], which the draft/u);
    assert.match(problem('use [1] [2]files'), /lacks the mark \[\/2\]/u);
    assert.match(problem(' \n'), /^empty: /u);
  });

  it('make a mark of what looks like one, of a URL, an address and a path', function () {
    const source =
      'As [3] and [/3] say, see https://a.example/x, ask ann@a.example, open src/a.ts.';
    const [unit] = unitsIn(source);
    assert.equal(unit?.text, 'As [1] and [2] say, see [3], ask [4], open [5].');
    assert.equal(filled(unit, unit.text), source);
  });

  it('read "and/or", "e.g." and "3.5" as words', function () {
    const source = 'It runs and/or stops, e.g. with Node.js at 3.5 seconds.';
    assert.deepEqual(texts(unitsIn(source)), [source]);
  });

  it('put fixed spaces back between the same two words, or refuse', function () {
    const [unit] = unitsIn('The price of it is 10\u00A0000\u202F€ today.');
    assert.equal(unit?.text, 'The price of it is 10 000 € today.');
    assert.equal(filled(unit, 'Today it costs 10 000 €.'), 'Today it costs 10\u00A0000\u202F€.');
    assert.match(filled(unit, 'Today it costs 10,000 €.'), /^space: .*"10" and "000"/u);
  });

  it('wrap new words at the width of the draft under its starts of lines', function () {
    const source = '   one two three four\n > five six seven\n > eight nine.';
    const [unit] = unitsIn(source, undefined, {
      start: 3,
      hanging: (lineStart) => lineStart + 3,
      markup: [],
      breaks: [],
    });
    assert.equal(unit?.text, 'one two three four five six seven eight nine.');
    assert.equal(
      filled(unit, 'one two three more words four five six seven eight nine.'),
      'one two three more\n > words four five\n > six seven eight\n > nine.',
    );
  });

  it('keep the lines of a draft before and after the words that changed', function () {
    const source = 'one two three\nfour five six\nseven eight\nnine  ten eleven';
    const [unit] = unitsIn(source);
    assert.equal(filled(unit, unit!.text.replace('five', 'xxxx')), source.replace('five', 'xxxx'));
  });

  it('keep one sentence a line', function () {
    const [unit] = unitsIn('We met on Monday at the office.\nIt was a good day for all of us.');
    assert.equal(
      filled(unit, 'We met on Monday. It was good. All of us liked what they saw on that day.'),
      'We met on Monday.\nIt was good.\nAll of us liked what they saw on that day.',
    );
  });

  it('keep one line as one line, and the line ends of the draft', function () {
    const long = Array.from({ length: 40 }, () => 'word').join(' ');
    assert.equal(filled(unitsIn('only one line of it')[0], long), long);
    const [unit] = unitsIn('one two three of them\r\nand four five\r\nand six');
    assert.match(filled(unit, long), /^word[^\n]*word\r\nword/u);
    assert.doesNotMatch(filled(unit, long), /[^\r]\n/u);
  });

  it('never start a line with a word that must not', function () {
    const [unit] = unitsIn('one two three four\nfive - six seven', undefined, {
      mayStartLine: (word) => word !== '-',
    });
    assert.equal(filled(unit, 'eleven twelve four - six seven'), 'eleven twelve four -\nsix seven');
  });

  it('end at breaks, and leave out markup around and cut in two', function () {
    const source = '<the first line of it|and the second {x}> <is all bold>';
    assert.deepEqual(texts(unitsIn(source)), ['the first line of it']);
    assert.deepEqual(texts(unitsIn('<the <whole> of it>|<all of this is bold>')), [
      'the [1]whole[/1] of it',
      'all of this is bold',
    ]);
  });

  it('are cut to the whole words of a range', function () {
    const source = 'We all came <to the party> and we {d} sang songs.';
    const at = (from: string, to: string) =>
      texts(unitsIn(source, { start: source.indexOf(from), end: source.indexOf(to) + to.length }));
    assert.deepEqual(at('ame', 'and we'), ['[1]to the party[/1] and we']);
    assert.deepEqual(at('the party', 'and we'), []);
    assert.deepEqual(at('d}', 'songs'), []);
    assert.deepEqual(at('and we', 'son'), ['and we [1] sang']);
  });

  it('are none for names, addresses, fields, greetings and endings', function () {
    for (const source of [
      'Ann Example',
      '12 Long Road\nSpringfield',
      'Status: waiting for review',
      'Dear Ann,',
      'Best wishes,\nTom',
      'Thanks again,\nTom Example\nHead of Sales',
      'https://a.example/x',
      'Tom and Ann of the Board',
      'x = f(y); if (a < b) { return c; }',
      'Roses are red\nViolets are blue\nSugar is sweet',
    ])
      assert.deepEqual(texts(unitsIn(source)), [], source);
  });

  it('are the body of a letter without greeting, fields and end', function () {
    const source =
      'Hi all,\nthe room is booked for us.\nPlace: Room 4\nTime: 10:30\nCheers,\nTom Example';
    assert.deepEqual(texts(unitsIn(source)), ['the room is booked for us.']);
  });
});

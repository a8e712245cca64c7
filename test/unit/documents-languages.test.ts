import assert from 'node:assert/strict';
import { proseUnits } from '../../src/documents/prose-units.ts';

/** What the model reads of a document, by kind. */
async function read(source: string, language: string): Promise<string[]> {
  const units = await proseUnits(source, language);
  return units.map(({ kind, text }) => `${kind}: ${text}`);
}

/** A document in which each unit's prose is changed. */
async function change(
  source: string,
  language: string,
  prose: (text: string) => string,
): Promise<string> {
  let [text, position] = ['', 0];
  for (const unit of await proseUnits(source, language)) {
    const filled = unit.fill(prose(unit.text));
    text += source.slice(position, unit.start);
    text += 'source' in filled ? filled.source : `(${filled.problem.reason})`;
    position = unit.end;
  }
  return text + source.slice(position);
}

const shout = (text: string): string =>
  text.replace(/\[\/?\d+\]|\p{Ll}+/gu, (part) =>
    part.startsWith('[') ? part : part.toUpperCase(),
  );

describe('Prose of Markdown', function () {
  it('leaves front matter, code, formulas, tables of numbers, definitions and HTML', async () => {
    const source = [
      '---\ntitle: the notes of this release\n---',
      'Start the tool once more.',
      '~~~sh\nrun the tool with care\n~~~',
      '$$\nthe sum of all parts\n$$',
      '| name | size |\n| --- | ---: |\n| tool | 12 MB |',
      '<div>\nsome words in a block\n</div>',
      '- step one is easy\n\n      code of the step in here',
      '[tool]: https://tool.example "the page of the tool"',
    ].join('\n\n');
    assert.deepEqual(await read(source, 'markdown'), [
      'paragraph: Start the tool once more.',
      'item: step one is easy',
    ]);
  });

  it('keeps labels of links, targets, footnotes, escapes and entities', async () => {
    const source =
      'Read the [guide] or **the [long page](p.md "title")** first[^a]; \\*not\\* &copy; all.\n\n' +
      '[guide]: g.md\n[^a]: Only the second part of it.\n';
    assert.deepEqual(await read(source, 'markdown'), [
      'paragraph: Read the [1] or [2]the [3]long page[/3][/2] first[4]; *not* © all.',
      'paragraph: Only the second part of it.',
    ]);
    assert.match(
      await change(source, 'markdown', shout),
      /^READ THE \[guide\] OR \*\*THE \[LONG PAGE\]\(p\.md "title"\)\*\* FIRST\[\^a\]; \\\*NOT\\\* &copy;/u,
    );
  });

  it('ends at hard breaks, and leaves addresses and signatures', async () => {
    const source =
      'Send it soon to our shop:\n\nMia Muster  \n7 High Street\\\nOld Town\n\nBest regards,\nMia\n';
    assert.deepEqual(await read(source, 'markdown'), ['paragraph: Send it soon to our shop:']);
  });

  it('takes the words of quotes, alerts, lists, definitions, cells and headings', async () => {
    const source =
      '# All about *our* tool\n\n> [!TIP]\n> This saves a lot of\n> time for you.\n\n' +
      '1. [ ] do the first part\n   of the work\n   - then the other part\n\n' +
      'Some new term\n: What the term means\n  to all of us.\n\n' +
      '| a | b |\n|---|---|\n| x | It is a sentence in here. |\n';
    assert.deepEqual(await read(source, 'markdown'), [
      'heading: All about [1]our[/1] tool',
      'paragraph: This saves a lot of time for you.',
      'item: do the first part of the work',
      'item: then the other part',
      'heading: Some new term',
      'paragraph: What the term means to all of us.',
      'cell: It is a sentence in here.',
    ]);
    const lines = (await change(source, 'markdown', (text) => `${text} and more`)).split('\n');
    assert.ok(lines.includes('> [!TIP]') && lines.includes('|---|---|'));
    assert.ok(lines.includes('| x | It is a sentence in here. and more |'));
  });

  it('reads prices as words, and formulas, templates and wiki links as marks', async () =>
    assert.deepEqual(
      await read(
        'It costs $5 now and $10 later, so $a_1$ is {{ x.y }} in [[My page]].',
        'markdown',
      ),
      ['paragraph: It costs $5 now and $10 later, so [1] is [2] in [3].'],
    ));

  it('writes what a model adds as text, not as markup', async () => {
    const source = 'We sell many good things.';
    const write = (prose: string) => change(source, 'markdown', () => prose);
    assert.equal(await write('# We *sell* <b>'), '\\# We \\*sell\\* \\<b>');
    assert.equal(await write('1. We sell `it` [now]'), '1\\. We sell \\`it\\` \\[now\\]');
    assert.equal(await write('- We sell snake_case'), '\\- We sell snake_case');
  });

  it('leaves what MDX adds', async () => {
    const source =
      "import { A } from './a.js'\n\n<A>\n\nThe words of it are {props.name} here.\n\n</A>\n";
    assert.deepEqual(await read(source, 'mdx'), ['paragraph: The words of it are [1] here.']);
  });

  it('keeps fixed spaces', async () => {
    const source =
      'Elle demande\u202F: «\u00A0Pourquoi\u202F?\u00A0» Il paie 2\u00A0500\u00A0€ demain.';
    assert.equal(await change(source, 'markdown', (text) => text), source);
    const paid = await change(source, 'markdown', (text) => text.replace('Il paie', 'Elle paie'));
    assert.equal(paid, source.replace('Il paie', 'Elle paie'));
  });
});

describe('Prose of HTML', function () {
  it('leaves tags, attributes, code, scripts, styles and preformatted text', async () => {
    const source =
      '<style>p { the: style }</style><p class="some words here">Use <code>a b</code> in\r\n' +
      '  <a href="the page.html">the new page</a>&nbsp;now.<br>Then go on with it.</p>' +
      '<pre>the words of a listing</pre><script>the("words of a script")</script>' +
      '<ul><li>the first of all things<li>the second of all things</ul>';
    assert.deepEqual(await read(source, 'html'), [
      'paragraph: Use [1] in [2]the new page[/2] now.',
      'paragraph: Then go on with it.',
      'item: the first of all things',
      'item: the second of all things',
    ]);
    const shouted = await change(source, 'html', shout);
    assert.match(
      shouted,
      /USE <code>a b<\/code> IN\r\n {2}<a href="the page\.html">THE NEW PAGE<\/a>/u,
    );
  });

  it('writes what a model adds as text', async () =>
    assert.equal(
      await change('<p>We sell many things.</p>', 'html', () => 'We <b>sell</b> &amp; buy'),
      '<p>We &lt;b>sell&lt;/b> &amp;amp; buy</p>',
    ));
});

describe('Prose of plain text and mail', function () {
  it('leaves headers, greeting, quoted lines, closing and signature', async () => {
    const source =
      'From: Mia <mia@a.example>\nSubject: our plan for May\n\nHello Ben,\n\n' +
      'the plan is ready, and I have sent it to\nall of the others.\n\n' +
      'On Tuesday, Ben wrote:\n> is the plan ready by now\n\n' +
      'Kind regards,\nMia\n\n-- \nMia Muster, who writes plans all day\n';
    assert.deepEqual(await read(source, 'plaintext'), [
      'paragraph: the plan is ready, and I have sent it to all of the others.',
    ]);
  });

  it('leaves tables, columns and indented commands, and takes items of lists', async () => {
    const source =
      'We have these for you:\n * a room for all of us,\n   with a view\n • some food and tea\n\n' +
      'Name     Size     Price\nSmall    1        2\n\n+---+---+\n| a | b |\n+---+---+\n\n' +
      '    $ open the door --now\n';
    assert.deepEqual(await read(source, 'plaintext'), [
      'paragraph: We have these for you:',
      'item: a room for all of us, with a view',
      'item: some food and tea',
    ]);
  });

  it('keeps lines that a person ended', async () => {
    const source = 'Please call me soon\nI have read all of your long mail about the plan today\n';
    assert.deepEqual(await read(source, 'plaintext'), [
      'paragraph: Please call me soon',
      'paragraph: I have read all of your long mail about the plan today',
    ]);
  });
});

describe('Prose of a commit message', function () {
  for (const language of ['git-commit', 'scminput'])
    it(`leaves prefix, code, trailers, comments and the diff (${language})`, async () => {
      const source =
        'feat(ui)!: show the new list to all (#7)\n\nThe list was hidden before, so that no person\n' +
        'could find it.\n\n- it has a name for now\n\n    run the thing with care\n\n' +
        'Co-authored-by: Mia Muster <mia@a.example>\nCloses: #7 and all that\n' +
        '# Please enter the message for your changes.\n' +
        '# ------------------------ >8 ------------------------\n+ all the words of a diff\n';
      assert.deepEqual(await read(source, language), [
        'subject: show the new list to all [1]',
        'paragraph: The list was hidden before, so that no person could find it.',
        'item: it has a name for now',
      ]);
    });

  it('leaves subjects that git wrote', async () =>
    assert.deepEqual(await read("Merge branch 'the-new-one' into main\n", 'git-commit'), []));
});

describe('Prose of a language that is not known', function () {
  it('is that of plain text, where most lines are sentences', async () =>
    assert.deepEqual(
      await read('Dear all,\n\nthe tables come\non Monday, I hope.\n\nBest,\nIda\n', 'foo'),
      ['paragraph: the tables come on Monday, I hope.'],
    ));

  it('is none in data and code', async () => {
    for (const source of [
      '{ "title": "The words of it are prose.",\n  "note": "And so are these of it." }\n',
      'id,text\n1,The words of it are prose.\n2,"And so are these, of the note."\n',
      '10:02:11 INFO  [main] The server has started now.\n10:02:12 WARN  It is slow.\n',
      '(define (f x)\n  ; The words of a comment are prose.\n  (+ x 1))\n(f 12)\n',
      '@book{lund99, title = {The words of a book},\n  note = {It is read by all.} }\n',
    ])
      assert.deepEqual(await read(source, 'foo'), [], source);
  });
});

import assert from 'node:assert/strict';
import { builtInPresets } from '../../src/client/presets.ts';
import type { UnitKind } from '../../src/documents/prose-unit.ts';
import { proseUnits } from '../../src/documents/prose-units.ts';
import { inStyleOf } from '../../src/rewriting/line-style.ts';
import { marksShownAs } from '../../src/rewriting/mark-sources.ts';
import { FakeWriter, preset, rewriteWith } from './rewriting-fakes.ts';

describe('the style of a line', () => {
  const styled: readonly (readonly [string, string, string, string, UnitKind?])[] = [
    ['takes off an end mark', 'Keep the last row', 'Keep the row.', 'Keep the row', 'subject'],
    ['takes it off before a mark', 'See [1]the docs[/1]', '[1]Docs.[/1]', '[1]Docs[/1]', 'item'],
    ['gives back an end mark', 'It keeps the last row.', 'It keeps the row', 'It keeps the row.'],
    ['gives it back after a sign', 'It fell to 9%.', 'It fell to 9%', 'It fell to 9%.'],
    ['gives it back after a bracket', 'Add it (#3).', 'It is new (#3)', 'It is new (#3).'],
    ['keeps a question', 'Do you come today?', 'Are you coming?', 'Are you coming?'],
    ['keeps a lower case', 'the path of the file.', 'The file.', 'the file.', 'comment'],
    ['keeps a name', 'by Ann, the owner.', 'Ann, the owner.', 'Ann, the owner.', 'comment'],
    ['keeps an abbreviation', 'the HTTP code.', 'HTTP code.', 'HTTP code.', 'comment'],
    ['lets prose gain a capital', 'so we meet today.', 'We meet today.', 'We meet today.'],
    ['gives back a capital', 'The row is kept.', 'we keep the row.', 'We keep the row.'],
    [
      'lowers the first word behind an opening',
      'Postage is not refunded.',
      'Please note that Postage is not refunded.',
      'Please note that postage is not refunded.',
    ],
    [
      'keeps a name behind an opening',
      'Ann is not here today.',
      'Please note that Ann is not here today.',
      'Please note that Ann is not here today.',
    ],
  ];
  for (const [what, draft, answer, expected, kind = 'paragraph'] of styled) {
    it(what, () => {
      assert.equal(inStyleOf(draft, answer, kind), expected);
    });
  }
});

describe('the titles of a document', () => {
  const answered = async (text: string, answer: string, language = 'markdown') => {
    const writer = new FakeWriter(() => answer);
    const { result } = await rewriteWith(writer, { text, language });
    return { unit: result.units[0]!, asked: writer.tasks.length };
  };

  it('keep their draft if they are questions or short', async () => {
    for (const title of ['How the tables are read at night', 'The tables of today']) {
      const { unit, asked } = await answered(`# ${title}\n`, 'Tables');
      assert.deepEqual([unit.kept?.reason, asked], ['form', 0]);
    }
  });

  it('are corrected all the same', async () => {
    const writer = new FakeWriter(() => 'How the tables are read');
    const document = { text: '# How the tables is readed\n', language: 'markdown' };
    const { result } = await rewriteWith(writer, document, { preset: builtInPresets.fix });
    assert.equal(result.text, '# How the tables are read\n');
  });

  it('stay imperative if they are', async () => {
    const subject = 'Make it so that the parser keeps the last row of a table\n';
    const said = await answered(subject, 'The parser keeps the last row', 'git-commit');
    assert.equal(said.unit.kept?.reason, 'form');
    const asked = await answered(
      subject,
      'Keep the last row of a table in the parser.',
      'git-commit',
    );
    assert.equal(asked.unit.source, 'Keep the last row of a table in the parser');
  });
});

describe('writing an answer', () => {
  const text = 'The painters washed the walls of the hall because they were dusty.';
  const document = { text, language: 'plaintext' };

  it('ends when the answer can only be refused', async () => {
    const loop = 'The painters washed the walls of the painters washed the walls of the painters ';
    const writer = new FakeWriter(() => ({ text: loop, stop: 'length' }));
    const { result } = await rewriteWith(writer, document);
    const { isHopeless } = writer.tasks[0]!;

    assert.equal(result.units[0]!.kept?.reason, 'cut');
    assert.equal(isHopeless('The painters washed the walls of the painters '), false);
    assert.equal(isHopeless(loop), true);
  });

  it('says why it ended', async () => {
    const loop = 'The painters washed the walls of the painters washed the walls of the painters ';
    const writer = new FakeWriter(({ isHopeless }) => {
      assert.equal(isHopeless(loop), true);
      return { text: loop, stop: 'length' };
    });
    const { result } = await rewriteWith(writer, document);

    assert.equal(result.units[0]!.kept?.reason, 'repetition');
  });

  it('ends an answer that is far too long', async () => {
    const writer = new FakeWriter(({ draft }) => draft);
    const own = { ...preset, length: [0.2, 0.95] as [number, number] };
    await rewriteWith(writer, document, { preset: own });
    const { isHopeless } = writer.tasks[0]!;
    const words = Array.from({ length: 40 }, (_, index) => `word${String(index)}`);

    assert.equal(isHopeless(`${words.slice(0, 20).join(' ')} `), false);
    assert.equal(isHopeless(`${words.join(' ')} `), true);
  });

  it('keeps a draft whose answer keeps too little of the meaning', async () => {
    const answer = 'The painters washed the hall because it was dusty.';
    const writer = new FakeWriter(
      () => answer,
      undefined,
      () => 0.5,
    );
    const { result } = await rewriteWith(writer, document);

    assert.equal(result.units[0]!.kept?.reason, 'meaning');
  });

  it('keeps the draft of sentences that lower the reward, and offers the others', async () => {
    const next = 'Their work took them four days.';
    const other = 'All the guests thanked the cook of the hotel for the dinner.';
    const writer = new FakeWriter(({ draft }) =>
      draft.includes('painters')
        ? draft.replace('dusty', 'so very dusty')
        : 'All guests thanked the cook for the dinner. The band played songs.',
    );
    const third = 'Then the band played some more songs.';
    const parts = [text, next, other, third].join(' ');
    const { result } = await rewriteWith(writer, { text: parts, language: 'plaintext' });

    assert.equal(result.units[0]!.status, 'changed');
    assert.ok(result.text.startsWith(`${text} ${next} All guests`));
  });
});

describe('the text so far', () => {
  it('has the markup of the draft in the place of its marks', async () => {
    const source = 'Read the `docs` and **the _new_ notes** on [our page](a.md "A") today.\n';
    const [unit] = await proseUnits(source, 'markdown');
    const show = marksShownAs(unit!);

    assert.equal(show(unit!.text), source.trim());
    assert.equal(show('Read [1] and [2]'), 'Read `docs` and **');
    assert.equal(show('Read [1] and ['), 'Read `docs` and ');
    assert.equal(show('Read [1] and [/'), 'Read `docs` and ');
    assert.equal(show('Read [9] it'), 'Read  it');
  });

  it('is what the events carry', async () => {
    const text = 'Please read the `docs` of the parser before the meeting starts.\n';
    const writer = new FakeWriter(() => 'Read the [1] of the parser before the meeting starts.');
    const { events } = await rewriteWith(writer, { text, language: 'markdown' });
    const shown = events.flatMap((each) => (each.type === 'rewrite-text' ? [each.text] : []));

    assert.ok(shown.at(-1)!.includes('`docs`'));
    assert.ok(shown.every((each) => !/\[\d/u.test(each)));
  });
});

import assert from 'node:assert/strict';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { preset, rewriteWith, FakeWriter, type Answered } from './rewriting-fakes.ts';

const first = 'We moved the weekly meeting to Friday because the room is taken.';
const second = 'Please bring the list of open questions that Ann wrote on Monday.';
const third = 'The notes of the last meeting are in the shared folder as usual.';
const source = `# Notes on the meeting\n\n${first}\n\n${second}\n\n${third}\n`;
const document = { text: source, language: 'markdown' };

/** A shorter text with all facts. */
const shorter: Readonly<Record<string, string>> = {
  [first]: 'We moved the weekly meeting to Friday, as the room is taken.',
  [second]: 'Please bring the open questions that Ann wrote on Monday.',
  [third]: 'The last notes are in the shared folder as usual.',
};
const shorten = ({ draft }: { readonly draft: string }): string => shorter[draft] ?? draft;

describe('rewriting a document', () => {
  it('puts each new text in its place, and leaves all else', async () => {
    const { result, events } = await rewriteWith(new FakeWriter(shorten), document);

    const expected = Object.entries(shorter).reduce((text, [a, b]) => text.replace(a, b), source);
    assert.equal(result.text, expected);
    assert.deepEqual(
      result.units.map(({ status }) => status),
      ['kept', 'changed', 'changed', 'changed'],
    );
    assert.equal(result.stopped, false);
    assert.deepEqual(events[0], {
      type: 'rewrite-plan',
      units: result.units.map(({ index, start, end }) => ({ index, start, end })),
    });
    const finished = events.flatMap((each) => (each.type === 'rewrite-unit' ? [each.result] : []));
    assert.deepEqual(finished, result.units);
  });

  const repeated: Readonly<Record<string, readonly string[]>> = {
    markdown: [
      '---\ntitle: A note\n---\n\n# On *tables*\n\nSee the `code` and **the\nbold words** here.\n',
      '| who | what |\n| :-- | --: |\n| Ann | She wrote the first draft of it. |\n',
      '- One item that is long enough\n  to be on two lines.\n- Another [link](a.md "t").  \n',
    ],
    plaintext: [
      'Dear Ann,\n\nThe report is done, and I sent\nit to you.\n\nBest wishes,\nTom\n',
      '"We are late," she said.\n\nHere is what we decided on Monday: we go.\n',
    ],
    'git-commit': [
      'Fix the parser of tables\n\nIt dropped the last row of it.\n\nFixes: #12\n# A comment.\n',
    ],
  };
  for (const [language, texts] of Object.entries(repeated)) {
    it(`changes no byte of ${language} when the model repeats its draft`, async () => {
      for (const text of texts.flatMap((each) => [each, each.replaceAll('\n', '\r\n')])) {
        const writer = new FakeWriter(({ draft }) => draft);
        const { result } = await rewriteWith(writer, { text, language });
        assert.equal(result.text, text);
        assert.ok(writer.tasks.length > 0, text);
      }
    });
  }

  const faulty: readonly (readonly [string, string, (draft: string) => Answered])[] = [
    ['is cut', 'cut', (draft) => ({ text: draft.slice(0, 20), stop: 'length' })],
    ['is empty', 'empty', () => ''],
    ['refuses', 'refusal', () => "I'm unable to help with that."],
    ['is no shorter', 'not-better', (draft) => `${draft} And so on.`],
    ['loses a day', 'facts', () => 'We meet because the room is taken.'],
  ];
  for (const [what, reason, answer] of faulty) {
    it(`keeps the draft of a unit whose answer ${what}`, async () => {
      const writer = new FakeWriter((task) =>
        task.draft === first ? answer(task.draft) : shorten(task),
      );
      const { result } = await rewriteWith(writer, document);

      const [, unit] = result.units;
      assert.deepEqual([unit!.status, unit!.kept?.reason, unit!.source], ['kept', reason, first]);
      assert.ok(result.text.includes(first) && result.text.includes(shorter[second]!));
    });
  }

  it('keeps the draft of an answer that is the same', async () => {
    const { result } = await rewriteWith(new FakeWriter(({ draft }) => `"${draft}"`), document);

    assert.equal(result.text, source);
    assert.equal(result.units[1]!.kept?.reason, 'same');
  });

  it('names a lost name without keeping the draft', async () => {
    const writer = new FakeWriter(({ draft }) => draft.replace(' that Ann wrote', ''));
    const { result } = await rewriteWith(writer, { text: second, language: 'plaintext' });

    assert.equal(result.units[0]!.status, 'changed');
    assert.deepEqual(result.facts.missing, ['Ann']);
  });

  it('keeps only the drafts of the sentences whose answers have a fault', async () => {
    const long = `${first} ${first} ${third} ${third}`;
    const writer = new FakeWriter(({ draft }) =>
      draft.startsWith('We') ? 'I cannot help with that.' : draft.replaceAll('as usual', ''),
    );
    const { result } = await rewriteWith(writer, { text: long, language: 'plaintext' });

    assert.ok(writer.tasks.length > 1);
    assert.equal(result.units[0]!.status, 'changed');
    assert.ok(result.text.startsWith(`${first} ${first} The notes`));
    assert.ok(!result.text.includes('as usual'));
  });

  it('gives the finished units when it is stopped, and keeps the others word for word', async () => {
    const controller = new AbortController();
    const { result } = await rewriteWith(
      new FakeWriter(shorten),
      document,
      {},
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === 'rewrite-text' && event.unit === 2) controller.abort();
        },
      },
    );

    assert.equal(result.stopped, true);
    assert.equal(result.text, source.replace(first, shorter[first]!));
    assert.deepEqual(
      result.units.map(({ kept }) => kept?.reason),
      ['form', undefined, 'stopped', 'stopped'],
    );
  });

  it('declines a draft in a language that the model does not write', async () => {
    const german = 'Wir haben das Treffen auf Freitag verschoben, weil der Raum belegt ist.';
    const writer = new FakeWriter(({ draft }) => draft);
    const text = `${german}\n\nVielen Dank euch.\n`;
    const { result } = await rewriteWith(
      writer,
      { text, language: 'plaintext' },
      {},
      { languages: ['en'] },
    );

    assert.equal(result.text, text);
    assert.deepEqual(writer.tasks, []);
    assert.ok(result.units.every(({ kept }) => kept?.reason === 'language'));
    assert.equal(
      result.units[0]!.kept!.text,
      'The draft is in German; the model writes only English.',
    );
  });

  it('rewrites only the ranges, each unit once', async () => {
    const at = source.indexOf(second) + 10;
    const ranges = [
      { start: at, end: at },
      { start: at + 3, end: at + 3 },
    ];
    const { result } = await rewriteWith(new FakeWriter(shorten), { ...document, ranges });

    assert.equal(result.units.length, 1);
    assert.equal(result.text, source.replace(second, shorter[second]!));
  });

  it('refuses a range outside the document', async () => {
    const ranges = [{ start: 3, end: 1000 }];
    await assert.rejects(
      rewriteWith(new FakeWriter(shorten), { ...document, ranges }),
      (error) =>
        error instanceof TqError &&
        error.code === ErrorCode.invalidInput &&
        error.message.includes('3 to 1000'),
    );
  });

  it('opens no models without prose', async () => {
    const text = '```\ncode()\n```\n';
    const writer = new FakeWriter(() => assert.fail('nothing to write'));
    const { result } = await rewriteWith(writer, { text, language: 'markdown' });

    assert.deepEqual(result, {
      ...{ text, units: [], reward: null, stopped: false },
      facts: { missing: [], changed: [], added: [], kept: 0, total: 0 },
    });
  });
});

describe('the wordings of a rewrite', () => {
  const text = { text: first, language: 'plaintext' };

  it('are sampled with different seeds, checked, and ordered by the reward', async () => {
    const wordings = [
      'We moved the weekly meeting to Friday, as the room is taken.',
      'I cannot help with that.',
      'We moved the weekly meeting to Friday: the room is taken.',
      'The weekly meeting moved to Friday because the room is taken.',
    ];
    const bySeed = new Map([undefined, 6, 7, 8].map((seed, index) => [seed, wordings[index]!]));
    const writer = new FakeWriter(({ sampling }) => bySeed.get(sampling?.seed) ?? wordings[1]!);
    const { result } = await rewriteWith(writer, text, { candidates: 4 });

    const [unit] = result.units;
    assert.deepEqual(
      [unit!.source, ...unit!.alternatives.map((each) => each.source)],
      [wordings[2], wordings[0], wordings[3]],
    );
    assert.deepEqual(
      writer.tasks.map(({ sampling }) => sampling),
      [undefined, ...[6, 1006, 2006, 7, 8].map((seed) => ({ temperature: 0.7, seed }))],
    );
    assert.equal(unit!.positions, 60);
  });

  it('are drawn again, twice, after an answer with a fault', async () => {
    const good = 'We moved the weekly meeting to Friday, as the room is taken.';
    const writer = new FakeWriter(({ sampling }) =>
      sampling?.seed === 2000 ? good : 'I cannot help with that.',
    );
    const { result } = await rewriteWith(writer, text);

    assert.equal(result.units[0]!.source, good);
    assert.equal(result.units[0]!.positions, 30);
    assert.deepEqual(
      writer.tasks.map(({ sampling }) => sampling?.seed),
      [undefined, 1000, 2000],
    );
  });

  it('are drawn again after an answer of which the model was unsure', async () => {
    const tokens = (...logprobs: (number | null)[]) =>
      logprobs.map((logprob, index) => ({ text: ` word${String(index)}`, logprob }));
    const sure = { text: shorter[first]!, stop: 'eos' as const, tokens: tokens(-9, -0.5, 0, -0.1) };
    const unsure = { ...sure, tokens: tokens(-0.1, -4, -5, null, -0.2, -3) };
    const draws = [unsure, unsure, sure];
    const writer = new FakeWriter(() => draws.shift() ?? unsure);
    const { result } = await rewriteWith(writer, { text: first, language: 'plaintext' });
    assert.equal(result.text, shorter[first]);
    assert.equal(writer.tasks.length, 3);

    const kept = await rewriteWith(writer, { text: first, language: 'plaintext' });
    assert.equal(kept.result.text, first);
    const [unit] = kept.result.units;
    assert.equal(unit!.kept?.reason, 'unsure');
    assert.match(unit!.kept!.text, /unsure of what it wrote: "word2", "word1", "word5"\.$/u);
  });

  it('differ from those of the attempt before', async () => {
    const writer = new FakeWriter(shorten);
    await rewriteWith(writer, text, { candidates: 2, attempt: 1 });

    assert.deepEqual(
      writer.tasks.map(({ sampling }) => sampling),
      [21, 22].map((seed) => ({ temperature: 0.7, seed })),
    );
  });

  it('must meet the constraints', async () => {
    const writer = new FakeWriter(shorten, (each) => ({
      ...{ asked: 1 / each.length, total: 1 },
      unmet: each === first ? [] : ['keeps-meaning of at least 0.9'],
    }));
    const { result } = await rewriteWith(writer, text);

    assert.equal(
      result.units[0]!.kept?.text,
      'The new text does not meet keeps-meaning of at least 0.9.',
    );
  });

  it('need not raise a reward that only the request names', async () => {
    const writer = new FakeWriter(() => first.replace('taken', 'occupied'));
    const own = { ...preset, reward: undefined };
    const { result } = await rewriteWith(writer, text, { preset: own });

    assert.equal(result.units[0]!.status, 'changed');
  });
});

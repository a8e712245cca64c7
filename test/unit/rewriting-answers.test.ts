import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chunksOf } from '../../src/rewriting/chunks.ts';
import { cleanAnswer } from '../../src/rewriting/clean-answer.ts';
import { wordsOf } from '../../src/rewriting/words.ts';

const draft = 'We moved the meeting to Friday because the room is taken.';
const answer = 'The meeting is on Friday because the room is taken.';

describe('cleaning an answer', () => {
  const wrapped: readonly (readonly [string, string])[] = [
    ['an introduction', `Here is the rewritten text:\n\n${answer}`],
    ['an introduction on the same line', `Here's a clearer version of your text: ${answer}`],
    ['a pleasantry', `Sure, here you go: ${answer}`],
    ['a label', `Revised version: ${answer}`],
    ['quotation marks', `"${answer}"`],
    ['curly quotation marks', `“${answer}”`],
    ['an introduction and quotation marks', `Certainly! Here is the revised text:\n"${answer}"`],
    ['a code fence', `\`\`\`text\n${answer}\n\`\`\``],
    ['line breaks', answer.replace('because ', 'because\n')],
    ['blanks around it', `\n  ${answer}\t\n`],
    ['invisible characters', `\uFEFF${answer}\u200B`],
  ];
  for (const [what, text] of wrapped) {
    it(`takes off ${what}`, () => {
      assert.equal(cleanAnswer(text, draft, true), answer);
    });
  }

  const own: readonly (readonly [string, string, string])[] = [
    [
      'an introduction of the draft',
      'Here is the text: we moved.',
      'Here is the text: we moved it.',
    ],
    [
      'words that only look like an introduction',
      'Here is what we decided on Monday: we move to Friday.',
      'This is what we decided on Monday: we move to Friday.',
    ],
    [
      "a list with the draft's words",
      'Here is the version of the parser that we ship: 2.1.',
      'We ship this version of the parser: 2.1.',
    ],
    ['quotation marks of the draft', '"We move."', '"We are moving."'],
    ['two quotations', '"Yes" and "no"', 'They said yes and no.'],
    ['a sentence with a colon', 'Note: the room is taken.', draft],
  ];
  for (const [what, text, given] of own) {
    it(`keeps ${what}`, () => {
      assert.equal(cleanAnswer(text, given, true), text);
    });
  }

  it('changes nothing of an answer that repeats a one-line draft', () => {
    const piece = fc.constantFrom(
      ...['Here is', 'the text:', 'Sure,', '"', '“', '”', '```', 'We', 'said', ':', '[1]', '[/1]'],
    );
    const line = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(line, (text) => {
        assert.equal(cleanAnswer(text, text, true), text);
      }),
    );
  });
});

describe('the chunks of a unit', () => {
  const word = fc.constantFrom(
    'We',
    'met',
    'Ann',
    'at 10 a.m.',
    'and',
    '[2]',
    'e.g.',
    'v1.2.3',
    '"no!"',
  );
  const sentence = fc
    .array(word, { minLength: 1, maxLength: 40 })
    .chain((words) => fc.constantFrom('.', '!', '?', '...').map((end) => words.join(' ') + end));
  const paragraph = fc
    .array(fc.tuple(sentence, fc.constantFrom(' ', '  ')), { minLength: 1, maxLength: 8 })
    .map((sentences) => sentences.flat().join('').trim());

  it('make up the unit', () => {
    fc.assert(
      fc.property(paragraph, (text) => {
        const whole = chunksOf(text).map(
          (chunk) => chunk.before + chunk.restore(chunk.text)! + chunk.after,
        );
        assert.equal(whole.join(''), text);
      }),
    );
  });

  it('have one or two whole sentences of about 30 words', () => {
    const text = 'We met Ann on Monday and she agreed to the plan. '.repeat(30).trim();

    const chunks = chunksOf(text);

    assert.deepEqual([...new Set(chunks.map((chunk) => wordsOf(chunk.text).length))], [22]);
    for (const chunk of chunks) assert.match(chunk.text, /^We met .* plan\.$/u);
  });

  it('number their marks from 1, and give them back', () => {
    const first = `We use [1] and [2]bold words[/2] ${'so that it is long '.repeat(10)}here.`;
    const second = `Then [3] comes, with [4]a link[/4], ${'and it is long as well '.repeat(8)}too.`;

    const [one, two] = chunksOf(`${first} ${second}`);

    assert.equal(one!.text, first);
    assert.equal(two!.text, second.replace('[3]', '[1]').replaceAll('4]', '2]'));
    assert.equal(two!.marks, 2);
    assert.equal(two!.restore('[2]Link[/2] and [1].'), '[4]Link[/4] and [3].');
    assert.equal(two!.restore('A mark [3] of another chunk.'), undefined);
  });

  it('never divide a pair of marks', () => {
    const sentence = 'We met Ann on Monday and she agreed to the plan. ';
    const [first, ...others] = chunksOf(
      `[1]${sentence.repeat(15).trim()}[/1] ${sentence.repeat(3)}`,
    );

    assert.match(first!.text, /^\[1\].*\[\/1\]/u);
    assert.equal(others.map(({ marks }) => marks).join(), '0');
  });

  it('are found in linear time', () => {
    for (const text of ['word '.repeat(40_000), '('.repeat(20_000), '[1]x[/1] '.repeat(5_000)]) {
      assert.ok(chunksOf(text).length > 0);
    }
  });
});

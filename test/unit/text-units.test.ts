import assert from 'node:assert/strict';
import { answerWords, fillUnit, splitUnits } from '../../src/extension/editor/text-units.ts';

function rewritten(text: string, words: (text: string) => string, indent = ''): string {
  return splitUnits(text, indent)
    .map((unit) => fillUnit(unit, words(unit.text)) + unit.after)
    .join('');
}

const shout = (text: string): string => text.toUpperCase();

describe('Units of a text', function () {
  it('keep list markers, task boxes, numbers, quotes and comment signs', function () {
    const text = '- one\n* [ ] two\n3. three\n> four\n// five\n# six';
    assert.equal(rewritten(text, shout), '- ONE\n* [ ] TWO\n3. THREE\n> FOUR\n// FIVE\n# SIX');
  });

  it('keep blank lines and spaces at the ends of lines', function () {
    assert.equal(rewritten('one  \n\n \ntwo \n', shout), 'ONE  \n\n \nTWO \n');
  });

  it('take the lines of a paragraph together', function () {
    const [unit, ...rest] = splitUnits('one two\nthree', '');
    assert.equal(unit?.text, 'one two three');
    assert.deepEqual(rest, []);
  });

  it('take the further lines of a list item into it', function () {
    const text = '- one two three four five\n  six\n- seven';
    const units = splitUnits(text, '');
    assert.deepEqual(
      units.map((unit) => unit.text),
      ['one two three four five six', 'seven'],
    );
  });

  it('wrap new words where the old lines were wrapped, under the old indentation', function () {
    const text = '// one two three four five six\n// seven';
    const words = Array.from({ length: 9 }, () => 'word').join(' ');
    const lines = rewritten(text, () => words).split('\n');
    assert.ok(lines.length > 1);
    for (const line of lines) assert.match(line, /^\/\/ word[\w ]{0,24}$/u);
  });

  it('know the indentation before the first line', function () {
    assert.equal(rewritten('- one\n  - two', shout, '  '), '- ONE\n  - TWO');
  });

  it('stay one line when the new words have line breaks', function () {
    assert.equal(
      rewritten('- one', () => 'a\n\nb'),
      '- a b',
    );
  });
});

describe('The words of an answer', function () {
  it('are those between quotation marks', function () {
    assert.equal(answerWords('"Hello there."'), 'Hello there.');
    assert.equal(answerWords('"Hello'), 'Hello');
  });

  it('come after an introduction', function () {
    assert.equal(answerWords("Here's a clearer version:\nHello."), 'Hello.');
  });

  it('keep quotation marks inside', function () {
    assert.equal(answerWords('Say "yes" now.'), 'Say "yes" now.');
  });
});

import assert from 'node:assert/strict';

import fc from 'fast-check';

import { ThoughtMarks } from '../../src/engine/models/tokenizer/thoughts.ts';

const plain = new ThoughtMarks('{{ messages }}', []);
const qwen = new ThoughtMarks("{{ '<think>\\n\\n</think>' }}", []);
const control = (content: string, id: number) => ({
  ...{ id, content, special: true, normalized: false },
});
const magistral = new ThoughtMarks(undefined, [control('[THINK]', 1), control('[/THINK]', 2)]);
const harmony = new ThoughtMarks(
  undefined,
  ['<|channel|>', '<|message|>', '<|start|>', '<|end|>'].map(control),
);

describe('the thoughts of a response', () => {
  it('are looked for only if the template or the tokens name their marks', () => {
    assert.equal(plain.any, false);
    assert.ok(qwen.any && magistral.any && harmony.any);
    const text = '<think>a</think>b';
    assert.deepEqual(plain.read(text), { text, thoughts: '', open: false });
  });

  it('are no part of its text, nor are the blanks after them', () => {
    const reading = qwen.read('\n<think>Hm.</think>\n\nHello <think> there');
    assert.deepEqual(reading, { text: 'Hello <think> there', thoughts: 'Hm.', open: false });
  });

  it('may begin in the prompt', () => {
    const begun = qwen.leftOpen('<|im_start|>assistant\n<think>\n');
    assert.equal(begun?.open, '<think>');
    assert.equal(qwen.leftOpen('<think>\n\n</think>\n\n'), undefined);
    assert.deepEqual(qwen.read('Hm.</think>Hi', begun), {
      text: 'Hi',
      thoughts: 'Hm.',
      open: false,
    });
    assert.deepEqual(qwen.read('Hm.', begun), { text: '', thoughts: 'Hm.', open: true });
  });

  it('may be closed again after an empty one in the prompt', () => {
    assert.equal(qwen.read('</think>\n\nHi').text, 'Hi');
  });

  it('may be several, and anywhere if control tokens mark them', () => {
    const written = '[THINK]a[/THINK]One [THINK]b[/THINK]two[/THINK]';
    assert.deepEqual(magistral.read(written), { text: 'One two', thoughts: 'ab', open: false });
    assert.equal(qwen.read('<think>a</think><think>b</think>One').text, 'One');
  });

  it('may be marked by several tokens', () => {
    const written =
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi';
    assert.equal(harmony.read(written).text, 'Hi');
    assert.equal(harmony.read('<|channel|>final<|message|>Hi').text, 'Hi');
  });

  it('never show while they are written', () => {
    const responses = [
      [qwen, [...'<think>Hm, <b>.</think>\n\nHi <i>there</i>']],
      [qwen, [...' \n Hi <think>']],
      [qwen, [...'<thin> is a tag']],
      // A control token comes as a whole.
      [magistral, ['[THINK]', 'a', '[/THINK]', 'One ', '[THINK]', 'b', '[/THINK]', 'two']],
      [harmony, ['<|channel|>', 'analysis', '<|message|>', 'Hm.', '<|channel|>', 'final', 'ly']],
      [harmony, ['<|channel|>', 'final', '<|message|>', 'Hi', '<|channel|>', 'analysis']],
    ] as const;
    for (const [marks, pieces] of responses) {
      const { text } = marks.read(pieces.join(''));
      for (let length = 0; length < pieces.length; length++) {
        const begun = marks.read(pieces.slice(0, length).join('')).text;
        assert.ok(text.startsWith(begun), JSON.stringify([pieces, length, begun]));
      }
    }
  });

  it('take nothing from a text that has no mark', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => /^[^\s<[]/u.test(text)),
        (text) => {
          assert.equal(qwen.read(text).text, text);
        },
      ),
    );
  });

  it('are found in a text that only closes them', () => {
    const begun = ThoughtMarks.known.closedOnly('Hm.</think>Hi');
    assert.equal(ThoughtMarks.known.read('Hm.</think>Hi', begun).text, 'Hi');
    assert.equal(ThoughtMarks.known.closedOnly('<think>Hm.</think>Hi'), undefined);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { lengthInWords } from '../../src/evaluation/metrics/measure.ts';

const folder = join(import.meta.dirname, '../../models/recipes/data');
/** Words in a row that two texts must not share. */
const size = 8;

interface Instruction {
  readonly prompt: string;
  readonly draft?: string;
}

function linesOf(name: string): Instruction[] {
  const bytes = readFileSync(join(folder, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Instruction);
}

function gramsOf({ prompt }: Instruction): Set<string> {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return new Set(
    Array.from({ length: Math.max(0, words.length - size + 1) }, (_, start) =>
      words.slice(start, start + size).join(' '),
    ),
  );
}

const training = [
  ...['clear', 'warm', 'hh'].flatMap((name) => [
    `${name}-instructions.jsonl`,
    `${name}-heldout.jsonl`,
  ]),
  ...['clear-pairs.jsonl.gz', 'warm-pairs.jsonl.gz', 'hh-pairs.jsonl.gz'],
];

for (const name of ['clear', 'warm']) {
  describe(`the prompts of the evaluation of ${name}-dpo`, () => {
    const prompts = linesOf(`${name}-evaluation.jsonl`);

    it('share no eight words in a row with any prompt of the recipes', () => {
      const known = new Set(
        training.flatMap((file) => linesOf(file).flatMap((p) => [...gramsOf(p)])),
      );
      const shared = prompts.flatMap((p) => [...gramsOf(p)].filter((gram) => known.has(gram)));

      assert.ok(known.size > 1000);
      assert.deepEqual(shared, []);
    });

    it('share no eight words in a row with each other', () => {
      const all = prompts.flatMap((p) => [...gramsOf(p)]);

      assert.equal(new Set(all).size, all.length);
    });

    it('are 60 of many forms, half of them with drafts of every length', () => {
      const drafts = prompts.flatMap(({ prompt, draft }) => {
        if (draft === undefined) return [];
        assert.ok(prompt.includes(draft), prompt);
        return [lengthInWords(draft)];
      });
      const beginnings = prompts.map(({ prompt }) => prompt.split(' ').slice(0, 3).join(' '));

      assert.equal(prompts.length, 60);
      assert.equal(new Set(beginnings).size, 60);
      assert.equal(drafts.length, 30);
      for (const [low, high] of [
        [1, 30],
        [31, 80],
        [81, 200],
      ] as const) {
        assert.ok(drafts.filter((words) => words >= low && words <= high).length >= 6, `${low}`);
      }
    });
  });
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearTemplates } from '../../models/recipes/writing/clear-templates.ts';
import { fillings } from '../../models/recipes/writing/fillings.ts';
import {
  makeInstructions,
  type Instruction,
  type Templates,
} from '../../models/recipes/writing/templates.ts';
import { warmTemplates } from '../../models/recipes/writing/warm-templates.ts';

const folder = join(import.meta.dirname, '../../models/recipes/data');

function readInstructions(name: string): Instruction[] {
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Instruction);
}

/** Fillings that stand in the instructions. */
function used(instructions: readonly Instruction[]): Set<string> {
  const all = Object.values<readonly string[]>(fillings).flat();
  return new Set(all.filter((filling) => instructions.some((i) => i.prompt.includes(filling))));
}

const tones: readonly (readonly [string, Templates])[] = [
  ['clear', clearTemplates],
  ['warm', warmTemplates],
];

for (const [name, templates] of tones) {
  describe(`instructions of the ${name} pairs`, function () {
    const training = readInstructions(`${name}-instructions.jsonl`);
    const keptOut = readInstructions(`${name}-heldout.jsonl`);

    it('are at least 600 different ones, and 100 kept out', function () {
      assert.ok(new Set(training.map(({ prompt }) => prompt)).size >= 600);
      assert.equal(new Set(keptOut.map(({ prompt }) => prompt)).size, 100);
    });

    it('ask to write and to rewrite, the draft being part of the prompt', function () {
      for (const instructions of [training, keptOut]) {
        const drafts = instructions.filter(({ draft }) => draft !== undefined);
        assert.ok(drafts.length > instructions.length / 3);
        assert.ok(drafts.length < (instructions.length * 2) / 3);
        assert.ok(drafts.every(({ prompt, draft }) => prompt.endsWith(`\n\n${draft!}`)));
      }
    });

    it('leave no blank open', function () {
      for (const { prompt } of [...training, ...keptOut]) assert.doesNotMatch(prompt, /[{}]/u);
    });

    it('share no filling between training and kept out', function () {
      const kept = used(keptOut);
      assert.ok(kept.size > 20);
      assert.deepEqual(
        [...used(training)].filter((filling) => kept.has(filling)),
        [],
      );
    });

    it('are what the recipe makes', function () {
      assert.deepEqual(makeInstructions(templates, 'training', training.length, 20), training);
      assert.deepEqual(makeInstructions(templates, 'kept-out', keptOut.length, 20), keptOut);
    });
  });
}

/**
 * Writes the instructions of the writing pairs to models/recipes/data: 640 for training and 100
 * kept out for each tone. A line is {"prompt", "draft"?}; the same files come out each time.
 *
 * npx tsx models/recipes/make-instructions.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearTemplates } from './writing/clear-templates.ts';
import { makeInstructions, type Templates } from './writing/templates.ts';
import { warmTemplates } from './writing/warm-templates.ts';

const trainingCount = 640;
const keptOutCount = 100;
const seed = 20;

const folder = join(import.meta.dirname, 'data');
mkdirSync(folder, { recursive: true });

function write(name: string, templates: Templates): void {
  const files = [
    [`${name}-instructions.jsonl`, makeInstructions(templates, 'training', trainingCount, seed)],
    [`${name}-heldout.jsonl`, makeInstructions(templates, 'kept-out', keptOutCount, seed)],
  ] as const;
  for (const [file, instructions] of files) {
    const lines = instructions.map((instruction) => `${JSON.stringify(instruction)}\n`);
    writeFileSync(join(folder, file), lines.join(''));
    process.stdout.write(`${file}: ${instructions.length} instructions\n`);
  }
}

write('clear', clearTemplates);
write('warm', warmTemplates);

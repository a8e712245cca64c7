/**
 * Gives every reader of files many damaged ones: `npm run fuzz -- [seed] [runs] [reader]`. Prints
 * the seed, and for a failure the path that repeats it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from '../test/harness/fuzz.ts';
import { fuzzedReaders } from '../test/harness/fuzzed-readers.ts';

const [givenSeed, givenRuns, part = ''] = process.argv.slice(2);
const seed = Number(givenSeed ?? Date.now() % 2 ** 31);
/** A million for all readers together. */
const numRuns = Number(givenRuns ?? Math.ceil(1e6 / fuzzedReaders.length));
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(numRuns) || numRuns < 1) {
  throw new Error('Give whole numbers: npm run fuzz -- [seed] [runs] [reader]');
}

let failures = 0;
for (const reader of fuzzedReaders.filter(({ name }) => name.includes(part))) {
  const folder = mkdtempSync(join(tmpdir(), 'tqstar-fuzz-'));
  const started = performance.now();
  try {
    reader.prepare?.(folder);
    await fuzz(reader, folder, { seed, numRuns });
    const seconds = (performance.now() - started) / 1000;
    console.log(`${reader.name}: ${numRuns} cases in ${seconds.toFixed(0)} s`);
  } catch (error) {
    failures++;
    console.error(
      `${reader.name} failed; repeat: npm run fuzz -- ${seed} ${numRuns} "${reader.name}"`,
    );
    console.error(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`${failures} of the readers failed with seed ${seed}.`);
process.exitCode = failures > 0 ? 1 : 0;

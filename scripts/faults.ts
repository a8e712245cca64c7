/**
 * Breaks things on purpose and looks whether the promises of docs/reliability.md hold. Linux only:
 * it reads /proc.
 *
 * npm run faults                       # about an hour
 * npm run faults -- --moments 3 --only kills
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { stream } from '../src/decoding/random.ts';
import { killAtRandom } from './faults/kills.ts';
import { fillTheDisk, soak, stopTheEngine } from './faults/others.ts';
import type { FaultResult } from './faults/result.ts';

interface Options {
  readonly moments: string;
  readonly requests: string;
  readonly seed: string;
  readonly only?: string;
}

const options = new Command('npm run faults --')
  .description('break things on purpose; exit code 1 if a promise is broken')
  .option('--moments <count>', 'random moments to kill each command at', '50')
  .option('--requests <count>', 'requests of the soak', '500')
  .option('--seed <number>', 'seed of the moments', '1')
  .option('--only <parts>', 'with commas: kills, stop, disk, soak')
  .parse()
  .opts<Options>();

process.chdir(join(import.meta.dirname, '..'));
const random = stream(Number(options.seed), 'sample', 0);

const parts: Readonly<Record<string, () => Promise<FaultResult | FaultResult[]>>> = {
  kills: () => killAtRandom(Number(options.moments), () => random.uniform()),
  stop: stopTheEngine,
  disk: fillTheDisk,
  soak: () => soak(Number(options.requests)),
};

const chosen = options.only?.split(',') ?? Object.keys(parts);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(
    `faults: There is no part "${unknown}"; it must be one of ${Object.keys(parts).join(', ')}.`,
  );
  process.exit(2);
}

const results: FaultResult[] = [];
for (const name of chosen) {
  for (const result of [await parts[name]!()].flat()) {
    results.push(result);
    console.error(`${result.fault}: ${result.broken.length} of ${result.times} broken`);
  }
}
const rows = results.map(({ fault, times, broken }) => [
  fault,
  String(times),
  String(broken.length),
]);
console.log(markdownTable([['fault', 'times', 'broken'], ...rows], { align: ['l', 'r', 'r'] }));
for (const { fault, broken } of results) {
  for (const sentence of broken) console.log(`${fault}: ${sentence}`);
}
process.exitCode = results.some(({ broken }) => broken.length > 0) ? 1 : 0;

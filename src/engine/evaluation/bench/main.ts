import { Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TqError } from '../../../protocol/errors.ts';
import { isAccurate } from './accuracy.ts';
import { runChildTask, type ChildTask } from './child.ts';
import {
  fullSize,
  quickSize,
  runAccuracy,
  runDefaultSuite,
  type BenchContext,
} from './default-suite.ts';
import { accuracyGoals } from './goals.ts';
import { describeMachine } from '../machine.ts';
import { BenchProgress } from './progress.ts';
import prose from './prose.md';
import { goalTable, reportPage } from './report.ts';
import { benchLocations } from './shipped-model.ts';

interface SuiteOptions {
  readonly quick?: boolean;
  readonly json?: string;
  readonly output?: string;
}

const defaultPage = 'docs/benchmarks.md';

function createContext(): BenchContext {
  const folder = import.meta.dirname;
  return {
    locations: benchLocations(process.env),
    programs: { bench: join(folder, 'bench.js'), engine: join(folder, 'engine.js') },
    prose,
    progress: new BenchProgress(process.stderr),
  };
}

/** A quick run is for trying things out: it replaces the kept page only when told to. */
async function benchAll({ quick = false, json, output }: SuiteOptions): Promise<void> {
  const context = createContext();
  const project = dirname(context.locations.models);
  const command = `npm run bench${quick ? ' -- --quick' : ''}`;
  const machine = await describeMachine(project);
  const size = quick ? quickSize : fullSize;
  const result = await runDefaultSuite(context, size, machine, command);
  const page = reportPage(result);
  process.stdout.write(page);
  const pageFile = output ?? (quick ? undefined : join(project, defaultPage));
  if (pageFile !== undefined) await save(pageFile, page);
  if (json !== undefined) await save(json, `${JSON.stringify(result, null, 2)}\n`);
  const exact = result.decoding.comparisons.every(({ sameTokens }) => sameTokens);
  if (!exact || !isAccurate(result.accuracy)) process.exitCode = 1;
}

async function benchAccuracy(): Promise<void> {
  const accuracy = await runAccuracy(createContext());
  process.stdout.write(`${accuracy.tokens} tokens of prose\n\n`);
  process.stdout.write(`${goalTable(accuracyGoals(accuracy))}\n`);
  if (!isAccurate(accuracy)) process.exitCode = 1;
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stderr.write(`Saved ${file}\n`);
}

async function child(task: string): Promise<void> {
  const report = await runChildTask(JSON.parse(task) as ChildTask, process.env);
  process.stdout.write(JSON.stringify(report));
}

const program = new Command('npm run bench --')
  .description('Measures decoding, the compiled graph, memory, start and accuracy.')
  .option('--quick', 'one round, one prompt, 24 tokens; nothing is saved unless told where')
  .option('--json <file>', 'also write everything measured as JSON')
  .option('--output <file>', `where the page goes instead of ${defaultPage}`)
  .action(benchAll);
program
  .command('accuracy')
  .description('Compares int8 with fp32 on prose; exit code 1 when a limit is missed.')
  .action(benchAccuracy);
program.command('child <task>', { hidden: true }).action(child);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TqError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

import { Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TqError } from '../protocol/errors.ts';
import { gpuCommands } from './gpu/commands.ts';
import { isAccurate } from './accuracy.ts';
import { compileShipped } from './compile.ts';
import {
  fullSize,
  quickSize,
  runAccuracy,
  runDefaultSuite,
  type BenchContext,
} from './default-suite.ts';
import { exactnessTable, measureExactness } from './exactness.ts';
import { accuracyGoals } from './goals.ts';
import { describeMachine } from '../evaluation/machine.ts';
import { wholeNumber } from '../evaluation/number-options.ts';
import { EvaluationProgress } from '../evaluation/run/progress.ts';
import prose from './prose.md';
import { measurePeers, peerTable, type PeerOptions } from './peers.ts';
import { pricePlot } from './plot.ts';
import { goalTable, reportPage } from './report.ts';
import { benchLocations } from './shipped-model.ts';

interface SuiteOptions {
  readonly quick?: boolean;
  readonly output?: string;
}

const defaultPage = 'docs/benchmarks.md';

function createContext(): BenchContext {
  const folder = import.meta.dirname;
  return {
    locations: benchLocations(process.env),
    programs: { bench: join(folder, 'bench.js'), engine: join(folder, 'engine.js') },
    prose,
    progress: new EvaluationProgress(process.stderr),
  };
}

/** A quick run is for trying things out: it replaces the kept page only when told to. */
async function benchAll({ quick = false, output }: SuiteOptions): Promise<void> {
  const context = createContext();
  const project = dirname(context.locations.models);
  const command = `npm run bench${quick ? ' -- --quick' : ''}`;
  const machine = await describeMachine(project);
  const size = quick ? quickSize : fullSize;
  const result = await runDefaultSuite(context, size, machine, command);
  const pageFile = output ?? (quick ? undefined : join(project, defaultPage));
  const plotFile = pageFile?.replace(/(\.md)?$/u, '.svg');
  const page = reportPage(result, basename(plotFile ?? 'benchmarks.svg'));
  process.stdout.write(page);
  if (pageFile !== undefined && plotFile !== undefined) {
    await save(pageFile, page);
    await save(plotFile, pricePlot(result.grid));
    await save(pageFile.replace(/(\.md)?$/u, '.json'), `${JSON.stringify(result, null, 2)}\n`);
  }
  const exact = result.grid.cases.every(({ sameTokens }) => sameTokens !== false);
  if (!exact || !isAccurate(result.accuracy)) process.exitCode = 1;
}

async function benchAccuracy(): Promise<void> {
  const accuracy = await runAccuracy(createContext());
  process.stdout.write(`${accuracy.tokens} tokens of prose\n\n`);
  process.stdout.write(`${goalTable(accuracyGoals(accuracy))}\n`);
  if (!isAccurate(accuracy)) process.exitCode = 1;
}

async function benchExactness(options: {
  prompts: number;
  maxTokens: number;
  engines: number;
}): Promise<void> {
  const context = createContext();
  const project = dirname(context.locations.models);
  const { commit } = await describeMachine(project);
  const file = join(project, '.cache/exactness.jsonl');
  const pairs = await measureExactness(context, { ...options, file, commit });
  process.stdout.write(`Commit ${commit}\n\n${exactnessTable(pairs)}\n`);
  if (pairs.some(({ same }) => !same)) process.exitCode = 1;
}

async function benchPeers(options: PeerOptions): Promise<void> {
  const context = createContext();
  const machine = await describeMachine(dirname(context.locations.models));
  const rows = await measurePeers(context, options);
  const { cpu, cores, commit, date } = machine;
  process.stdout.write(`${cpu}, ${cores} cores, commit ${commit}, ${date}\n\n${peerTable(rows)}\n`);
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stderr.write(`Saved ${file}\n`);
}

async function compile(): Promise<void> {
  process.stdout.write(JSON.stringify(await compileShipped(process.env)));
}

const program = new Command('npm run bench --')
  // Commands have options of the same names.
  .enablePositionalOptions()
  .description('Measures decoding, the compiled graph, memory, start and accuracy.')
  .option('--quick', 'one prompt, few tokens; nothing is saved unless told where')
  .option(
    '--output <file>',
    `where the page goes instead of ${defaultPage}, its plot and JSON beside it`,
  )
  .action(benchAll);
program
  .command('accuracy')
  .description('Compares int8 with fp32 on prose; exit code 1 when a limit is missed.')
  .action(benchAccuracy);
program
  .command('exactness')
  .description('Holds exact decoding to Algorithm 1 in full; goes on where it was stopped. Hours.')
  .option('--prompts <count>', 'how many', wholeNumber('--prompts', 1), 30)
  .option('--max-tokens <count>', 'of each text', wholeNumber('--max-tokens', 1), 64)
  .option(
    '--engines <count>',
    'side by side, each with its own memory',
    wholeNumber('--engines', 1),
    1,
  )
  .action(benchExactness);
program
  .command('peers')
  .description("Times the authors' Transfer-Q code and llama.cpp beside ours, where you have them.")
  .option('--transfer-q <folder>', "the authors' code, a clone of umd-huang-lab/Transfer-Q")
  .option('--python <file>', 'Python with the packages of models/recipes', 'python3')
  .option('--llama-bench <file>', 'llama-bench of llama.cpp')
  .action(benchPeers);
program.command('compile', { hidden: true }).action(compile);
for (const { command, hidden } of gpuCommands()) program.addCommand(command, { hidden });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TqError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { baseCommand } from '../cli/parser/base-command.ts';
import {
  addBenchCommands,
  benchPage,
  type BenchExactnessOptions,
  type BenchPeerOptions,
  type BenchRemoteOptions,
  type BenchRewritingOptions,
  type BenchSuiteOptions,
} from '../cli/parser/bench.ts';
import { onParentGone, runCommands } from '../cli/parser/started-program.ts';
import { startWatchdog } from '../engine/exports/bench.ts';
import { describeMachine } from '../evaluation/machine.ts';
import { EvaluationProgress } from '../evaluation/run/progress.ts';
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
import prose from './prose.md';
import { addGpuPart, benchGpu, printGpuTable } from './gpu/commands.ts';
import { measurePeers, peerTable } from './peers.ts';
import { pricePlot } from './plot.ts';
import { measureRemote, remoteTable } from './remote.ts';
import { goalTable, reportPage } from './report.ts';
import { runRewriting } from './rewriting/run.ts';
import { benchLocations } from './shipped-model.ts';

function createContext(): BenchContext {
  const folder = import.meta.dirname;
  return {
    locations: benchLocations(process.env),
    programs: { bench: join(folder, 'bench.js'), engine: join(folder, 'engine.js') },
    prose,
    progress: new EvaluationProgress(process.stderr),
  };
}

/** A quick run is for trying things out, so it saves a page only where `--output` names one. */
async function benchAll({ quick = false, output }: BenchSuiteOptions): Promise<void> {
  const context = createContext();
  const project = dirname(context.locations.models);
  const command = `npm run bench${quick ? ' -- --quick' : ''}`;
  const machine = await describeMachine(project);
  const size = quick ? quickSize : fullSize;
  const result = await runDefaultSuite(context, size, machine, command);
  const pageFile = output ?? (quick ? undefined : join(project, benchPage));
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

async function benchExactness(options: BenchExactnessOptions): Promise<void> {
  const context = createContext();
  const project = dirname(context.locations.models);
  const { commit } = await describeMachine(project);
  const file = join(project, '.cache/exactness.jsonl');
  const pairs = await measureExactness(context, { ...options, file, commit });
  process.stdout.write(`Commit ${commit}\n\n${exactnessTable(pairs)}\n`);
  if (pairs.some(({ same }) => !same)) process.exitCode = 1;
}

async function benchPeers(options: BenchPeerOptions): Promise<void> {
  const context = createContext();
  const machine = await describeMachine(dirname(context.locations.models));
  const rows = await measurePeers(context, options);
  const { cpu, cores, commit, date } = machine;
  process.stdout.write(`${cpu}, ${cores} cores, commit ${commit}, ${date}\n\n${peerTable(rows)}\n`);
}

async function benchRemote(options: BenchRemoteOptions): Promise<void> {
  const { server: url, serverTokenizer: tokenizer, prompts, maxTokens } = options;
  const server = { id: 'bench', url, ...(tokenizer !== undefined && { tokenizer }) };
  const context = createContext();
  const { cpu, cores, commit } = await describeMachine(dirname(context.locations.models));
  const rows = await measureRemote(context, { server, prompts, maxTokens });
  process.stdout.write(`${cpu}, ${cores} cores, commit ${commit}\n\n${remoteTable(rows)}\n`);
  if (rows.some(({ same, prompts: all }) => same < all)) process.exitCode = 1;
}

async function benchRewriting(options: BenchRewritingOptions): Promise<void> {
  const damaged = await runRewriting(createContext(), options);
  if (damaged > 0) process.exitCode = 1;
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stderr.write(`Saved ${file}\n`);
}

async function compile(): Promise<void> {
  process.stdout.write(JSON.stringify(await compileShipped(process.env)));
}

// Without a channel, it runs alone in the kit for GPUs.
if (process.channel) startWatchdog(new URL('watchdog.js', import.meta.url));
onParentGone(() => {
  process.kill(process.pid, 'SIGINT');
});

const program = baseCommand('tqstar bench');
addBenchCommands(program, {
  suite: benchAll,
  accuracy: benchAccuracy,
  exactness: benchExactness,
  peers: benchPeers,
  remote: benchRemote,
  rewriting: benchRewriting,
  gpu: benchGpu,
  gpuTable: printGpuTable,
});
// Commands for processes that the benchmark starts.
program.command('compile', { hidden: true }).action(compile);
addGpuPart(program);

process.exitCode = await runCommands(program);

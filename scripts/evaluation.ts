/**
 * Runs every report of docs/evaluation again, all at one commit; the same command resumes it.
 *
 * npm run evaluation
 * npm run evaluation -- --only clear-writing,theory
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { commitOf } from '../src/evaluation/machine.ts';
import { evaluationRuns, type EvaluationRun } from './evaluation/runs.ts';

interface Options {
  readonly only?: string;
  readonly n?: string;
  readonly maxTokens?: string;
  readonly engines: string;
  readonly judge?: string;
  readonly judgeModel?: string;
  readonly work: string;
  readonly docs: string;
  readonly list?: boolean;
}

const root = join(import.meta.dirname, '..');
/** Files of a run that are not part of its report. */
const unpublished =
  /^(?:responses|scores|judgements)\.jsonl$|^settings\.json$|^finished$|^\.lock$/u;

const program = new Command('npm run evaluation --')
  .description('run the reports of docs/evaluation again, all at one commit')
  .option('--only <ids>', 'reports to run, with commas')
  .option('--n <count>', 'at most this many prompts of each setup')
  .option('--max-tokens <count>', 'longest response, for a trial')
  .option('--engines <count>', 'engines to run in parallel', '2')
  .option('--judge <url>', 'judge by a model at an endpoint instead of a reward')
  .option('--judge-model <name>', 'model to ask at the endpoint')
  .option('--work <folder>', 'folder of the runs', '.cache/evaluation')
  .option('--docs <folder>', 'folder of the reports', 'docs/evaluation')
  .option('--list', 'print the commands and run nothing')
  .parse();

process.chdir(root);
process.exitCode = await main(program.opts<Options>());

async function main(options: Options): Promise<number> {
  const runs = chosenRuns(options.only);
  if (options.list) {
    for (const run of runs) console.log(['npx', 'tqstar', ...commandOf(run, options)].join(' '));
    return 0;
  }
  await keepToOneCommit(options);
  for (const [index, run] of runs.entries()) {
    console.log(`\n${index + 1} of ${runs.length}: ${run.id}`);
    const exitCode = await runOnce(run, options);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function chosenRuns(only: string | undefined): readonly EvaluationRun[] {
  if (only === undefined) return evaluationRuns;
  return only.split(',').map((id) => {
    const run = evaluationRuns.find((each) => each.id === id);
    if (run) return run;
    const ids = evaluationRuns.map((each) => each.id).join(', ');
    return fail(`There is no report "${id}"; it must be one of ${ids}.`);
  });
}

/** All reports must be of one commit, so that they can be compared. */
async function keepToOneCommit({ work, docs }: Options): Promise<void> {
  const now = await commitOf(root);
  if (now.endsWith('+') && docs === 'docs/evaluation') {
    fail('Files outside docs differ from the commit; commit them, or choose another --docs.');
  }
  const file = join(work, 'commit');
  const before = await readFile(file, 'utf8').catch(() => now);
  if (before !== now) {
    fail(
      `The folder ${work} has runs of commit ${before}, and this is ${now}; remove it or choose another --work.`,
    );
  }
  await mkdir(work, { recursive: true });
  await writeFile(file, now);
}

/** Runs or resumes one report and publishes it; a finished one is only published again. */
async function runOnce(run: EvaluationRun, options: Options): Promise<number> {
  const folder = join(options.work, run.id);
  const command = commandOf(run, options);
  const finished = join(folder, 'finished');
  const before = await readFile(finished, 'utf8').catch(() => undefined);
  if (before !== command.join(' ')) {
    await takeTexts(run, options);
    const { status } = spawnSync(process.execPath, ['dist/cli.js', ...command], {
      stdio: 'inherit',
    });
    if (status !== 0) return status ?? 130;
    await writeFile(finished, command.join(' '));
  }
  await publish(folder, join(options.docs, run.id));
  return 0;
}

function commandOf({ id, options: own, n, judgeReward }: EvaluationRun, given: Options): string[] {
  const out = ['--out', join(given.work, id)];
  if (own === undefined) return ['theory', ...out];
  const { judge, judgeModel, engines, maxTokens } = given;
  return [
    ...['eval', ...own, '--n', String(Math.min(n, Number(given.n ?? n)))],
    ...['--engines', engines],
    ...(maxTokens === undefined ? [] : ['--max-tokens', maxTokens]),
    ...(judge === undefined
      ? judgeReward === undefined
        ? []
        : ['--judge-reward', judgeReward]
      : ['--judge', judge, ...(judgeModel === undefined ? [] : ['--judge-model', judgeModel])]),
    ...out,
  ];
}

/** Begins a run with the texts of others: `tqstar eval` finds those that it needs by their key. */
async function takeTexts({ id, shares = [] }: EvaluationRun, { work }: Options): Promise<void> {
  const own = join(work, id, 'responses.jsonl');
  if (existsSync(own)) return;
  await mkdir(dirname(own), { recursive: true });
  for (const other of shares) {
    const texts = join(work, other, 'responses.jsonl');
    if (!existsSync(texts)) continue;
    await pipeline(createReadStream(texts), createWriteStream(own, { flags: 'a' }));
  }
}

/** Replaces a report but for its comment, README.md. */
async function publish(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(to)) {
    if (/\.(?:csv|html|json|md|gz)$/u.test(name) && name !== 'README.md') {
      await rm(join(to, name));
    }
  }
  await rm(join(to, 'figures'), { recursive: true, force: true });
  for (const name of await readdir(from)) {
    const isRun = evaluationRuns.some(({ id }) => id.startsWith(`${name}/`));
    if (unpublished.test(name) || isRun) continue;
    await cp(join(from, name), join(to, name), { recursive: true });
  }
}

function fail(sentence: string): never {
  console.error(`evaluation: ${sentence}`);
  process.exit(2);
}

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { descendants, startTqstar, survivors } from './processes.ts';
import type { FaultResult } from './result.ts';

/** The engine looks for its host five times a second. */
const endMs = 1000;

/** A command to kill, in folders of its own. */
interface Victim {
  readonly name: string;
  readonly args: (folder: string) => readonly string[];
  readonly env: (folder: string) => NodeJS.ProcessEnv;
  /** A folder in which a killed run may leave one unfinished entry. */
  readonly leaves?: (folder: string) => string;
  readonly unfinished?: RegExp;
  /** The part of the output that must be the same after a kill as without one. */
  readonly result: (output: string) => string;
}

const prompt = ['--prompt', 'Write a short note about the garden.', '--max-tokens', '24'];
const adapter = 'models/warm-dpo';
const lastText = (output: string): string =>
  /"type":"done".*?"text":("(?:[^"\\]|\\.)*")/u.exec(output)?.[1] ?? 'no text';

const victims: readonly Victim[] = [
  {
    name: 'generate',
    args: () => ['generate', '--reward', 'positive-tone', '--json', ...prompt],
    env: () => process.env,
    result: lastText,
  },
  {
    name: 'compile',
    args: () => ['generate', '--method', 'sft', '--json', ...prompt],
    env: (folder) => ({ ...process.env, TQSTAR_CACHE: join(folder, 'cache') }),
    leaves: (folder) => join(folder, 'cache', 'compiled'),
    unfinished: /\.unfinished-/u,
    result: lastText,
  },
  {
    name: 'models add',
    args: () => ['models', 'add', adapter, '--id', 'copied', '--json'],
    env: (folder) => ({ ...process.env, TQSTAR_STORE: join(folder, 'store') }),
    leaves: (folder) => join(folder, 'store', '.unfinished'),
    unfinished: /./u,
    result: (output) => /"id":"copied"/u.exec(output)?.[0] ?? 'no model',
  },
  {
    name: 'eval',
    args: (folder) => [
      ...['eval', '--suite', 'clear-writing', '--methods', 'sft,dpo', '--n', '2'],
      ...['--max-tokens', '8', '--out', join(folder, 'eval')],
    ],
    env: () => process.env,
    result: (output) => (/responses|report|Report/u.test(output) ? 'a report' : 'no report'),
  },
];

/** `kill -9` of the command line at random moments; then the same command again, to its end. */
export async function killAtRandom(moments: number, random: () => number): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  for (const victim of victims) {
    const { wanted, wholeMs } = await runWhole(victim);
    const broken: string[] = [];
    for (let time = 0; time < moments; time += 1) {
      const after = Math.round(random() * wholeMs);
      const problem = await killOnce(victim, after, wanted);
      if (problem !== undefined) broken.push(`killed after ${after} ms: ${problem}`);
    }
    results.push({ fault: `kill -9 during ${victim.name}`, times: moments, broken });
  }
  return results;
}

async function runWhole(victim: Victim): Promise<{ wanted: string; wholeMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tqstar-faults-'));
  try {
    const start = performance.now();
    const run = startTqstar(victim.args(folder), victim.env(folder));
    const code = await run.ended;
    if (code !== 0) throw new Error(`${victim.name} ended with ${code}:\n${run.output()}`);
    return { wanted: victim.result(run.output()), wholeMs: performance.now() - start };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns a sentence if a promise was broken */
async function killOnce(
  victim: Victim,
  after: number,
  wanted: string,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'tqstar-faults-'));
  try {
    const run = startTqstar(victim.args(folder), victim.env(folder));
    await Promise.race([run.ended, delay(after)]);
    const below = await descendants(run.child.pid!);
    run.child.kill('SIGKILL');
    const left = await survivors(below, endMs);
    for (const id of left) process.kill(id, 'SIGKILL');
    if (left.length > 0) return `${left.length} of its processes still ran after ${endMs} ms`;
    const unfinished = await unfinishedIn(victim, folder);
    if (unfinished.length > 1) return `it left ${unfinished.join(', ')}`;
    const again = startTqstar(victim.args(folder), victim.env(folder));
    const code = await again.ended;
    const result = victim.result(again.output());
    if (code !== 0) return `the next run ended with ${code}: ${again.output().slice(-300)}`;
    return result === wanted ? undefined : `the next run gave ${result} instead of ${wanted}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unfinishedIn({ leaves, unfinished }: Victim, folder: string): Promise<string[]> {
  if (leaves === undefined) return [];
  const names = await readdir(leaves(folder)).catch(() => []);
  return names.filter((name) => unfinished!.test(name));
}

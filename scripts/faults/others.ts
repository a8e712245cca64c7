import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineProcess } from '../../src/client/engine-process.ts';
import { requests } from '../../src/protocol/requests.ts';
import { descendants, startTqstar, survivors } from './processes.ts';
import type { FaultResult } from './result.ts';

const prompt = { text: 'Write a short note about the garden.' };
/** The command line gives its programs this long after a signal. */
const interruptMs = 2000;

/** The engine stands still (SIGSTOP), and a person presses Ctrl+C once. */
export async function stopTheEngine(): Promise<FaultResult> {
  const args = [
    'generate',
    '--method',
    'sft',
    '--prompt',
    prompt.text,
    '--max-tokens',
    '400',
    '--json',
  ];
  const run = startTqstar(args, process.env);
  const broken: string[] = [];
  while (!run.output().includes('"type":"token"')) {
    const code = await Promise.race([run.ended, delay(50, undefined)]);
    if (code !== undefined) throw new Error(`generate ended with ${code}:\n${run.output()}`);
  }
  const below = await descendants(run.child.pid!);
  for (const id of below) process.kill(id, 'SIGSTOP');
  process.kill(run.child.pid!, 'SIGINT');
  const left = await survivors([run.child.pid!, ...below], interruptMs);
  if (left.length > 0) broken.push(`${left.length} processes still ran after ${interruptMs} ms`);
  for (const id of left) process.kill(id, 'SIGKILL');
  return { fault: 'SIGSTOP of the engine, then one Ctrl+C', times: 1, broken };
}

/** Nothing longer than 1 MB can be written while a model is compiled; then it can. */
export async function fillTheDisk(): Promise<FaultResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tqstar-faults-'));
  const broken: string[] = [];
  try {
    const args = ['generate', '--method', 'sft', '--prompt', prompt.text, '--max-tokens', '4'];
    const env = { ...process.env, TQSTAR_CACHE: join(folder, 'cache') };
    const full = startTqstar(args, env, "trap '' XFSZ; ulimit -f 1000");
    const code = await full.ended;
    const lines = full
      .output()
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('tqstar: '));
    if (code === 0 || lines.length !== 1) {
      broken.push(
        `a full disk gave ${code} and ${lines.length} sentences: ${full.output().slice(-300)}`,
      );
    }
    const again = startTqstar(args, env);
    const next = await again.ended;
    if (next !== 0) broken.push(`the next run ended with ${next}: ${again.output().slice(-300)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { fault: 'no space for a compiled model', times: 1, broken };
}

/** Many requests to one engine: neither its memory nor its open files grow. */
export async function soak(count: number): Promise<FaultResult> {
  const engine = EngineProcess.start({ program: 'dist/engine.js' });
  const broken: string[] = [];
  try {
    const id = engine.processId!;
    const write = (seed: number): Promise<unknown> =>
      engine.stream(
        requests.generate,
        { prompt, options: { method: 'sft', temperature: 1, seed, maxTokens: 8, device: 'cpu' } },
        () => undefined,
      );
    const warm = Math.ceil(count / 5);
    for (let seed = 0; seed < warm; seed += 1) await write(seed);
    const before = await usageOf(id);
    for (let seed = warm; seed < count; seed += 1) await write(seed);
    const after = await usageOf(id);
    if (after.bytes > 1.1 * before.bytes) {
      broken.push(`memory grew from ${mega(before.bytes)} to ${mega(after.bytes)} MB`);
    }
    if (after.files > before.files) {
      broken.push(`open files grew from ${before.files} to ${after.files}`);
    }
  } finally {
    await engine.stop();
  }
  return { fault: `${count} requests to one engine`, times: count, broken };
}

async function usageOf(id: number): Promise<{ bytes: number; files: number }> {
  const status = await readFile(`/proc/${id}/status`, 'utf8');
  const bytes = 1024 * Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)![1]);
  return { bytes, files: (await readdir(`/proc/${id}/fd`)).length };
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

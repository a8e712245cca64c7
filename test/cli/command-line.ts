import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { z } from 'zod';
import { doneEventSchema, tokenEventSchema } from '../../src/protocol/events.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/cli.js');
const runFile = promisify(execFile);

/** Keeps compiled models in the checkout, so a machine compiles once. */
const environment = { ...process.env, TQSTAR_CACHE: join(root, '.cache'), NO_COLOR: '1' };

let building: Promise<unknown> | undefined;

/** Builds the program under test, once a test run. */
export async function built(): Promise<void> {
  building ??= runFile(process.execPath, ['esbuild.config.mjs'], { cwd: root });
  await building;
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Deps {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line to its end. */
export async function tqstar(
  args: readonly string[],
  { input = '', env = {} }: Deps = {},
): Promise<Outcome> {
  const child = start(args, env);
  // A command that does not read its input may close it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return outcome(child);
}

/** Starts the command line with nothing on standard input. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  // In its own process group, so a test can interrupt it as a terminal does.
  return spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { ...environment, ...env },
    detached: true,
  });
}

/** The output and exit code of a started command. */
export async function outcome(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = await closed;
  return { exitCode, stdout, stderr };
}

/** Resolves with the first line a command writes; `outcome` collects the rest. */
export async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

/** Process ids of the children of a process. */
export async function childrenOf(processId: number): Promise<number[]> {
  const { stdout } = await runFile('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/u).map(Number))
    .filter(([, parent]) => parent === processId)
    .map(([id]) => id!);
}

export function jsonLines(output: string): unknown[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const lineSchema = z.discriminatedUnion('type', [tokenEventSchema, doneEventSchema]);

/** Lines of --json, each checked against its schema. */
export function events(output: string): z.output<typeof lineSchema>[] {
  return jsonLines(output).map((line) => lineSchema.parse(line));
}

/** The sentence of a failure, without the loading messages before it. */
export function complaint({ stderr }: Outcome): string {
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !/^(?:Checking|Compiling|Loading|Device:)/u.test(line))
    .join('\n');
}

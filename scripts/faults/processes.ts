import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A command line that runs, with what it printed so far. */
export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
}

/** Starts `tqstar` of the built checkout, in a group of its own. */
export function startTqstar(args: readonly string[], env: NodeJS.ProcessEnv, limits = ''): Started {
  const program = [process.execPath, 'dist/cli.js', ...args];
  // ulimit is part of the shell.
  const [file, given] =
    limits === ''
      ? [program[0]!, program.slice(1)]
      : ['/bin/bash', ['-c', `${limits}; exec "$@"`, 'tqstar', ...program]];
  const child = spawn(file, given, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  }
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'ended');
    });
  });
  return { child, output: () => text, ended };
}

/** Processes below one, by the parents that the system names. */
export async function descendants(id: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    const status = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(/^\d+ \(.*\) \S (\d+)/su.exec(status)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      visit(child);
    }
  };
  visit(id);
  return found;
}

/** Whether a process runs: one that ended and waits for its parent does not. */
async function isRunning(id: number): Promise<boolean> {
  const status = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/^\d+ \(.*\) [ZX]/su.test(status);
}

/** The processes that still run after `limitMs`. */
export async function survivors(ids: readonly number[], limitMs: number): Promise<number[]> {
  const until = performance.now() + limitMs;
  for (;;) {
    const running = await Promise.all(ids.map(isRunning));
    const left = ids.filter((_, index) => running[index]);
    if (left.length === 0 || performance.now() > until) return left;
    await delay(20);
  }
}

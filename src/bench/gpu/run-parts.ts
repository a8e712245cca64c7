import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { readFinding, type Finding } from './lines.ts';
import type { GpuPartName } from '../../cli/parser/bench-gpu.ts';
import type { PlannedPart } from './part-plan.ts';

/** A part's process group does not receive these, so this process ends it. */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Options for running parts. */
export interface PartRunner {
  /** dist/bench.js */
  readonly program: string;
  /** Arguments of every part's process, after its name, format and model. */
  readonly parameters: readonly string[];
  /** Time limit of one process of a part, in seconds. */
  readonly limits: Readonly<Record<GpuPartName, number>>;
  /** Receives each line as soon as it is known. */
  readonly onLine: (line: Finding & { readonly part: string }) => void;
}

/**
 * Runs parts one after the other, each in its own process. If one fails, crashes or exceeds its
 * time limit, a line reports its error, and the next part runs.
 */
export async function runParts(
  planned: readonly PlannedPart[],
  { program, parameters, limits, onLine }: PartRunner,
): Promise<void> {
  for (const one of planned) {
    const start = performance.now();
    const { part, ...about } = one;
    const given = [part, ...Object.entries(about).flatMap(([name, value]) => [`--${name}`, value])];
    const limit = limits[part];
    const error = await runPart([program, 'gpu-part', ...given, ...parameters], limit, (line) => {
      onLine({ part, ...line });
    });
    if (error !== undefined) onLine({ part, ...about, error });
    onLine({ part, ...about, seconds: Math.round(performance.now() - start) / 1000 });
  }
}

/** @returns why the part failed, as a sentence; undefined if it succeeded */
async function runPart(
  parameters: readonly string[],
  limitSeconds: number,
  onLine: (line: Finding) => void,
): Promise<string | undefined> {
  // In a separate process group, so that its child processes end with it.
  const child = spawn(process.execPath, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child);
  }, 1000 * limitSeconds);
  const interrupted = (): void => {
    endGroup(child);
    process.exit(130);
  };
  for (const signal of endSignals) process.once(signal, interrupted);
  try {
    const complaint = text(child.stderr);
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    for await (const line of createInterface({ input: child.stdout })) {
      const found = readFinding(line);
      if (found) onLine(found);
    }
    const [code, signal] = await ended;
    if (late) return `It did not end within its time limit of ${limitSeconds} s.`;
    if (signal) return `Signal ${signal} ended its process; the driver may have crashed.`;
    return code === 0 ? undefined : lastSentence(await complaint);
  } catch (error) {
    return `Its process could not start (${(error as Error).message}).`;
  } finally {
    clearTimeout(timer);
    for (const signal of endSignals) process.off(signal, interrupted);
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

/** The last error message of a failed process, without the runtime's colours and warnings. */
function lastSentence(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('\x1b'));
  const error = lines.findLast((line) => /^\w*Error\b.*: /u.test(line)) ?? lines.at(-1);
  return (
    error?.replace(/^(?:tqstar|\w*Error(?: \[\w+\])?): /u, '').trim() ??
    'It ended without a message.'
  );
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { readFinding, type Finding } from './lines.ts';
import type { GpuPartName } from '../../cli/parser/bench-gpu.ts';
import type { PlannedPart } from './part-plan.ts';

/** A group of its own does not get the signals that end this process. */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How parts are run. */
export interface PartRunner {
  /** dist/bench.js */
  readonly program: string;
  /** Of every part's process, after its name, format and model. */
  readonly parameters: readonly string[];
  /** Seconds a process of a part may take. */
  readonly limits: Readonly<Record<GpuPartName, number>>;
  /** Gets each line as soon as it is known. */
  readonly onLine: (line: Finding & { readonly part: string }) => void;
}

/**
 * Runs parts one after the other, each in a process of its own: one that fails, crashes or does not end
 * gives a line with its error, and the next is run.
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

/** @returns why the part failed, as a sentence; undefined where it did not */
async function runPart(
  parameters: readonly string[],
  limitSeconds: number,
  onLine: (line: Finding) => void,
): Promise<string | undefined> {
  // Of a group of its own, so that what it started ends with it.
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
    if (signal) return `Its process was ended by ${signal}: the driver may have crashed.`;
    return code === 0 ? undefined : lastSentence(await complaint);
  } catch (error) {
    return `Its process cannot be started (${(error as Error).message}).`;
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
    // It has ended by itself.
  }
}

/** What a failed process said last, without the colours and warnings that the runtime writes. */
function lastSentence(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('\x1b'));
  const error = lines.findLast((line) => /^\w*Error\b.*: /u.test(line)) ?? lines.at(-1);
  return (
    error?.replace(/^(?:tqstar|\w*Error(?: \[\w+\])?): /u, '').trim() ?? 'It ended without a word.'
  );
}

import { Worker } from 'node:worker_threads';
import { engineFailure } from '../../protocol/engine-failure.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { WatchdogMemory } from './watchdog-memory.ts';

/** What the watchdog's thread gets at its start. */
export interface WatchdogStart {
  readonly memory: SharedArrayBuffer;
  /** Process id of the host. */
  readonly parent: number;
  /** How long this process may go on after its host's end. */
  readonly graceMs: number;
}

/** Work with a limit of time. */
export interface LimitedTask {
  /** Milliseconds of running time, at most 2^31 - 1. */
  readonly limitMs: number;
  /** Code and sentence of the error that the host reports when the work takes longer. */
  readonly code: ErrorCode;
  readonly sentence: string;
}

let memory: WatchdogMemory | undefined;
let lastId = 0;
/** Oldest first: the watchdog watches the oldest. */
const tasks = new Map<number, LimitedTask>();

/**
 * Starts the thread that ends this process when its host is gone, or when a task takes longer than
 * its limit, whatever the main thread is doing.
 * @param program the bundle of watchdog-thread.ts
 */
export function startWatchdog(program: URL, graceMs = 0): void {
  memory = new WatchdogMemory();
  const workerData: WatchdogStart = { memory: memory.buffer, parent: process.ppid, graceMs };
  new Worker(program, { workerData, env: {} }).unref();
}

/**
 * Runs work that this process cannot interrupt, such as a run of ONNX Runtime. When it takes longer
 * than its limit, the watchdog ends the process, and the host reports the sentence. Without a
 * watchdog there is no limit.
 */
export async function watched<T>(task: LimitedTask, work: () => Promise<T>): Promise<T> {
  lastId = (lastId % 0x7fffffff) + 1;
  const id = lastId;
  tasks.set(id, task);
  if (tasks.size === 1) watchOldest();
  try {
    return await work();
  } finally {
    tasks.delete(id);
    watchOldest();
  }
}

function watchOldest(): void {
  for (const [id, { limitMs, code, sentence }] of tasks) {
    if (memory?.task.id !== id) memory?.watch({ id, limitMs }, engineFailure(code, sentence));
    return;
  }
  memory?.watch({ id: 0, limitMs: 0 }, '');
}

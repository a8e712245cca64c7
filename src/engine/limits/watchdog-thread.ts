import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchdogStart } from './watchdog.ts';
import { WatchdogMemory } from './watchdog-memory.ts';

const intervalMs = 200;

/** Longest step that counts: time during which the whole process was stopped does not. */
const maxStepMs = 2 * intervalMs;

const { memory, parent, graceMs } = workerData as WatchdogStart;
const shared = new WatchdogMemory(memory);

let lastLook = performance.now();
let task = 0;
let taskMs = 0;
let goneMs = 0;

/** Whether the host's process has ended. */
function isParentGone(): boolean {
  // An orphan gets another parent, except on Windows.
  if (process.ppid !== parent) return true;
  if (process.platform !== 'win32') return false;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
}

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Writes the failure to the log, where the host finds it (src/protocol/engine-failure.ts). */
function report(failure: string): void {
  try {
    writeSync(2, failure);
  } catch {
    // Nobody reads the log.
  }
}

function look(): void {
  const now = performance.now();
  const step = Math.min(now - lastLook, maxStepMs);
  lastLook = now;
  if (isParentGone()) {
    if (goneMs >= graceMs) end();
    goneMs += step;
  }
  const watched = shared.task;
  taskMs = watched.id === task ? taskMs + step : 0;
  task = watched.id;
  if (task === 0 || taskMs <= watched.limitMs) return;
  const { failure } = shared;
  // The task may have ended while its failure was read.
  if (shared.task.id !== task) return;
  report(failure);
  end();
}

setInterval(look, intervalMs);

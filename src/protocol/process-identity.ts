import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Names a process in a file that other processes read. */
export const processIdentitySchema = z.object({
  processId: z.number().int().positive(),
  host: z.string(),
  /** When it started, in the system's own words; an id alone may belong to a later process. */
  started: z.string().optional(),
});
export type ProcessIdentity = z.output<typeof processIdentitySchema>;

/** The identity of this process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  const started = await startOf(process.pid);
  return { processId: process.pid, host: hostname(), ...(started !== undefined && { started }) };
}

/**
 * Whether a process runs. Undefined if this machine cannot know: the process is on another machine,
 * or the system does not say when a process started.
 */
export async function isRunning(identity: ProcessIdentity): Promise<boolean | undefined> {
  const { processId, host, started } = identity;
  if (host !== hostname()) return undefined;
  if (!exists(processId)) return false;
  if (started === undefined) return undefined;
  const found = await startOf(processId);
  return found === undefined ? undefined : found === started;
}

function exists(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The start of a process; undefined if the system hides it. No change of the clock alters it. */
async function startOf(processId: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return await startOnLinux(processId);
    if (process.platform === 'darwin') return await startOnMac(processId);
  } catch {
    // The process has just ended, or the system hides it.
  }
  return undefined;
}

/** Field 22 of /proc/PID/stat counts from the system's start; see proc(5). */
const startField = 22;
/** The first field after the name of the program, which is in parentheses and may contain any. */
const firstField = 3;

async function startOnLinux(processId: number): Promise<string> {
  const [boot, stat] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readFile(`/proc/${processId}/stat`, 'utf8'),
  ]);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `${boot.trim()} ${fields[startField - firstField]!}`;
}

async function startOnMac(processId: number): Promise<string | undefined> {
  const given = ['-o', 'lstart=', '-p', String(processId)];
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await promisify(execFile)('ps', given, { env });
  return stdout.trim() || undefined;
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, delimiter } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const megabyte = 2 ** 20;

/** A graphics card, as reported by nvidia-smi. */
export interface Card {
  readonly name: string;
  readonly driver: string;
  /** Total bytes, and bytes in use by all processes. */
  readonly memory: number;
  readonly used: number;
}

/** A Vulkan driver that the environment names. */
export interface VulkanDriver {
  readonly file: string;
  readonly library: string;
}

/** NVIDIA's cards; empty if nvidia-smi is missing or fails. */
export async function nvidiaCards(): Promise<Card[]> {
  const rows = await query(['--query-gpu=name,driver_version,memory.total,memory.used']);
  return rows.map(([name = '', driver = '', memory, used]) => ({
    name,
    driver,
    memory: Number(memory) * megabyte,
    used: Number(used) * megabyte,
  }));
}

/** Bytes that a process uses on the first card; undefined if nvidia-smi does not list it. */
export async function cardMemoryOf(process: number): Promise<number | undefined> {
  const rows = await query(['--query-compute-apps=pid,used_memory']);
  const own = rows.find(([pid]) => Number(pid) === process)?.[1];
  const megabytes = Number(own);
  return own === undefined || Number.isNaN(megabytes) ? undefined : megabytes * megabyte;
}

/** The Vulkan drivers of VK_DRIVER_FILES or VK_ICD_FILENAMES. */
export async function namedVulkanDrivers(environment: NodeJS.ProcessEnv): Promise<VulkanDriver[]> {
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'] ?? '';
  const files = named.split(delimiter).filter((file) => file !== '');
  return Promise.all(files.map(async (file) => ({ file, library: await libraryOf(file) })));
}

const driverSchema = z.looseObject({ ICD: z.looseObject({ library_path: z.string() }) });

async function libraryOf(file: string): Promise<string> {
  try {
    const { ICD } = driverSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return basename(ICD.library_path);
  } catch {
    return 'unreadable';
  }
}

/** The rows that nvidia-smi prints, with trimmed cells; empty if it fails. */
async function query(choices: readonly string[]): Promise<string[][]> {
  try {
    const parameters = [...choices, '--format=csv,noheader,nounits'];
    const options = { timeout: 10_000 };
    const { stdout } = await promisify(execFile)('nvidia-smi', parameters, options);
    const rows = stdout.split('\n').filter((row) => row.trim() !== '');
    return rows.map((row) => row.split(',').map((cell) => cell.trim()));
  } catch {
    return [];
  }
}

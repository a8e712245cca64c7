import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { onnxruntimeVersion } from '../version.ts';

/** Where and when the numbers were taken. */
export interface Machine {
  /** Its name, and the best of its instructions for int8 where Linux tells: names alone hide a factor of two. */
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
  readonly onnxruntime: string;
  /** Of the working tree, '+' when it was changed; 'unknown' outside a repository. */
  readonly commit: string;
  /** ISO 8601 day. */
  readonly date: string;
}

export async function describeMachine(projectFolder: string): Promise<Machine> {
  return {
    cpu: await processor(),
    cores: availableParallelism(),
    memory: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion(),
    commit: await commitOf(projectFolder),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Flags of Linux, the best first. */
const byteInstructions = [
  { flag: 'avx512_vnni', name: 'AVX-512 VNNI' },
  { flag: 'avx_vnni', name: 'AVX-VNNI' },
  { flag: 'avx2', name: 'AVX2' },
  { flag: 'i8mm', name: 'I8MM' },
  { flag: 'asimddp', name: 'dot products' },
];

async function processor(): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/mu.exec(text)?.[1]?.split(' '));
  const best = byteInstructions.find(({ flag }) => flags.has(flag));
  return best === undefined ? model : `${model} with ${best.name}`;
}

async function commitOf(cwd: string): Promise<string> {
  const git = async (...parameters: string[]): Promise<string> =>
    (await promisify(execFile)('git', parameters, { cwd })).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) === ''
      ? commit
      : `${commit}+`;
  } catch {
    return 'unknown';
  }
}

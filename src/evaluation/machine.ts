import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onnxruntimeVersion, processorName } from '../engine/exports/evaluation.ts';

/** The machine, versions and date of a measurement. */
export interface Machine {
  /** Name of the processor, with its int8 instructions. */
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
  readonly onnxruntime: string;
  /**
   * Commit of the working tree, with '+' for uncommitted changes outside docs, where reports go;
   * 'unknown' without a repository.
   */
  readonly commit: string;
  /** ISO 8601 day. */
  readonly date: string;
}

export async function describeMachine(projectFolder: string): Promise<Machine> {
  return {
    cpu: await processorName(),
    cores: availableParallelism(),
    memory: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion(),
    commit: await commitOf(projectFolder),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** `Machine.commit` of a project's folder. */
export async function commitOf(cwd: string): Promise<string> {
  const git = async (...parameters: string[]): Promise<string> =>
    (await promisify(execFile)('git', parameters, { cwd })).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    const changes = ['status', '--porcelain', '--untracked-files=no', '--', ':(top,exclude)docs'];
    return (await git(...changes)) === '' ? commit : `${commit}+`;
  } catch {
    return kitCommit(cwd);
  }
}

/** What a kit says it was made from; it is no repository. */
async function kitCommit(folder: string): Promise<string> {
  const manifest = await readFile(join(folder, 'kit.txt'), 'utf8').catch(() => '');
  return /^kit of commit: (\S+)$/mu.exec(manifest)?.[1] ?? 'unknown';
}

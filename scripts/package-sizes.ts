import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './stand-alone.ts';

const path = join(import.meta.dirname, '../docs/editor.md');

/** Bytes of a target's VSIX, and of its files. */
export interface PackageSizes {
  readonly vsix: number;
  readonly installed: number;
}

/** Writes the sizes into the table of docs/editor.md. */
export function writeSizes(target: Target, { vsix, installed }: PackageSizes): void {
  const row = `| ${target.padEnd(12)} | ${inMegabytes(vsix)} | ${inMegabytes(installed).padEnd(9)} |`;
  writeFileSync(path, readFileSync(path, 'utf8').replace(rowOf(target), row));
}

/** The sizes in that table, which rounds to 10⁶ bytes. */
export function readSizes(target: Target): PackageSizes {
  const [, vsix, installed] = rowOf(target).exec(readFileSync(path, 'utf8'))!;
  return { vsix: 1e6 * Number(vsix), installed: 1e6 * Number(installed) };
}

function rowOf(target: Target): RegExp {
  return new RegExp(`^\\| ${target} +\\| (\\d+) MB +\\| (\\d+) MB +\\|$`, 'mu');
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

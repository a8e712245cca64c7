import type { Command } from 'commander';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  addGpuOptions,
  gpuPartNames,
  type GpuBenchOptions,
  type GpuPartName,
} from '../../cli/parser/bench-gpu.ts';
import { wrongUsage } from '../../cli/parser/failure.ts';
import { oneOf } from '../../cli/parser/option-values.ts';
import { Devices, findDeviceDeps } from '../../engine/exports/bench.ts';
import { benchLocations } from '../shipped-model.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { lastRun, readLine, type Finding, type Line } from './lines.ts';
import { describeRun } from './machine-line.ts';
import type { PartContext } from './part-context.ts';
import { parts, planParts, usualLimits } from './part-plan.ts';
import { randomModelNames, type RandomModelName } from './random-model.ts';
import { runParts } from './run-parts.ts';
import { fullGpuSize, gpuFormats, quickGpuSize, type GpuFormat } from './sizes.ts';
import { gpuTable } from './table.ts';

interface PartOptions extends Pick<GpuBenchOptions, 'device' | 'quick' | 'python'> {
  readonly format: GpuFormat;
  readonly model: RandomModelName;
  readonly file?: string;
}

/** Adds the hidden command that runs one part in its own process. */
export function addGpuPart(bench: Command): void {
  const part = bench
    .command('gpu-part', { hidden: true })
    .argument('<name>', 'the part', oneOf('gpu-part', gpuPartNames));
  addGpuOptions(part)
    .option('--format <name>', 'format of the weights', oneOf('--format', gpuFormats), 'q8')
    .option('--model <name>', 'random model', oneOf('--model', randomModelNames), 'tiny')
    .option('--file <file>', 'lines of earlier parts')
    .action(runOnePart);
}

/** Runs the parts of the GPU benchmark, each in its own process, and prints their table. */
export async function benchGpu(options: GpuBenchOptions): Promise<void> {
  const { device, quick = false, python, only, limit } = options;
  await new Devices(findDeviceDeps(process.env)).choose(device, 'auto');
  const locations = benchLocations(process.env);
  const project = dirname(locations.models);
  const file = options.output ?? join(locations.cache, 'gpu-bench.jsonl');
  const output = openOutput(file);
  const lines: Line[] = [];
  const onLine = (line: Finding & { readonly part: string }): void => {
    const text = JSON.stringify(line);
    writeSync(output, `${text}\n`);
    fsyncSync(output);
    process.stdout.write(`${text}\n`);
    lines.push(readLine(text)!);
  };
  try {
    onLine({ part: 'machine', ...(await describeRun(project, device, quick)) });
    const planned = planParts(quick ? quickGpuSize : fullGpuSize);
    await runParts(
      planned.filter(({ part }) => only?.includes(part) ?? true),
      {
        program: join(import.meta.dirname, 'bench.js'),
        parameters: [
          ...['--device', device, '--python', python, '--file', file],
          ...(quick ? ['--quick'] : []),
        ],
        limits: { ...usualLimits, ...limit },
        onLine,
      },
    );
  } finally {
    closeSync(output);
  }
  process.stdout.write(`\n${gpuTable(lines)}\n`);
  const failed = lines.some(({ error, equal }) => error !== undefined || equal === false);
  if (failed) process.exitCode = 1;
}

/** @throws TqError storage naming the file */
function openOutput(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new TqError(
      ErrorCode.storage,
      `The file ${file} cannot be written (${code}); name another with --output.`,
      { cause: error },
    );
  }
}

async function runOnePart(name: GpuPartName, options: PartOptions): Promise<void> {
  const { device, quick = false, format, model, python, file } = options;
  const folder = import.meta.dirname;
  const tell = (finding: Finding): void => {
    process.stdout.write(`${JSON.stringify(finding)}\n`);
  };
  const context: PartContext = {
    device,
    format,
    model,
    size: quick ? quickGpuSize : fullGpuSize,
    locations: benchLocations(process.env),
    programs: { bench: join(folder, 'bench.js'), engine: join(folder, 'engine.js') },
    python,
    file,
    tell,
  };
  try {
    await parts[name](context);
  } catch (error) {
    if (!(error instanceof TqError) || !error.message.includes('no half precision')) throw error;
    tell({ format, skipped: error.message });
  }
}

/** Prints the table of the last run in a file. */
export async function printGpuTable(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw wrongUsage(`The file ${file} cannot be read (${code}); name one that "gpu" wrote.`);
  });
  const lines = lastRun(text);
  if (lines.length === 0) {
    throw wrongUsage(`The file ${file} has no lines of the GPU benchmark.`);
  }
  process.stdout.write(`${gpuTable(lines)}\n`);
}

import { Command } from 'commander';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Devices, findDeviceDeps } from '../../engine/exports/bench.ts';
import { benchLocations } from '../shipped-model.ts';
import { fail, oneOf } from '../../evaluation/number-options.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DeviceName } from '../../protocol/options.ts';
import { lastRun, readLine, type Finding, type Line } from './lines.ts';
import { describeRun } from './machine-line.ts';
import type { PartContext } from './part-context.ts';
import { partNames, parts, planParts, usualLimits, type PartName } from './part-plan.ts';
import { randomModelNames, type RandomModelName } from './random-model.ts';
import { runParts } from './run-parts.ts';
import { fullGpuSize, gpuFormats, quickGpuSize, type GpuFormat } from './sizes.ts';
import { gpuTable } from './table.ts';

const benchDevices = ['webgpu', 'cuda', 'cpu'] as const satisfies readonly DeviceName[];
type BenchDevice = (typeof benchDevices)[number];

interface GpuOptions {
  readonly device: BenchDevice;
  readonly quick?: boolean;
  readonly output?: string;
  readonly python: string;
  readonly only?: readonly PartName[];
  readonly limit: Readonly<Partial<Record<PartName, number>>>;
}

interface PartOptions extends Pick<GpuOptions, 'device' | 'quick' | 'python'> {
  readonly format: GpuFormat;
  readonly model: RandomModelName;
  readonly file?: string;
}

const onDevice = ['--device <name>', `where it runs: ${benchDevices.join(', ')}`] as const;
const withPython = [
  '--python <file>',
  'Python with torch and transformers, for the peers',
] as const;

/** The benchmark on a GPU, what its processes run, and its table from a file. */
export function gpuCommands(): { command: Command; hidden: boolean }[] {
  const gpu = new Command('gpu')
    .description(
      'Measures a GPU: tokens, speed, runs, kernels, memory; a line of JSON for each thing.',
    )
    .option(...onDevice, oneOf('--device', benchDevices), 'webgpu')
    .option('--quick', 'small sizes, for trying it out on a software driver')
    .option('--output <file>', 'where the lines are added instead of .cache/gpu-bench.jsonl')
    .option(...withPython, 'python3')
    .option('--only <parts>', `some of ${partNames.join(', ')}`, partList)
    .option('--limit <part=seconds>', 'another time limit of a part; may be repeated', addLimit, {})
    .action(benchGpu);
  const part = new Command('gpu-part')
    .argument('<name>', 'the part', oneOf('gpu-part', partNames))
    .option(...onDevice, oneOf('--device', benchDevices), 'webgpu')
    .option('--format <name>', 'of the weights', oneOf('--format', gpuFormats), 'q8')
    .option('--model <name>', 'of random weights', oneOf('--model', randomModelNames), 'tiny')
    .option('--quick', 'small sizes')
    .option('--file <file>', 'with what earlier parts found')
    .option(...withPython, 'python3')
    .action(runOnePart);
  const table = new Command('gpu-table')
    .description("Makes the GPU benchmark's table from a file of its lines, of a cut run, too.")
    .argument('<file>')
    .action(printTable);
  return [
    { command: gpu, hidden: false },
    { command: table, hidden: false },
    { command: part, hidden: true },
  ];
}

async function benchGpu(options: GpuOptions): Promise<void> {
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

async function runOnePart(name: PartName, options: PartOptions): Promise<void> {
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

async function printTable(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return fail(`The file ${file} cannot be read (${code}); name one that "gpu" wrote.`);
  });
  const lines = lastRun(text);
  if (lines.length === 0) fail(`The file ${file} has no line of the benchmark on a GPU.`);
  process.stdout.write(`${gpuTable(lines)}\n`);
}

function partList(text: string): PartName[] {
  const one = oneOf('--only', partNames);
  return text.split(',').map((part) => one(part.trim()));
}

function addLimit(
  text: string,
  before: Readonly<Partial<Record<PartName, number>>>,
): Partial<Record<PartName, number>> {
  const [name = '', value = ''] = text.split('=');
  const part = oneOf('--limit', partNames)(name);
  const seconds = Number(value);
  if (value !== '' && seconds > 0 && Number.isFinite(seconds))
    return { ...before, [part]: seconds };
  return fail(
    `--limit is "${text}"; it must be a part and a number of seconds above 0, as in tokens=60.`,
  );
}

import type { Command } from 'commander';
import type { DeviceName } from '../../protocol/options.ts';
import { wrongUsage } from './failure.ts';
import { oneOf, someOf } from './option-values.ts';

/** Devices that the GPU benchmark can run on. */
export const benchDevices = ['webgpu', 'cuda', 'cpu'] as const satisfies readonly DeviceName[];
export type BenchDevice = (typeof benchDevices)[number];

/** The parts of the GPU benchmark, the most important first. */
export const gpuPartNames = [
  'doctor',
  'tokens',
  'speed',
  'runs',
  'dispatches',
  'random-models',
  'memory',
  'peers',
] as const;
export type GpuPartName = (typeof gpuPartNames)[number];

export interface GpuBenchOptions {
  readonly device: BenchDevice;
  readonly quick?: boolean;
  readonly output?: string;
  readonly python: string;
  readonly only?: readonly GpuPartName[];
  /** Time limits in seconds that replace a part's own. */
  readonly limit: Readonly<Partial<Record<GpuPartName, number>>>;
}

/** What the commands of the GPU benchmark do. */
export interface GpuBenchActions {
  gpu(options: GpuBenchOptions): Promise<void>;
  /** @param file of lines that `gpu` wrote */
  gpuTable(file: string): Promise<void>;
}

/** Adds the options that a run and each of its parts share. */
export function addGpuOptions(command: Command): Command {
  return command
    .option(
      '--device <name>',
      `device to measure: ${benchDevices.join(', ')}`,
      oneOf('--device', benchDevices),
      'webgpu',
    )
    .option('--quick', 'small sizes, to try the benchmark on a software driver')
    .option('--python <file>', 'Python with torch and transformers, for the part peers', 'python3');
}

export function addGpuBench(bench: Command, actions: GpuBenchActions): void {
  const gpu = bench
    .command('gpu')
    .description('measure tokens, speed, runs, kernels and memory of a GPU; prints JSON lines');
  addGpuOptions(gpu)
    .option('--output <file>', 'file to append the lines to instead of .cache/gpu-bench.jsonl')
    .option(
      '--only <parts>',
      `with commas: ${gpuPartNames.join(', ')}`,
      someOf('--only', gpuPartNames),
    )
    .option('--limit <part=seconds>', 'time limit of a part (may be repeated)', addLimit, {})
    .action((options: GpuBenchOptions) => actions.gpu(options));
  bench
    .command('gpu-table')
    .description('print the table of the GPU benchmark from its lines, even of an unfinished run')
    .argument('<file>', 'file that gpu wrote')
    .action((file: string) => actions.gpuTable(file));
}

function addLimit(text: string, before: GpuBenchOptions['limit']): GpuBenchOptions['limit'] {
  const [name = '', value = ''] = text.split('=');
  const part = oneOf('--limit', gpuPartNames)(name);
  const seconds = Number(value);
  if (value !== '' && seconds > 0 && Number.isFinite(seconds)) {
    return { ...before, [part]: seconds };
  }
  throw wrongUsage(
    `--limit is "${text}"; it must be a part and a number of seconds above 0, as in tokens=60.`,
  );
}

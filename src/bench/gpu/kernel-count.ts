import { z } from 'zod';

/** The kernels that ONNX Runtime ran, from its profile. */
export interface KernelCount {
  readonly nodes: number;
  /** Programs that WebGPU dispatched for them; 0 on other devices. */
  readonly dispatches: number;
  /** By execution provider, most first. */
  readonly byProvider: Readonly<Record<string, number>>;
  /** By operator, most first; with another device, names of operators on the CPU end in "(CPU)". */
  readonly byOperator: Readonly<Record<string, number>>;
}

const eventSchema = z.looseObject({
  cat: z.string(),
  name: z.string(),
  ts: z.number(),
  dur: z.number(),
  args: z.record(z.string(), z.unknown()),
});
const profileSchema = z.array(z.unknown());

type ProfileEvent = z.infer<typeof eventSchema>;

const cpuProvider = 'CPUExecutionProvider';

/**
 * Counts the nodes of the last run in a profile of ONNX Runtime (session option `enableProfiling`),
 * and the mean dispatches per run. All runs are of the same graph. A GPU's events have their own
 * clock and cannot be assigned to a run.
 * @throws Error if the text is not a profile, or has no run
 */
export function countKernels(profileJson: string): KernelCount {
  const events = profileSchema.parse(JSON.parse(profileJson)).flatMap((event) => {
    const read = eventSchema.safeParse(event);
    return read.success ? [read.data] : [];
  });
  const run = events.findLast(isRun);
  if (!run) throw new Error('the profile has no run');
  const kernels = events.filter((event) => isKernel(event) && isWithin(event, run));
  const providers = kernels.map(({ args }) => String(args['provider']));
  const mixed = new Set(providers).size > 1;
  const operators = kernels.map(({ args }, i) => {
    const name = String(args['op_name']);
    return mixed && providers[i] === cpuProvider ? `${name} (CPU)` : name;
  });
  const runs = events.filter(isRun).length;
  const dispatches = events.filter(({ cat }) => cat === 'Api').length / runs;
  return {
    nodes: kernels.length,
    dispatches,
    byProvider: tally(providers),
    byOperator: tally(operators),
  };
}

function isRun({ cat, name }: ProfileEvent): boolean {
  return cat === 'Session' && name === 'model_run';
}

function isKernel({ cat, name }: ProfileEvent): boolean {
  return cat === 'Node' && name.endsWith('_kernel_time');
}

function isWithin(event: ProfileEvent, run: ProfileEvent): boolean {
  return event.ts >= run.ts && event.ts <= run.ts + run.dur;
}

/** The count of each name; the most frequent first, equal counts by name. */
function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

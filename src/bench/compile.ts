import { benchLocations, prepareShipped } from './shipped-model.ts';

/** Milliseconds and peak bytes of a process that compiles, including the load of its program. */
export interface CompileReport {
  readonly ms: number;
  readonly peakResident: number;
}

/** Compiles the shipped model to int8 in the environment's folders. */
export async function compileShipped(environment: NodeJS.ProcessEnv): Promise<CompileReport> {
  const start = performance.now();
  await prepareShipped(benchLocations(environment), 'int8');
  const peakResident = process.resourceUsage().maxRSS * 1024;
  return { ms: performance.now() - start, peakResident };
}

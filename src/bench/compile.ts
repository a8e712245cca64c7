import { benchLocations, prepareShipped } from './shipped-model.ts';

/** Of a process that compiles, loading of its program included: milliseconds and bytes. */
export interface CompileReport {
  readonly ms: number;
  readonly peakResident: number;
}

/** Compiles to int8 in the folders the environment names. */
export async function compileShipped(environment: NodeJS.ProcessEnv): Promise<CompileReport> {
  const start = performance.now();
  await prepareShipped(benchLocations(environment), 'int8');
  const peakResident = process.resourceUsage().maxRSS * 1024;
  return { ms: performance.now() - start, peakResident };
}

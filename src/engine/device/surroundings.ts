import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { deviceProbeProgram } from '../locations.ts';
import type { Surroundings } from './device-choice.ts';
import { processProbe } from './device-probe.ts';

/** Where Vulkan's loader looks for drivers on Linux. */
const driverFolders = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
];

/** This machine. */
export function findSurroundings(environment: NodeJS.ProcessEnv): Surroundings {
  return {
    supported: listSupportedBackends().map(({ name }) => name),
    gpuProblem: gpuProblem(environment),
    probe: processProbe(deviceProbeProgram),
  };
}

/** Spares a process where it is clear that there is no GPU: WebGPU is Vulkan on Linux. */
function gpuProblem(environment: NodeJS.ProcessEnv): string {
  if (process.platform !== 'linux') return '';
  const named = [environment['VK_ICD_FILENAMES'], environment['VK_DRIVER_FILES']];
  const own =
    environment['HOME'] === undefined
      ? []
      : [join(environment['HOME'], '.local/share/vulkan/icd.d')];
  const installed = [...driverFolders, ...own].some(
    (folder) => existsSync(folder) && readdirSync(folder).length > 0,
  );
  if (installed || named.some((value) => value !== undefined && value !== '')) return '';
  return 'no Vulkan driver is installed';
}

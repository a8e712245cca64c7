import { join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import type { DeviceDeps } from './device-choice.ts';
import { processProbe, type Probe } from './device-probe.ts';
import { findVulkanDrivers } from './vulkan-drivers.ts';

/** The program that tries a device out, built beside the engine's. */
const probeProgram = join(import.meta.dirname, 'device-probe.js');

/**
 * This machine. On Linux WebGPU is Vulkan: where no driver is there, no process is spent on trying
 * it.
 */
export function findDeviceDeps(environment: NodeJS.ProcessEnv): DeviceDeps {
  const supported = listSupportedBackends().map(({ name }) => name);
  const probe = processProbe(probeProgram);
  if (process.platform !== 'linux') return { supported, gpuProblem: '', probe };
  const drivers = findVulkanDrivers(environment);
  if ('problem' in drivers) return { supported, gpuProblem: drivers.problem, probe };
  return { supported, gpuProblem: '', probe: namingDrivers(probe, drivers.names) };
}

/** A GPU that fails is its driver's matter, and there may be several. */
export function namingDrivers(probe: Probe, drivers: readonly string[]): Probe {
  return async (device) => {
    const result = await probe(device);
    if (device !== 'webgpu' || !('problem' in result)) return result;
    return { problem: `${result.problem} (Vulkan driver ${drivers.join(', ')})` };
  };
}

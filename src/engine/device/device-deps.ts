import { join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import type { DeviceDeps } from './device-choice.ts';
import { processProbe, type Probe } from './device-probe.ts';
import { findVulkanDrivers } from './vulkan-drivers.ts';

/** The program that probes a device; the build puts it next to the engine's. */
const probeProgram = join(import.meta.dirname, 'device-probe.js');

/** This machine's devices. On Linux WebGPU uses Vulkan: without a driver there is no probe. */
export function findDeviceDeps(environment: NodeJS.ProcessEnv): DeviceDeps {
  const supported = listSupportedBackends().map(({ name }) => name);
  const probe = processProbe(probeProgram);
  if (process.platform !== 'linux') return { supported, gpuProblem: '', probe };
  const drivers = findVulkanDrivers(environment);
  if ('problem' in drivers) return { supported, gpuProblem: drivers.problem, probe };
  return { supported, gpuProblem: '', probe: withDriverNames(probe, drivers.names) };
}

/** Adds the installed Vulkan drivers to a probe's problem: the driver is usually the cause. */
export function withDriverNames(probe: Probe, drivers: readonly string[]): Probe {
  return async (device) => {
    const result = await probe(device);
    if (device !== 'webgpu' || !('problem' in result)) return result;
    return { problem: `${result.problem} (Vulkan driver ${drivers.join(', ')})` };
  };
}

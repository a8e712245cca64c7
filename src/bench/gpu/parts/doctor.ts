import { Devices, type ProbeResult, findDeviceDeps } from '../../../engine/exports/bench.ts';
import { deviceNames, type DeviceName } from '../../../protocol/options.ts';
import type { Part } from '../part-context.ts';

/** Reports the state of every device, with the times of its probe if it was probed. */
export const doctorPart: Part = async ({ tell }) => {
  const surroundings = findDeviceDeps(process.env);
  const trials = new Map<DeviceName, ProbeResult>();
  const devices = new Devices({
    ...surroundings,
    probe: async (device) => {
      const result = await surroundings.probe(device);
      trials.set(device, result);
      return result;
    },
  });
  for (const name of deviceNames) {
    const [state] = await devices.states([name]);
    const trial = trials.get(name);
    const times = trial !== undefined && 'milliseconds' in trial ? trial : undefined;
    tell({
      device: name,
      problem: state!.problem,
      ms: times?.milliseconds,
      cpuMs: times?.cpuMilliseconds,
    });
  }
};

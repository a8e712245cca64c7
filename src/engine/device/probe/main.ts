import type { DeviceName } from '../../../protocol/options.ts';
import type { ProbeResult } from '../device-probe.ts';
import { compareDecoders } from './compare-decoders.ts';
import { timeProducts } from './products.ts';
import { openSmallDecoder } from './small-decoder.ts';

const device = process.argv[2] as DeviceName;

/** Runs the products first: a missing device fails there with a clear message of the runtime. */
async function probe(): Promise<ProbeResult> {
  const times = {
    milliseconds: await timeProducts(device),
    cpuMilliseconds: await timeProducts('cpu'),
  };
  const { onDevice, onCpu } = await openSmallDecoder(device);
  const problem = await compareDecoders(onDevice, onCpu);
  await onDevice.dispose();
  await onCpu.dispose();
  return problem === undefined ? times : { problem };
}

process.stdout.write(JSON.stringify(await probe()));

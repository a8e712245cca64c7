import { describeMachine } from '../../evaluation/machine.ts';
import type { DeviceName } from '../../protocol/options.ts';
import { namedVulkanDrivers, nvidiaCards } from './card.ts';
import type { Finding } from './lines.ts';

/** The first line of a run: the machine, the device, and whether the run is quick. */
export async function describeRun(
  projectFolder: string,
  device: DeviceName,
  quick: boolean,
): Promise<Finding> {
  const cards = await nvidiaCards();
  const gpu =
    cards.length > 0
      ? { cards: cards.map(({ name, driver, memory }) => ({ name, driver, memory })) }
      : { vulkanDrivers: await namedVulkanDrivers(process.env) };
  return { device, quick, ...(await describeMachine(projectFolder)), ...gpu };
}

import { attentionNames, openOnDevice, targetsOf } from '../device-session.ts';
import { timeGraph } from '../graph-timing.ts';
import type { Part } from '../part-context.ts';
import { shippedForGpus } from '../shipped-writing.ts';

/** Times single runs of the shipped model's graphs. */
export const runsPart: Part = async (context) => {
  const { device, format, size, tell } = context;
  const targets = targetsOf(device).slice(0, size.graphs);
  for (const target of targets) {
    const model = await shippedForGpus(context, target);
    const session = await openOnDevice(model, device);
    const about = { format, attention: attentionNames[target], layers: model.shape.layers };
    for (const prefix of size.prefixes) {
      await timeGraph(session, prefix, size.branches, size, (found) => {
        tell({ ...about, ...found });
      });
    }
    await session.dispose();
  }
};

import type { Part } from '../part-context.ts';
import { memoryUse } from '../process-memory.ts';
import { shippedForGpus, ShippedWriter } from '../shipped-writing.ts';

/** Measures the memory of a process that loads the shipped model and writes with it. */
export const memoryPart: Part = async (context) => {
  const { device, format, size, tell } = context;
  const model = await shippedForGpus(context);
  const say = async (when: string): Promise<void> => {
    tell({ format, layers: model.shape.layers, when, ...(await memoryUse(context)) });
  };
  await say('before');
  const writer = await ShippedWriter.open(model, device, context);
  await say('loaded');
  await writer.write('tq');
  await say(`after ${size.tokens} tokens of tq`);
  await writer.close();
};

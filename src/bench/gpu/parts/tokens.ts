import { firstDifference } from '../first-difference.ts';
import type { Part } from '../part-context.ts';
import { shippedForGpus, ShippedWriter } from '../shipped-writing.ts';

const methods = ['plain', 'tq'] as const;

/** Compares the tokens of the device with those of the CPU, with the same weights and graph. */
export const tokensPart: Part = async (context) => {
  const { device, format, tell } = context;
  const model = await shippedForGpus(context);
  // The device first: if it cannot run the format, the CPU does not need to.
  const own = await ShippedWriter.open(model, device, context);
  const cpu = await ShippedWriter.open(model, 'cpu', context);
  for (const method of methods) {
    const found = await own.write(method);
    const wanted = await cpu.write(method);
    const difference = firstDifference(wanted, found);
    const equal = difference === undefined;
    tell({
      format,
      layers: model.shape.layers,
      method,
      tokens: wanted.length,
      equal,
      ...difference,
    });
  }
  await own.close();
  await cpu.close();
};

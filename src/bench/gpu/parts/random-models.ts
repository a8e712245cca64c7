import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../../protocol/units.ts';
import { availableMemory } from '../../../engine/exports/bench.ts';
import { nvidiaCards } from '../card.ts';
import { openOnDevice, targetsOf } from '../device-session.ts';
import { timeGraph } from '../graph-timing.ts';
import type { Part, PartContext } from '../part-context.ts';
import { memoryUse } from '../process-memory.ts';
import { randomModel, weightCount } from '../random-model.ts';
import { compileRepeated } from '../repeated-layers.ts';
import type { GpuFormat } from '../sizes.ts';

/** Bytes per weight, with scales and zero points. */
const bytesPerWeight: Readonly<Record<GpuFormat, number>> = { q4: 0.7, q8: 1.2, fp16: 2, fp32: 4 };

/** Bytes per weight of the largest table in the compiler: twice as float32, and as stored. */
const compilerBytesPerWeight = 14;

/** Times single runs of a model with random weights, which it compiles and deletes afterwards. */
export const randomModelsPart: Part = async (context) => {
  const { device, format, model: name, size, locations, tell } = context;
  const source = randomModel(name);
  const weights = weightCount(source);
  const about = { model: name, format };
  await mkdir(locations.cache, { recursive: true });
  const short = await shortage(context, weights * bytesPerWeight[format], source.shape);
  if (short !== undefined) {
    tell({ ...about, skipped: short });
    return;
  }
  const folder = await mkdtemp(join(locations.cache, 'gpu-bench-'));
  try {
    const start = performance.now();
    const target = targetsOf(device)[0]!;
    await compileRepeated(source, folder, format, target);
    tell({ ...about, weights, compileMs: performance.now() - start });
    const before = await memoryUse(context);
    const session = await openOnDevice({ folder, shape: source.shape, target }, device);
    tell({ ...about, when: 'before', ...before });
    tell({ ...about, when: 'loaded', ...(await memoryUse(context)) });
    await timeGraph(session, size.randomPrefix, size.randomBranches, size, (found) => {
      tell({ ...about, ...found });
    });
    tell({ ...about, when: 'after the runs', ...(await memoryUse(context)) });
    await session.dispose();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A sentence that says which memory is too small for the model; undefined if the model fits. */
async function shortage(
  { device, locations, format, model }: PartContext,
  bytes: number,
  { vocabulary, hidden }: { readonly vocabulary: number; readonly hidden: number },
): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(locations.cache);
  const [card] = device === 'cpu' ? [] : await nvidiaCards();
  const compiler = vocabulary * hidden * compilerBytesPerWeight;
  const loaded = device === 'cpu' ? 2 * bytes : bytes;
  const places = [
    { place: 'on the card', needed: 1.2 * bytes, free: card && card.memory - card.used },
    { place: 'on the disk', needed: bytes, free: bavail * bsize },
    { place: 'in memory', needed: Math.max(compiler, loaded), free: availableMemory() },
  ];
  const short = places.find(({ needed, free }) => free !== undefined && free < needed);
  if (!short) return undefined;
  const { place, needed, free } = short;
  return `${model} in ${format} needs about ${formatBytes(needed)} ${place}, of which ${formatBytes(free!)} are free.`;
}

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attentionNames, openOnDevice, targetsOf, type GpuModel } from '../device-session.ts';
import type { DeviceName } from '../../../protocol/options.ts';
import { GraphText } from '../graph-text.ts';
import { countKernels } from '../kernel-count.ts';
import type { Part } from '../part-context.ts';
import { shippedForGpus } from '../shipped-writing.ts';

/** Tokens before the one whose kernels are counted. */
const promptTokens = 16;

/** Counts the kernels of one plain token of the shipped model after the text before it was read. */
export const dispatchesPart: Part = async (context) => {
  const { device, format, tell } = context;
  for (const target of targetsOf(device)) {
    const model = await shippedForGpus(context, target);
    const attention = attentionNames[target];
    const counted = countKernels(await profileToken(model, device));
    tell({ device, format, attention, layers: model.shape.layers, ...counted });
  }
};

/** ONNX Runtime's profile of one token. */
async function profileToken(model: GpuModel, device: DeviceName): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tqstar-profile-'));
  try {
    const session = await openOnDevice(model, device, join(folder, 'profile'));
    const text = new GraphText(session, promptTokens);
    await text.prefill(1);
    await text.prefill();
    session.runtime.endProfiling!();
    text.dispose();
    await session.dispose();
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('ONNX Runtime wrote no profile');
    return await readFile(join(folder, file), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

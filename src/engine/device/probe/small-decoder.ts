import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceName } from '../../../protocol/options.ts';
import { compile } from '../../models/compiler/compile.ts';
import { graphTarget } from '../../models/compiler/decoder.ts';
import { randomSource } from '../../models/random-source.ts';
import { GraphSession } from '../../runtime/graph-session.ts';

/** The vocabulary has several chunks (see device-outputs.ts), the last one not full. */
const configuration = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 500,
  max_position_embeddings: 256,
  rope_theta: 100,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

/** The default format of GPUs. */
const format = 'q8';

/** Opens the probe's decoder on a device and, with the same graph and weights, on the CPU. */
export async function openSmallDecoder(
  device: DeviceName,
): Promise<{ onDevice: GraphSession; onCpu: GraphSession }> {
  const source = randomSource('the probe', configuration);
  const { shape } = source;
  const target = graphTarget(device);
  const folder = await mkdtemp(join(tmpdir(), 'tqstar-probe-'));
  try {
    await compile(source, folder, { format, target });
    return {
      onDevice: await GraphSession.create(folder, shape, { threads: 1, device, target }),
      onCpu: await GraphSession.create(folder, shape, { threads: 1, target }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceName } from '../../../protocol/options.ts';
import type { DecoderShape, NamedWeights } from '../../models/architecture/architecture.ts';
import { llama } from '../../models/architecture/llama.ts';
import { checkedShape, uniformLayers } from '../../models/architecture/shape.ts';
import { compile } from '../../models/compiler/compile.ts';
import type { CompileSource } from '../../models/compiler/compile-source.ts';
import { graphTarget } from '../../models/compiler/decoder.ts';
import { GraphSession } from '../../runtime/graph-session.ts';

const [layers, hidden, heads, kvHeads, headDim, intermediate] = [2, 64, 4, 2, 16, 128];

/** Several chunks of the vocabulary (see device-outputs.ts), the last one not full. */
const vocabulary = 500;

/** The default format of GPUs. */
const format = 'q8';

function smallShape(): DecoderShape {
  const rope = {
    inverseFrequencies: Array.from({ length: headDim / 2 }, (_, i) => 100 ** ((-2 * i) / headDim)),
    amplitude: 1,
  };
  return checkedShape(
    {
      ...{ family: 'llama', layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary },
      contextLength: 256,
      normEpsilon: 1e-5,
      layerKinds: uniformLayers(layers, rope, undefined, 'the probe'),
      tiedHead: true,
    },
    'the probe',
  );
}

/** Fixed weights of about the size of trained ones, the same on every machine. */
class FixedWeights implements NamedWeights {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor() {
    const shapes: [string, number[]][] = [
      [llama.embedding, [vocabulary, hidden]],
      [llama.finalNorm, [hidden]],
    ];
    for (let layer = 0; layer < layers; layer++) {
      const names = llama.layer(layer);
      shapes.push(
        [names.attentionNorm, [hidden]],
        [names.query, [heads * headDim, hidden]],
        [names.key, [kvHeads * headDim, hidden]],
        [names.value, [kvHeads * headDim, hidden]],
        [names.output, [hidden, heads * headDim]],
        [names.mlpNorm, [hidden]],
        [names.gate!, [intermediate, hidden]],
        [names.up, [intermediate, hidden]],
        [names.down, [hidden, intermediate]],
      );
    }
    this.#shapes = new Map(shapes);
  }

  has(name: string): boolean {
    return this.#shapes.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#shapes.get(name)!;
  }

  read(name: string): Promise<Float32Array> {
    const shape = this.shape(name);
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (shape.length === 1) return Promise.resolve(values.fill(1));
    const scale = 1.7 / Math.sqrt(shape[1]!);
    let state = name.length * 7919 + values.length;
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[i] = scale * (state / 2 ** 31 - 1);
    }
    return Promise.resolve(values);
  }
}

/** Opens the probe's decoder on a device and, with the same graph and weights, on the CPU. */
export async function openSmallDecoder(
  device: DeviceName,
): Promise<{ onDevice: GraphSession; onCpu: GraphSession }> {
  const shape = smallShape();
  const source: CompileSource = {
    name: 'the probe',
    architecture: llama,
    shape,
    weights: new FixedWeights(),
    range: { from: 0, to: layers },
    head: 'logits',
  };
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

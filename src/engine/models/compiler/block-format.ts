import type { LinearWeight } from '../architecture/architecture.ts';
import { blockLength, quantiseBlocks } from './block-quantisation.ts';
import type { ExternalData } from './external-data.ts';
import type { GraphBuilder } from './graph.ts';
import type { InitializerSpec } from './onnx.ts';
import { QuantisedFormat } from './quantised-format.ts';

interface Blocks {
  readonly bits: 4 | 8;
  readonly values: InitializerSpec;
  readonly scales: InitializerSpec;
  readonly zeroPoints: InitializerSpec;
}

/**
 * Weights of four or eight bits in blocks of 32 with float32 activations, for devices that are
 * limited by reading weights. The head always has eight bits because it directly decides between
 * tokens; so does the embedding table, whose rows the CPU looks up.
 */
export class BlockFormat extends QuantisedFormat {
  readonly #stored = new Map<string, Blocks>();

  constructor(
    data: ExternalData,
    private readonly bits: 4 | 8,
  ) {
    super(data);
  }

  async storeLinear(
    { name, inFeatures, outFeatures }: LinearWeight,
    values: Float32Array,
  ): Promise<void> {
    const bits = name === 'head' ? 8 : this.bits;
    const quantised = quantiseBlocks(values, outFeatures, inFeatures, bits);
    const blocks = Math.ceil(inFeatures / blockLength);
    const { scales, zeroPoints } = quantised;
    const valueDims = [outFeatures, blocks, (blockLength * bits) / 8];
    this.#stored.set(name, {
      bits,
      values: await this.data.write(name, 'uint8', valueDims, quantised.values),
      scales: await this.data.write(`${name}.scale`, 'float32', [scales.length], scales),
      zeroPoints: await this.data.write(`${name}.zero`, 'uint8', [zeroPoints.length], zeroPoints),
    });
  }

  linear(graph: GraphBuilder, x: string, { name, inFeatures, outFeatures }: LinearWeight): string {
    const { bits, values, scales, zeroPoints } = this.#stored.get(name)!;
    const inputs = [x, ...[values, scales, zeroPoints].map((spec) => graph.initializer(spec))];
    return graph.microsoft('MatMulNBits', inputs, {
      K: { int: inFeatures },
      N: { int: outFeatures },
      bits: { int: bits },
      block_size: { int: blockLength },
    })[0]!;
  }
}

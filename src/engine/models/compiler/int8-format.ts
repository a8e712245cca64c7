import type { LinearWeight } from '../architecture/architecture.ts';
import type { GraphBuilder } from './graph.ts';
import { quantiseRows } from './int8-embedding.ts';
import type { InitializerSpec } from './onnx.ts';
import { QuantisedFormat } from './quantised-format.ts';
import { transposed } from './transposed.ts';

interface Quantised {
  readonly values: InitializerSpec;
  readonly scales: InitializerSpec;
}

/**
 * 8-bit weights and activations, with one scale for each output row of W and one for each token of
 * x. Products are summed in integers, so a token's result does not depend on the other tokens of
 * the batch.
 */
export class Int8Format extends QuantisedFormat {
  readonly #stored = new Map<string, Quantised>();

  async storeLinear(weight: LinearWeight, values: Float32Array): Promise<void> {
    const { name, inFeatures, outFeatures } = weight;
    const { quantised, scales } = quantiseRows(values, outFeatures, inFeatures);
    const turned = transposed(quantised, outFeatures, inFeatures);
    // The activation's scale is 1/127 of the row's largest value; the factor 1/127 is folded in
    // here.
    for (let out = 0; out < outFeatures; out++) scales[out] = scales[out]! / 127;
    this.#stored.set(name, {
      values: await this.data.write(name, 'int8', [inFeatures, outFeatures], turned),
      scales: await this.data.write(`${name}.scale`, 'float32', [outFeatures], scales),
    });
  }

  linear(graph: GraphBuilder, x: string, weight: LinearWeight): string {
    const { values, scales } = this.#stored.get(weight.name)!;
    const largest = graph.op('ReduceMax', [graph.op('Abs', [x]), graph.ints([2])]);
    // A row of zeros divides 0 by 0; the last product turns whatever integer NaN becomes into 0.
    const unit = graph.op('Div', [x, largest]);
    const quantised = graph.op('QuantizeLinear', [unit, graph.floats([1 / 127]), graph.byte(128)]);
    const product = graph.microsoft('MatMulIntegerToFloat', [
      quantised,
      graph.initializer(values),
      graph.floats([1]),
      graph.initializer(scales),
      graph.byte(128),
    ])[0]!;
    return graph.op('Mul', [product, largest]);
  }
}

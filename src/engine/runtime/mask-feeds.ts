import * as ort from 'onnxruntime-node';
import { inputNames } from '../models/compiler/graph-names.ts';

/** The inputs of a run's masks, each of `rows` rows, one a window of the model. */
export function maskFeeds(
  masks: readonly Float32Array[],
  rows: number,
): Record<string, ort.Tensor> {
  return Object.fromEntries(
    masks.map((mask, index) => [
      inputNames.mask(index),
      new ort.Tensor('float32', mask, [rows, mask.length / rows]),
    ]),
  );
}

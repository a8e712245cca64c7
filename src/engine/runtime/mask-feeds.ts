import * as ort from 'onnxruntime-node';
import { inputNames } from '../models/compiler/graph-names.ts';

/** Mask inputs of a run, each with `rows` rows, one for each window of the model. */
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

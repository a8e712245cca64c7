import { inputNames, outputNames } from './graph-names.ts';
import type { GraphBuilder } from './graph.ts';
import { DataType } from './onnx.ts';

/** A GPU sorts this many numbers in one thread group; more need a dispatch for each pass. */
const maxSortLength = 2048;

/** Enough tokens for the k of most requests. */
const defaultTopCount = 20;

/**
 * Tokens in a chunk of the vocabulary: as many as allow `defaultTopCount` chunks to be sorted in
 * one thread group.
 */
export const chunkLength = Math.floor(maxSortLength / defaultTopCount / 32) * 32;

export function chunkCount(vocabulary: number): number {
  return Math.ceil(vocabulary / chunkLength);
}

/**
 * The outputs that decoding needs of the logits [1, R, vocabulary], computed on the device. Sorting
 * a whole row would take some 130 passes. Instead the graph takes the K chunks with the largest
 * maxima, which must contain the K most likely tokens, and sorts only those. The chunks stay in the
 * order of their ids, so that of equal logits the smaller id comes first, as on the CPU.
 *
 * `top_indices` are indices into the chunks taken, and `top_chunks` the ids of these chunks in
 * float32. The graph does not combine them to token ids because GPUs have no 64-bit integers.
 */
export function deviceLanguageModelOutputs(
  g: GraphBuilder,
  logits: string,
  vocabulary: number,
): void {
  const topCount = g.input(inputNames.topCount, 'int64', [1]);
  const targets = g.input(inputNames.targets, 'int64', [1, 'R', 'T']);
  const count = chunkCount(vocabulary);
  const missing = count * chunkLength - vocabulary;
  const padded =
    missing === 0
      ? logits
      : g.op('Pad', [logits, g.ints([0, 0, 0, 0, 0, missing]), g.floats([lowest])]);
  const chunks = g.op('Reshape', [padded, g.ints([-1, count, chunkLength])]);
  const maxima = g.op('ReduceMax', [chunks, g.ints([2])], { keepdims: { int: 0 } });
  const chunksTaken = g.op('Min', [topCount, g.ints([count])]);
  const [, byMaximum] = g.ops('TopK', [maxima, chunksTaken], 2, { axis: { int: 1 } });
  const asNumber = g.op('Cast', [byMaximum!], { to: { int: DataType.float32 } });
  const [taken] = g.ops('TopK', [asNumber, chunksTaken], 2, {
    axis: { int: 1 },
    largest: { int: 0 },
  });
  const starts = g.input(inputNames.chunkStarts, 'float32', ['R', 1]);
  const places = g.op('Cast', [g.op('Add', [taken!, starts])], { to: { int: DataType.int32 } });
  const flat = g.op('Reshape', [chunks, g.ints([-1, chunkLength])]);
  const candidates = g.op('Reshape', [g.op('Gather', [flat, places]), g.ints([0, -1])]);
  const [values, indices] = g.ops('TopK', [candidates, topCount], 2, { axis: { int: 1 } });
  const largest = g.op('ReduceMax', [maxima, g.ints([1])], { keepdims: { int: 1 } });
  const shifted = g.op('Sub', [logits, largest]);
  const mass = g.op('ReduceSum', [g.op('Exp', [shifted]), g.ints([2])], { keepdims: { int: 1 } });
  const target = g.op('GatherElements', [logits, targets], { axis: { int: 2 } });
  g.output(outputNames.topValues, values!, 'float32', ['R', 'K']);
  g.output(outputNames.topIndices, indices!, 'int64', ['R', 'K']);
  g.output(outputNames.topChunks, taken!, 'float32', ['R', 'min(K, chunks)']);
  g.output(outputNames.mass, mass, 'float32', [1, 'R', 1]);
  g.output(outputNames.targetLogits, target, 'float32', [1, 'R', 'T']);
  // ONNX Runtime binds outputs once if some stay on the device, so every run must fetch the same
  // outputs: a run without logits fetches one logit for each row.
  const end = g.input(inputNames.logitEnd, 'int64', [1]);
  const wanted = g.op('Slice', [logits, g.ints([0]), end, g.ints([2])]);
  g.output(outputNames.logits, wanted, 'float32', [1, 'R', 'E']);
}

/** Logit of the padding in the last chunk. */
const lowest = -3.4e38;

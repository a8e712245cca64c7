import type { TokenId } from '../../decoding/policy.ts';
import { massBlock } from '../models/compiler/graph-names.ts';
import type { GraphResult } from './graph-run.ts';

/** softmax(logits / temperature) of one row, as the graph returns it. */
export interface Distribution {
  /** [vocabulary] */
  readonly logits: Float32Array;
  readonly largest: number;
  /** [blocks] exp((logit - largest) / temperature), summed over blocks of `massBlock` tokens. */
  readonly blockMasses: Float32Array;
  readonly temperature: number;
}

/** The softmax of one row of a run with `wantLogits`; a view, not a copy. */
export function distributionOf(
  { logits, blockMasses, logSumExp, topLogits }: GraphResult,
  row: number,
  temperature: number,
): Distribution {
  const rowOf = (values: Float32Array): Float32Array => {
    const width = values.length / logSumExp.length;
    return values.subarray(row * width, (row + 1) * width);
  };
  return {
    logits: rowOf(logits!),
    largest: rowOf(topLogits)[0]!,
    blockMasses: rowOf(blockMasses!),
    temperature,
  };
}

/**
 * Block masses [rows, blocks] of logits [rows, vocabulary], for graphs that do not return them; the
 * same sums as in the CPU's graph.
 */
export function blockMassesOf(
  logits: Float32Array,
  rows: number,
  temperature: number,
): Float32Array {
  const vocabulary = logits.length / rows;
  const size = massBlock(vocabulary);
  const blocks = Math.ceil(vocabulary / size);
  const masses = new Float32Array(rows * blocks);
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    const largest = own.reduce((a, b) => Math.max(a, b));
    own.forEach((logit, token) => {
      masses[row * blocks + Math.floor(token / size)]! += Math.exp((logit - largest) / temperature);
    });
  }
  return masses;
}

/**
 * The token at which the cumulative probability passes `uniform`, a number in (0, 1). Finds the
 * block by its mass first, then the token within the block.
 */
export function drawToken(distribution: Distribution, uniform: number): TokenId {
  const { logits, largest, blockMasses, temperature } = distribution;
  const { index: block, left } = indexAt(blockMasses, uniform * sum(blockMasses));
  const size = massBlock(logits.length);
  const masses = new Float64Array(Math.min(size, logits.length - block * size));
  for (let i = 0; i < masses.length; i++) {
    masses[i] = Math.exp((logits[block * size + i]! - largest) / temperature);
  }
  // The graph sums in float32, so the rest within the block is used as a share of its mass.
  const share = left / blockMasses[block]!;
  return block * size + indexAt(masses, share * sum(masses)).index;
}

/**
 * The index at which the cumulative sum of `masses` passes `target` (or the last with any mass),
 * and how much of `target` is left there.
 */
function indexAt(
  masses: Float32Array | Float64Array,
  target: number,
): { index: number; left: number } {
  let left = target;
  let last = { index: 0, left: 0 };
  for (let index = 0; index < masses.length; index++) {
    const mass = masses[index]!;
    if (mass === 0) continue;
    if (left < mass) return { index, left };
    last = { index, left: mass };
    left -= mass;
  }
  return last;
}

function sum(masses: Float32Array | Float64Array): number {
  let total = 0;
  for (const mass of masses) total += mass;
  return total;
}

import type { Mixing } from '../architecture/architecture.ts';
import type { GraphBuilder } from './graph.ts';
import { hadamardBlocks } from './rotation.ts';

/** Multiplies x [1, S, features] by the matrix of `mixing`. */
export function mixBlocks(
  graph: GraphBuilder,
  x: string,
  { features, block, across }: Mixing,
): string {
  const matrix = new Float32Array(block * block);
  for (let i = 0; i < block; i++) matrix[i * block + i] = 1;
  hadamardBlocks(matrix, block);
  const blocks = graph.op('Reshape', [x, graph.ints([-1, block])]);
  const mixed = graph.op('MatMul', [blocks, graph.floats([...matrix], [block, block])]);
  return graph.op('Reshape', [
    across ? mixAcross(graph, mixed, features / block, block, across) : mixed,
    graph.ints([1, -1, features]),
  ]);
}

/** x [S * count, block] -> [S, count, block]: multiplies the blocks of each token by `matrix`. */
function mixAcross(
  graph: GraphBuilder,
  x: string,
  count: number,
  block: number,
  matrix: readonly number[],
): string {
  const transposed = matrix.map((_, i) => matrix[(i % count) * count + Math.floor(i / count)]!);
  const byToken = graph.op('Reshape', [x, graph.ints([-1, count, block])]);
  return graph.op('MatMul', [graph.floats(transposed, [count, count]), byToken]);
}

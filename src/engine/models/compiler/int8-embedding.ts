import type { ExternalData } from './external-data.ts';
import type { GraphBuilder } from './graph.ts';
import type { InitializerSpec } from './onnx.ts';

/** An embedding table with 8-bit weights and one scale for each token. */
export class Int8Embedding {
  private constructor(
    private readonly values: InitializerSpec,
    private readonly scales: InitializerSpec,
  ) {}

  /** Stores the table [vocabulary, hidden]. */
  static async store(
    data: ExternalData,
    table: Float32Array,
    vocabulary: number,
    hidden: number,
  ): Promise<Int8Embedding> {
    const { quantised, scales } = quantiseRows(table, vocabulary, hidden);
    return new Int8Embedding(
      await data.write('embedding', 'int8', [vocabulary, hidden], quantised),
      await data.write('embedding.scale', 'float32', [vocabulary, 1], scales),
    );
  }

  /** Token ids [1, S] -> embeddings [1, S, hidden]. */
  rows(graph: GraphBuilder, ids: string): string {
    const rows = graph.op('Gather', [graph.initializer(this.values), ids]);
    const scale = graph.op('Gather', [graph.initializer(this.scales), ids]);
    return graph.op('Mul', [graph.op('Cast', [rows], { to: { int: 1 } }), scale]);
  }
}

/** Symmetric int8 with one scale for each row: value = scale * quantised, |quantised| <= 127. */
export function quantiseRows(
  values: Float32Array,
  rows: number,
  columns: number,
): { quantised: Int8Array; scales: Float32Array } {
  const quantised = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(values[i]!));
    if (largest === 0) continue;
    const inverse = 127 / largest;
    scales[row] = largest / 127;
    for (let i = start; i < start + columns; i++) quantised[i] = Math.round(values[i]! * inverse);
  }
  return { quantised, scales };
}

import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CompileSource,
  ExternalData,
  type FormatName,
  type GraphTarget,
  type GraphSpec,
  type InitializerSpec,
  Preparation,
  buildDecoder,
  compilerVersion,
  createFormat,
  encodeModel,
  graphFile,
  weightFile,
} from '../../engine/exports/bench.ts';

/**
 * Compiles a model for GPUs in which every layer has the weights of the first. They are prepared
 * and written once, but each layer has separate tensors, so that a device holds and reads as much
 * as for any model of this shape.
 * @param folder an existing empty folder
 */
export async function compileRepeated(
  { shape, head: gives, ...source }: CompileSource,
  folder: string,
  formatName: FormatName,
  target: GraphTarget,
): Promise<void> {
  const file = await open(join(folder, weightFile), 'w');
  try {
    const format = createFormat(formatName, new ExternalData(file, weightFile));
    const preparation = new Preparation({ ...source, shape, head: gives }, format);
    await preparation.embedding();
    const layer = await preparation.layer(0);
    const layers = Array.from({ length: shape.layers }, () => layer);
    const ends = { reads: 'tokens', gives, head: await preparation.head() } as const;
    const graph = separated(buildDecoder(shape, layers, ends, format, target));
    await writeFile(join(folder, graphFile), encodeModel(graph, compilerVersion));
  } finally {
    await file.close();
  }
}

/** Renames repeated initializers uniquely, and gives each node its own copy, in order. */
export function separated(graph: GraphSpec): GraphSpec {
  const declared = tally(graph.initializers.map(({ name }) => name));
  const used = tally(graph.nodes.flatMap(({ inputs }) => inputs));
  const named = (name: string, copy: number): string => (copy === 0 ? name : `${name}#${copy}`);
  const seen = new Map<string, number>();
  const next = (name: string): number => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count;
  };
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => {
      const copies = declared.get(name) ?? 1;
      return copies === 1 ? name : named(name, Math.floor((next(name) * copies) / used.get(name)!));
    }),
  }));
  seen.clear();
  const initializers = graph.initializers.map((spec): InitializerSpec => {
    return { ...spec, name: named(spec.name, next(spec.name)) };
  });
  return { ...graph, nodes, initializers };
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

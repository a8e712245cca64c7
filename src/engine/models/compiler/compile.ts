import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { shapeOf, type LayerWeights } from '../architecture/architecture.ts';
import type { CompileSource } from './compile-source.ts';
import { buildDecoder, type GraphTarget } from './decoder.ts';
import { ExternalData } from './external-data.ts';
import { createFormat, type FormatName } from './format.ts';
import { encodeModel } from './onnx.ts';
import { Preparation } from './preparation.ts';

/** Change it whenever the same source compiles to another graph; part of the cache key. */
export const compilerVersion = '7';

export const graphFile = 'model.onnx';
export const weightFile = 'weights.bin';

export interface CompileOptions {
  readonly format: FormatName;
  /** Default the CPU. */
  readonly target?: GraphTarget | undefined;
  /** Called with the share of the work done, in [0, 1]. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Compiles a model's graph and weights into `folder`, an existing empty folder. */
export async function compile(
  source: CompileSource,
  folder: string,
  { format: formatName, target = 'cpu', onProgress, signal }: CompileOptions,
): Promise<void> {
  const file = await open(join(folder, weightFile), 'w');
  try {
    const format = createFormat(formatName, new ExternalData(file, weightFile));
    const preparation = new Preparation(source, format);
    const { shape, range, head: gives } = source;
    const [embeds, predicts] = [range.from === 0, gives !== 'states'];
    const steps = range.to - range.from + (embeds ? 2 : 0) + (predicts ? 2 : 0);
    let done = 0;
    const tick = (weight = 1): void => {
      if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The compilation was cancelled.');
      onProgress?.((done += weight) / steps);
    };
    if (embeds) {
      await preparation.embedding();
      tick(2);
    }
    const layers: LayerWeights[] = [];
    for (let index = range.from; index < range.to; index++) {
      layers.push(await preparation.layer(index));
      tick();
    }
    const head = predicts ? await preparation.head() : undefined;
    if (predicts) tick(2);
    const ends = { reads: embeds ? 'tokens' : 'states', gives, head } as const;
    const graph = buildDecoder(shapeOf(shape, range), layers, ends, format, target);
    await writeFile(join(folder, graphFile), encodeModel(graph, compilerVersion));
    await file.sync();
  } finally {
    await file.close();
  }
}

import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type {
  Architecture,
  DecoderShape,
  HeadKind,
  LayerWeights,
  LinearWeight,
  NamedWeights,
} from '../architecture/architecture.ts';
import { buildDecoder } from './decoder.ts';
import { ExternalData } from './external-data.ts';
import { createFormat, type FormatName, type WeightFormat } from './format.ts';
import { encodeModel } from './onnx.ts';
import { Rotation, hadamardBlocks, hadamardColumns, powerOfTwoFactor } from './rotation.ts';

/** Changes whenever the same source would compile to another graph; part of the cache key. */
export const compilerVersion = '1';

export const graphFile = 'model.onnx';
export const weightFile = 'weights.bin';

/** What is compiled: weights by name, and how to read them. */
export interface CompileSource {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
  readonly head: HeadKind;
}

export interface CompileOptions {
  readonly format: FormatName;
  /** Called with the share of the work done, in [0, 1]. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Compiles a model into `folder` (which exists and is empty): graph and weights. */
export async function compile(
  source: CompileSource,
  folder: string,
  { format: formatName, onProgress, signal }: CompileOptions,
): Promise<void> {
  const file = await open(join(folder, weightFile), 'w');
  try {
    const format = createFormat(formatName, new ExternalData(file, weightFile));
    const preparation = new Preparation(source, format);
    const steps = source.shape.layers + 4;
    let done = 0;
    const tick = (weight = 1): void => {
      if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'Compiling was cancelled.');
      onProgress?.((done += weight) / steps);
    };
    await preparation.embedding();
    tick(2);
    const layers: LayerWeights[] = [];
    for (let index = 0; index < source.shape.layers; index++) {
      layers.push(await preparation.layer(index));
      tick();
    }
    const head = await preparation.head();
    tick(2);
    const graph = buildDecoder(source.shape, layers, head, source.head, format);
    await writeFile(join(folder, graphFile), encodeModel(graph, compilerVersion));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads, folds, rotates and stores the weights of one model. */
class Preparation {
  readonly #rotation: Rotation | undefined;
  /** Power-of-two size of the head's Hadamard block; 1 leaves values as they are. */
  readonly #headBlock: number;
  readonly #mlpBlock: number;

  constructor(
    private readonly source: CompileSource,
    private readonly format: WeightFormat,
  ) {
    const { shape } = source;
    this.#rotation = format.rotates ? new Rotation(shape.hidden) : undefined;
    this.#headBlock = format.rotates ? powerOfTwoFactor(shape.headDim) : 1;
    this.#mlpBlock = format.rotates ? Math.min(128, powerOfTwoFactor(shape.intermediate)) : 1;
  }

  async embedding(): Promise<void> {
    const { shape, architecture } = this.source;
    const table = await this.#read(architecture.embedding, shape.vocabulary, shape.hidden);
    this.#rotation?.rotateRows(table);
    await this.format.storeEmbedding(table, shape.vocabulary, shape.hidden);
  }

  async layer(index: number): Promise<LayerWeights> {
    const { shape, architecture } = this.source;
    const { hidden, heads, kvHeads, headDim, intermediate } = shape;
    const names = architecture.layer(index);
    const linear = (name: string, inFeatures: number, outFeatures: number): LinearWeight => ({
      name: `layer.${index}.${name}`,
      inFeatures,
      outFeatures,
    });

    const valueRows = await this.#read(names.value, kvHeads * headDim, hidden);
    if (this.#headBlock > 1) hadamardColumns(valueRows, hidden, this.#headBlock);
    const qkv = linear('qkv', hidden, (heads + 2 * kvHeads) * headDim);
    await this.#storeReader(qkv, names.attentionNorm, [
      await this.#read(names.query, heads * headDim, hidden),
      await this.#read(names.key, kvHeads * headDim, hidden),
      valueRows,
    ]);

    const output = linear('output', heads * headDim, hidden);
    const outputRows = await this.#read(names.output, hidden, heads * headDim);
    if (this.#headBlock > 1) hadamardBlocks(outputRows, this.#headBlock);
    await this.#storeWriter(output, outputRows);

    const gateUp = linear('gate_up', hidden, 2 * intermediate);
    await this.#storeReader(gateUp, names.mlpNorm, [
      await this.#read(names.gate, intermediate, hidden),
      await this.#read(names.up, intermediate, hidden),
    ]);

    const down = linear('down', intermediate, hidden);
    const downRows = await this.#read(names.down, hidden, intermediate);
    if (this.#mlpBlock > 1) hadamardBlocks(downRows, this.#mlpBlock);
    await this.#storeWriter(down, downRows);
    const downMixing =
      this.#mlpBlock > 1 ? { features: intermediate, block: this.#mlpBlock } : undefined;
    return { qkv, output, gateUp, down, downMixing };
  }

  async head(): Promise<LinearWeight> {
    const { shape, architecture, weights, head } = this.source;
    const own = head === 'score' ? architecture.scoreHead : architecture.languageHead;
    const name = head === 'logits' && !weights.has(own) ? architecture.embedding : own;
    const outFeatures = head === 'score' ? (weights.shape(name)[0] ?? 0) : shape.vocabulary;
    const weight = { name: 'head', inFeatures: shape.hidden, outFeatures };
    const rows = await this.#read(name, outFeatures, shape.hidden);
    await this.#storeReader(weight, architecture.finalNorm, [rows]);
    return weight;
  }

  /** A layer that reads the residual stream: the norm's gain is folded in, its input side rotated. */
  async #storeReader(weight: LinearWeight, norm: string, parts: readonly Float32Array[]): Promise<void> {
    const gain = await this.#read(norm, undefined, weight.inFeatures);
    const rows = new Float32Array(weight.inFeatures * weight.outFeatures);
    let offset = 0;
    for (const part of parts) {
      rows.set(part, offset);
      offset += part.length;
    }
    for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! * gain[i % weight.inFeatures]!;
    this.#rotation?.rotateRows(rows);
    await this.format.storeLinear(weight, rows);
  }

  /** A layer that writes the residual stream: its output side is rotated. */
  async #storeWriter(weight: LinearWeight, rows: Float32Array): Promise<void> {
    this.#rotation?.rotateColumns(rows, weight.inFeatures);
    await this.format.storeLinear(weight, rows);
  }

  /** Reads a weight after checking its shape: [rows, columns], or [columns] when rows is left out. */
  async #read(name: string, rows: number | undefined, columns: number): Promise<Float32Array> {
    const { weights, name: model } = this.source;
    const expected = rows === undefined ? [columns] : [rows, columns];
    const found = weights.shape(name);
    if (found.join() !== expected.join()) {
      throw new TqError(
        ErrorCode.badModel,
        `${model}: ${name} has shape [${found.join(', ')}], [${expected.join(', ')}] is needed.`,
      );
    }
    const values = await weights.read(name);
    if (!Number.isFinite(values.reduce((sum, value) => sum + value, 0))) {
      throw new TqError(ErrorCode.badModel, `${model}: ${name} holds values that are not finite numbers.`);
    }
    return values;
  }
}

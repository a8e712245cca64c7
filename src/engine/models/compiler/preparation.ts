import { badModel } from '../malformed.ts';
import {
  biasName,
  type LayerNames,
  type LayerWeights,
  type LinearWeight,
  type PostNorm,
} from '../architecture/architecture.ts';
import type { CompileSource } from './compile-source.ts';
import type { WeightFormat } from './weight-format.ts';
import {
  Rotation,
  centreColumns,
  centreRows,
  hadamardBlocks,
  hadamardColumns,
  powerOfTwoFactor,
} from './rotation.ts';

/** Rows of a linear layer, and their bias. */
interface Part {
  readonly rows: Float32Array;
  readonly bias: Float32Array | undefined;
}

/** A layer that writes to the residual stream. */
interface Writer {
  readonly inFeatures: number;
  readonly biased: boolean;
  /** Size of the Hadamard blocks of its inputs, undone in the weights. */
  readonly block: number;
}

/**
 * Reads, folds, rotates and stores the weights of one model.
 *
 * A LayerNorm subtracts the mean of its input. If everything that writes to the residual stream has
 * mean 0, the LayerNorm is an RMSNorm, whose gain and bias can be folded into the next layer. So
 * the mean is subtracted from the writers' weights, once.
 */
export class Preparation {
  readonly #rotation: Rotation | undefined;
  /** Size of the head's Hadamard block, a power of two; 1 changes nothing. */
  readonly #headBlock: number;
  readonly #mlpBlock: number;
  readonly #centred: boolean;

  constructor(
    private readonly source: CompileSource,
    private readonly format: WeightFormat,
  ) {
    const { shape } = source;
    this.#rotation = format.rotates ? new Rotation(shape.hidden) : undefined;
    this.#headBlock = format.rotates ? powerOfTwoFactor(shape.headDim) : 1;
    this.#mlpBlock = format.rotates ? Math.min(128, powerOfTwoFactor(shape.intermediate)) : 1;
    this.#centred = shape.norm === 'layer';
  }

  async embedding(): Promise<void> {
    const { shape, architecture } = this.source;
    const table = await this.#read(architecture.embedding, shape.vocabulary, shape.hidden);
    if (shape.embeddingScale !== 1) {
      for (let i = 0; i < table.length; i++) table[i] = table[i]! * shape.embeddingScale;
    }
    if (this.#centred) centreRows(table, shape.hidden);
    this.#rotation?.rotateRows(table);
    await this.format.storeEmbedding(table, shape.vocabulary, shape.hidden);
  }

  async layer(index: number): Promise<LayerWeights> {
    const { shape, architecture, range } = this.source;
    const { hidden, heads, kvHeads, headDim, intermediate, biases, postNorms } = shape;
    const names = architecture.layer(index);
    const prefix = `layer.${index - range.from}`;

    const value = await this.#part(names.value, kvHeads * headDim, hidden, biases.qkv);
    if (this.#headBlock > 1) {
      hadamardColumns(value.rows, hidden, this.#headBlock);
      if (value.bias) hadamardBlocks(value.bias, this.#headBlock);
    }
    const [attentionNorm, mlpNorm] = shape.preNorms ? [names.attentionNorm, names.mlpNorm] : [];
    const qkv = await this.#storeReader(`${prefix}.qkv`, attentionNorm, [
      await this.#part(names.query, heads * headDim, hidden, biases.qkv),
      await this.#part(names.key, kvHeads * headDim, hidden, biases.qkv),
      value,
    ]);
    const output = await this.#storeWriter(`${prefix}.output`, names.output, {
      inFeatures: heads * headDim,
      biased: biases.output,
      block: this.#headBlock,
    });
    const inner = shape.gated ? [names.gate!, names.up] : [names.up];
    const upParts: Part[] = [];
    for (const name of inner) {
      upParts.push(await this.#part(name, intermediate, hidden, biases.mlp));
    }
    const up = await this.#storeReader(
      shape.gated ? `${prefix}.gate_up` : `${prefix}.up`,
      mlpNorm,
      upParts,
    );
    const down = await this.#storeWriter(`${prefix}.down`, names.down, {
      inFeatures: intermediate,
      biased: biases.mlp,
      block: this.#mlpBlock,
    });
    const downMixing =
      this.#mlpBlock > 1 ? { features: intermediate, block: this.#mlpBlock } : undefined;
    return {
      qkv,
      output,
      up,
      down,
      downMixing,
      queryKeyGains: shape.queryKeyNorms ? await this.#queryKeyGains(names) : undefined,
      postAttention: postNorms ? await this.#postNorm(names.postAttentionNorm!) : undefined,
      postMlp: postNorms ? await this.#postNorm(names.postMlpNorm!) : undefined,
    };
  }

  async head(): Promise<LinearWeight> {
    const { shape, architecture, weights, head } = this.source;
    const own = head === 'score' ? architecture.scoreHead : architecture.languageHead;
    const tied = head === 'logits' && shape.tiedHead !== false && !weights.has(own);
    const name = tied ? architecture.embedding : own;
    const outFeatures = head === 'score' ? (weights.shape(name)[0] ?? 0) : shape.vocabulary;
    const biased = weights.has(biasName(name));
    const part = await this.#part(name, outFeatures, shape.hidden, biased);
    if (head === 'logits') scale(part, shape.logitScale);
    return this.#storeReader('head', architecture.finalNorm, [part]);
  }

  /** Stores a layer that reads the residual stream: folds in any norm, rotates the inputs. */
  async #storeReader(
    name: string,
    norm: string | undefined,
    parts: readonly Part[],
  ): Promise<LinearWeight> {
    const { hidden } = this.source.shape;
    const rows = joined(parts.map((part) => part.rows));
    const weight = {
      name,
      inFeatures: hidden,
      outFeatures: rows.length / hidden,
      bias: await this.#readerBias(norm, parts, rows),
    };
    if (norm !== undefined) {
      const gain = await this.#gain(norm);
      for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! * gain[i % hidden]!;
    }
    this.#rotation?.rotateRows(rows);
    await this.format.storeLinear(weight, rows);
    return weight;
  }

  /** The layer's bias plus the product of its rows [out, hidden] with the norm's bias. */
  async #readerBias(
    norm: string | undefined,
    parts: readonly Part[],
    rows: Float32Array,
  ): Promise<Float32Array | undefined> {
    const { hidden, normBias } = this.source.shape;
    const biased = parts.some(({ bias }) => bias);
    const shifted = this.#centred && normBias && norm !== undefined;
    if (!biased && !shifted) return undefined;
    const bias = joined(
      parts.map((part) => part.bias ?? new Float32Array(part.rows.length / hidden)),
    );
    if (!shifted) return bias;
    const shift = await this.#read(biasName(norm), undefined, hidden);
    return bias.map((value, row) => {
      let sum = value;
      for (let i = 0; i < hidden; i++) sum += rows[row * hidden + i]! * shift[i]!;
      return sum;
    });
  }

  /**
   * Stores a layer that writes to the residual stream: rotates the outputs unless a norm follows.
   */
  async #storeWriter(
    name: string,
    source: string,
    { inFeatures, biased, block }: Writer,
  ): Promise<LinearWeight> {
    const { hidden, postNorms, residualScale } = this.source.shape;
    const part = await this.#part(source, hidden, inFeatures, biased);
    scale(part, residualScale);
    const { rows, bias } = part;
    if (block > 1) hadamardBlocks(rows, block);
    if (this.#centred) {
      centreColumns(rows, inFeatures);
      if (bias) centreRows(bias, hidden);
    }
    if (!postNorms) {
      this.#rotation?.rotateColumns(rows, inFeatures);
      if (bias) this.#rotation?.rotateRows(bias);
    }
    const weight = { name, inFeatures, outFeatures: hidden, bias };
    await this.format.storeLinear(weight, rows);
    return weight;
  }

  async #postNorm(name: string): Promise<PostNorm> {
    return { gain: await this.#gain(name), mixing: this.#rotation?.mixing() };
  }

  async #queryKeyGains({ queryNorm, keyNorm }: LayerNames): Promise<Float32Array> {
    const { heads, kvHeads, headDim, queryKeyNorms } = this.source.shape;
    if (queryKeyNorms === 'projections') {
      return joined([
        await this.#gain(queryNorm!, heads * headDim),
        await this.#gain(keyNorm!, kvHeads * headDim),
      ]);
    }
    const query = await this.#gain(queryNorm!, headDim);
    const key = await this.#gain(keyNorm!, headDim);
    return joined(Array.from({ length: heads + kvHeads }, (_, i) => (i < heads ? query : key)));
  }

  async #gain(norm: string, size = this.source.shape.hidden): Promise<Float32Array> {
    const { normOffset } = this.source.shape;
    const weight = await this.#read(norm, undefined, size);
    return normOffset === 0 ? weight : weight.map((value) => normOffset + value);
  }

  async #part(name: string, rows: number, columns: number, biased: boolean): Promise<Part> {
    const { weights, name: model } = this.source;
    const bias = biasName(name);
    if (!biased && weights.has(bias)) {
      throw badModel(
        `${model} has ${bias}, but its configuration says that there is no such bias.`,
      );
    }
    return {
      rows: await this.#read(name, rows, columns),
      bias: biased ? await this.#read(bias, undefined, rows) : undefined,
    };
  }

  /**
   * Reads a weight and checks its shape: [rows, columns], or [columns] if rows is undefined.
   */
  async #read(name: string, rows: number | undefined, columns: number): Promise<Float32Array> {
    const { weights, name: model } = this.source;
    const expected = rows === undefined ? [columns] : [rows, columns];
    const found = weights.shape(name);
    if (found.join() !== expected.join()) {
      throw badModel(
        `${name} of ${model} has shape [${found.join(', ')}], expected [${expected.join(', ')}].`,
      );
    }
    const values = await weights.read(name);
    if (!Number.isFinite(values.reduce((sum, value) => sum + value, 0))) {
      throw badModel(`${name} of ${model} contains values that are not finite numbers.`);
    }
    return values;
  }
}

/** Multiplies a linear layer's weights and bias by `factor`, in place. */
function scale({ rows, bias }: Part, factor: number): void {
  if (factor === 1) return;
  for (const values of bias ? [rows, bias] : [rows]) {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

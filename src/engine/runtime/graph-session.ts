import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DeviceName } from '../../protocol/options.ts';
import { exactProducts } from './exact-products.ts';
import type { DecoderShape } from '../models/architecture/architecture.ts';
import { graphFile } from '../models/compiler/compile.ts';
import type { GraphTarget } from '../models/compiler/decoder.ts';
import { chunkCount, chunkLength } from '../models/compiler/device-outputs.ts';
import { inputNames, outputNames } from '../models/compiler/graph-names.ts';
import { DeviceLayout, deviceNames } from './device-pool.ts';
import type { GraphResult, GraphRun } from './graph-run.ts';
import type { CacheLayout, KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import { runtimeError } from './runtime-error.ts';
import { blockMassesOf } from './sampling.ts';
import { HostLayout } from './slot-pool.ts';

export interface SessionOptions {
  readonly threads: number;
  /** Default the CPU. */
  readonly device?: DeviceName | undefined;
  /** Target that the graph was compiled for; default the CPU. */
  readonly target?: GraphTarget | undefined;
  /** Whether another session runs next: its cores must not be taken by threads that spin. */
  readonly alternates?: boolean;
  /** Start of the names of files that ONNX Runtime's profiler writes; without it there is none. */
  readonly profile?: string | undefined;
}

/** The part of an ONNX Runtime session that GraphSession uses. */
export type RuntimeSession = Pick<ort.InferenceSession, 'run' | 'release'> &
  Partial<Pick<ort.InferenceSession, 'endProfiling'>>;

/** Bytes copied to the device and back, without the model's weights. */
export interface Traffic {
  up: number;
  down: number;
}

/** Inputs common to all kinds of run. */
type RunInputs = Omit<GraphRun, 'rows' | 'topCount' | 'wantLogits'> &
  Partial<Pick<GraphRun, 'rows'>>;

/** A compiled graph in ONNX Runtime. Runs are synchronous inside; callers await between them. */
export class GraphSession {
  readonly traffic: Traffic = { up: 0, down: 0 };
  readonly #target: GraphTarget;
  readonly #layout: CacheLayout;

  constructor(
    readonly runtime: RuntimeSession,
    readonly shape: DecoderShape,
    { device = 'cpu', target = 'cpu' }: Pick<SessionOptions, 'device' | 'target'> = {},
  ) {
    this.device = device;
    this.#target = target;
    this.#layout = target === 'cpu' ? new HostLayout(shape) : new DeviceLayout(shape, target);
  }

  readonly device: DeviceName;

  static async create(
    folder: string,
    shape: DecoderShape,
    options: SessionOptions,
  ): Promise<GraphSession> {
    const { device = 'cpu', target = 'cpu' } = options;
    try {
      const session = await ort.InferenceSession.create(join(folder, graphFile), {
        executionProviders: [device],
        intraOpNumThreads: options.threads,
        graphOptimizationLevel: 'all',
        enableMemPattern: false,
        ...(options.profile !== undefined && {
          enableProfiling: true,
          profileFilePrefix: options.profile,
        }),
        // Threads spin between operators, but for a bounded time: other programs want the cores.
        extra: {
          session: {
            ...(await exactProducts()),
            intra_op: { spin_duration_us: '1000' },
            force_spinning_stop: options.alternates ? '1' : '0',
          },
        },
        ...(device === 'webgpu' &&
          target !== 'cpu' && { preferredOutputLocation: outputLocations(shape, target) }),
      });
      return new GraphSession(session, shape, { device, target });
    } catch (error) {
      const remedy = ` Delete the folder ${folder} to compile the model again.`;
      throw runtimeError('The compiled model cannot be loaded', error, { device, remedy });
    }
  }

  /** A pool of slots for keys and values, of the kind this session uses. */
  pool(capacity: number): KeyValuePool {
    return this.#layout.pool(capacity);
  }

  /** Runs a language model; see GraphRun. */
  async run(run: GraphRun): Promise<GraphResult> {
    const rows = run.rows.length;
    const targets = run.targets ?? [];
    const width = Math.max(1, ...targets.map((own) => own.length));
    const targetIds = new BigInt64Array(rows * width);
    targets.forEach((own, row) => {
      this.#requireRows(own);
      targetIds.set(own.map(BigInt), row * width);
    });
    const fetches: string[] = [
      outputNames.topIndices,
      outputNames.topValues,
      outputNames.mass,
      outputNames.targetLogits,
    ];
    const device = this.#target !== 'cpu';
    const temperature = run.temperature ?? 1;
    if (device) fetches.push(outputNames.topChunks, outputNames.logits);
    else if (run.wantLogits) fetches.push(outputNames.logits, outputNames.blockMasses);
    const { results, cache } = await this.#run(
      run,
      {
        [inputNames.targets]: new ort.Tensor('int64', targetIds, [1, rows, width]),
        [inputNames.topCount]: integers([run.topCount], [1]),
        ...(device
          ? this.#deviceInputs(rows, run.wantLogits)
          : {
              [inputNames.temperature]: new ort.Tensor('float32', [inFloat32(temperature)], [1]),
              [inputNames.massRows]: integersUpTo(run.wantLogits ? rows : 0),
            }),
      },
      fetches,
    );
    const topLogits = results[outputNames.topValues]!.data as Float32Array;
    const logits = run.wantLogits ? (results[outputNames.logits]!.data as Float32Array) : undefined;
    const masses = results[outputNames.mass]!.data as Float32Array;
    return {
      cache,
      topIds: this.#tokenIds(results, run.topCount),
      topLogits,
      // The runtime's Log is vectorised: a row's bits would depend on the number of rows.
      logSumExp: Float64Array.from(
        masses,
        (mass, row) => topLogits[row * run.topCount]! + Math.log(mass),
      ),
      targetLogits: results[outputNames.targetLogits]!.data as Float32Array,
      logits,
      blockMasses:
        device && logits
          ? blockMassesOf(logits, rows, temperature)
          : (results[outputNames.blockMasses]?.data as Float32Array | undefined),
    };
  }

  /** Runs a reward model: scores [R, labels] after R of the tokens. */
  async runScores(
    run: Omit<GraphRun, 'topCount' | 'targets' | 'wantLogits'>,
  ): Promise<{ cache: NewKeyValues; scores: Float32Array }> {
    const { results, cache } = await this.#run(run, {}, [outputNames.scores]);
    return { cache, scores: results[outputNames.scores]!.data as Float32Array };
  }

  /** Runs a trunk: hidden states [S, hidden] of all tokens. */
  async runStates(
    run: Omit<GraphRun, 'rows' | 'topCount' | 'targets' | 'wantLogits'>,
  ): Promise<{ cache: NewKeyValues; states: Float32Array }> {
    const { results, cache } = await this.#run(run, {}, [outputNames.states]);
    return { cache, states: results[outputNames.states]!.data as Float32Array };
  }

  async dispose(): Promise<void> {
    await this.runtime.release();
  }

  async #run(
    run: RunInputs,
    more: Record<string, ort.Tensor>,
    outputs: readonly string[],
  ): Promise<{ results: ort.InferenceSession.ReturnType; cache: NewKeyValues }> {
    const feeds = { ...this.#feeds(run), ...more };
    try {
      const results = await this.runtime.run(feeds, [...this.#layout.outputs, ...outputs]);
      this.traffic.up += hostBytes(feeds);
      this.traffic.down += hostBytes(results);
      return { results, cache: this.#layout.take(results, run.prefix, run.branch) };
    } catch (error) {
      throw runtimeError('The model run failed', error, { device: this.device });
    }
  }

  #feeds(run: RunInputs): Record<string, ort.Tensor> {
    const count = run.ids.length;
    const feeds: Record<string, ort.Tensor> = {
      [inputNames.positions]: integers(run.positions, [1, count]),
      ...this.#layout.feeds(run.prefix, run.branch, run.spans),
    };
    if (run.states) {
      feeds[inputNames.states] = new ort.Tensor('float32', run.states, [
        1,
        count,
        this.shape.hidden,
      ]);
    } else {
      this.#requireRows(run.ids);
      feeds[inputNames.ids] = integers(run.ids, [1, count]);
    }
    if (run.rows) feeds[inputNames.rows] = integers(run.rows, [run.rows.length]);
    return feeds;
  }

  /** A device would read beyond the embedding without a word. */
  #requireRows(ids: readonly number[]): void {
    const { vocabulary } = this.shape;
    const wrong = ids.find((id) => !(id >= 0 && id < vocabulary));
    if (wrong === undefined) return;
    throw new TqError(
      ErrorCode.invalidInput,
      `The text contains token ${wrong}, but a model that reads it has only ${vocabulary} tokens.`,
    );
  }

  /** The first chunk of each row of logits, and how many logits of each row to return. */
  #deviceInputs(rows: number, wantLogits: boolean): Record<string, ort.Tensor> {
    const { vocabulary } = this.shape;
    const chunks = chunkCount(vocabulary);
    const starts = Float32Array.from({ length: rows }, (_, row) => row * chunks);
    return {
      [inputNames.chunkStarts]: new ort.Tensor('float32', starts, [rows, 1]),
      [inputNames.logitEnd]: integers([wantLogits ? vocabulary : 1], [1]),
    };
  }

  #tokenIds(results: ort.InferenceSession.ReturnType, topCount: number): number[] {
    const indices = Array.from(results[outputNames.topIndices]!.data as BigInt64Array, Number);
    if (this.#target === 'cpu') return indices;
    const chunks = results[outputNames.topChunks]!.data as Float32Array;
    const perRow = Math.min(topCount, chunkCount(this.shape.vocabulary));
    return indices.map((index, i) => {
      const chunk = Math.floor(i / topCount) * perRow + Math.floor(index / chunkLength);
      return chunks[chunk]! * chunkLength + (index % chunkLength);
    });
  }
}

/** Keeps keys and values on the device; all other outputs are downloaded. */
function outputLocations(
  shape: DecoderShape,
  target: Exclude<GraphTarget, 'cpu'>,
): Record<string, 'gpu-buffer'> {
  const { present } = deviceNames(shape, target);
  return Object.fromEntries(present.map((name) => [name, 'gpu-buffer']));
}

/** Below the lower bound the softmax has one token, above the upper it is uniform. */
function inFloat32(temperature: number): number {
  return Math.min(Math.max(temperature, 1e-30), 1e20);
}

function integers(values: readonly number[], dims: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}

/** 0, 1, ... below `end`. */
function integersUpTo(end: number): ort.Tensor {
  return integers([...Array(end).keys()], [end]);
}

function hostBytes(tensors: Readonly<Record<string, ort.Tensor>>): number {
  return Object.values(tensors).reduce((sum, tensor) => {
    if (tensor.location !== 'cpu') return sum;
    return sum + (tensor.data as Exclude<typeof tensor.data, string[]>).byteLength;
  }, 0);
}

import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DecoderShape } from '../models/architecture/architecture.ts';
import { graphFile } from '../models/compiler/compile.ts';
import { inputNames, outputNames } from '../models/compiler/graph-names.ts';
import type { SlotPool } from './slot-pool.ts';

/** Added to the attention score of a position that must not be seen; exp of it is exactly 0. */
export const hidden = -1e30;

/** One run: S new tokens over P prefix slots and B branch slots, predictions for R of them. */
export interface GraphRun {
  readonly ids: readonly number[];
  /** [S, hidden], in the place of the ids where the session's layers go on from others. */
  readonly states?: Float32Array | undefined;
  readonly positions: readonly number[];
  /** One a window of the model (maskWindows), [S, P + B + S]: 0 where a token sees a slot, else `hidden`. */
  readonly masks: readonly Float32Array[];
  readonly prefix: SlotPool;
  readonly branch: SlotPool;
  /** Which of the new tokens to predict after. */
  readonly rows: readonly number[];
  readonly topCount: number;
  /** For each row, tokens whose logits are wanted. */
  readonly targets?: readonly (readonly number[])[] | undefined;
  readonly wantLogits: boolean;
  /** Of the softmax whose masses come with the logits; 1 where it is left out. */
  readonly temperature?: number | undefined;
}

/** Predictions after R tokens, and the keys and values of all S. */
export interface GraphResult {
  /** [2 * layers, kvHeads, S, headDim] */
  readonly cache: Float32Array;
  /** [R, topCount], largest first, equal ones by smaller id. */
  readonly topIds: BigInt64Array;
  readonly topLogits: Float32Array;
  /** [R] */
  readonly logSumExp: Float64Array;
  /** [R, T], T the largest number of targets of a row; what lies after a row's own has no meaning. */
  readonly targetLogits: Float32Array;
  /** [R, vocabulary], when asked for. */
  readonly logits: Float32Array | undefined;
  /** [R, blocks], with the logits: exp((logit - largest)/temperature) summed over `massBlock` tokens. */
  readonly blockMasses: Float32Array | undefined;
}

export interface SessionOptions {
  readonly threads: number;
  /** Whether another session runs next: threads that spin after a run would take its cores. */
  readonly alternates?: boolean;
}

/** A compiled graph in ONNX Runtime. Runs are synchronous inside; callers await between them. */
export class GraphSession {
  private constructor(
    private readonly session: ort.InferenceSession,
    readonly shape: DecoderShape,
  ) {}

  static async create(
    folder: string,
    shape: DecoderShape,
    options: SessionOptions,
  ): Promise<GraphSession> {
    try {
      const session = await ort.InferenceSession.create(join(folder, graphFile), {
        executionProviders: ['cpu'],
        intraOpNumThreads: options.threads,
        graphOptimizationLevel: 'all',
        enableMemPattern: false,
        // Threads wait spinning from one operator to the next, but not for ever: a core that spins is
        // one that another program wants.
        extra: {
          session: {
            intra_op: { spin_duration_us: '1000' },
            force_spinning_stop: options.alternates ? '1' : '0',
          },
        },
      });
      return new GraphSession(session, shape);
    } catch (error) {
      const remedy = ` Delete the folder ${folder}, so that the model is compiled anew.`;
      throw runtimeError('The compiled model cannot be loaded', error, remedy);
    }
  }

  /** Language model run; see GraphRun. */
  async run(run: GraphRun): Promise<GraphResult> {
    const rows = run.rows.length;
    const targets = run.targets ?? [];
    const width = Math.max(1, ...targets.map((own) => own.length));
    const targetIds = new BigInt64Array(rows * width);
    targets.forEach((own, row) => targetIds.set(own.map(BigInt), row * width));
    const fetches: string[] = [
      outputNames.cache,
      outputNames.topIndices,
      outputNames.topValues,
      outputNames.mass,
      outputNames.targetLogits,
    ];
    if (run.wantLogits) fetches.push(outputNames.logits, outputNames.blockMasses);
    const results = await this.#run(
      {
        ...this.#feeds(run),
        [inputNames.targets]: new ort.Tensor('int64', targetIds, [1, rows, width]),
        [inputNames.temperature]: new ort.Tensor('float32', [inFloat32(run.temperature ?? 1)], [1]),
        [inputNames.topCount]: integers([run.topCount], [1]),
      },
      fetches,
    );
    const topLogits = results[outputNames.topValues]!.data as Float32Array;
    const masses = results[outputNames.mass]!.data as Float32Array;
    return {
      cache: results[outputNames.cache]!.data as Float32Array,
      topIds: results[outputNames.topIndices]!.data as BigInt64Array,
      topLogits,
      // The runtime's Log vectorises: a row's bits would depend on how many rows stand beside it.
      logSumExp: Float64Array.from(
        masses,
        (mass, row) => topLogits[row * run.topCount]! + Math.log(mass),
      ),
      targetLogits: results[outputNames.targetLogits]!.data as Float32Array,
      logits: results[outputNames.logits]?.data as Float32Array | undefined,
      blockMasses: results[outputNames.blockMasses]?.data as Float32Array | undefined,
    };
  }

  /** Reward model run: scores [R, labels] after R of the tokens. */
  async runScores(
    run: Omit<GraphRun, 'topCount' | 'targets' | 'wantLogits'>,
  ): Promise<{ cache: Float32Array; scores: Float32Array }> {
    const results = await this.#run(this.#feeds(run), [outputNames.cache, outputNames.scores]);
    return {
      cache: results[outputNames.cache]!.data as Float32Array,
      scores: results[outputNames.scores]!.data as Float32Array,
    };
  }

  /** Run of layers that others go on from: hidden states [S, hidden] of all tokens. */
  async runStates(
    run: Omit<GraphRun, 'rows' | 'topCount' | 'targets' | 'wantLogits'>,
  ): Promise<{ cache: Float32Array; states: Float32Array }> {
    const results = await this.#run(this.#feeds(run), [outputNames.cache, outputNames.states]);
    return {
      cache: results[outputNames.cache]!.data as Float32Array,
      states: results[outputNames.states]!.data as Float32Array,
    };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  async #run(
    feeds: Record<string, ort.Tensor>,
    fetches: readonly string[],
  ): Promise<ort.InferenceSession.ReturnType> {
    try {
      return await this.session.run(feeds, fetches);
    } catch (error) {
      throw runtimeError('The model run failed', error);
    }
  }

  #feeds(run: Omit<GraphRun, 'rows' | 'topCount' | 'wantLogits'> & Partial<GraphRun>) {
    const { kvHeads, headDim, hidden: width, layers } = this.shape;
    const count = run.ids.length;
    const [p, b] = [run.prefix.capacity, run.branch.capacity];
    const feeds: Record<string, ort.Tensor> = {
      [inputNames.positions]: integers(run.positions, [1, count]),
      [inputNames.split]: integers([p, b + count], [2]),
    };
    if (run.states) {
      feeds[inputNames.states] = new ort.Tensor('float32', run.states, [1, count, width]);
    } else {
      feeds[inputNames.ids] = integers(run.ids, [1, count]);
    }
    if (run.rows) feeds[inputNames.rows] = integers(run.rows, [run.rows.length]);
    run.masks.forEach((mask, index) => {
      feeds[inputNames.mask(index)] = new ort.Tensor('float32', mask, [count, p + b + count]);
    });
    for (let layer = 0; layer < layers; layer++) {
      const cache = (pool: SlotPool, kind: 0 | 1): ort.Tensor =>
        new ort.Tensor('float32', pool.array(layer, kind), [kvHeads, pool.capacity, headDim]);
      feeds[inputNames.prefixKey(layer)] = cache(run.prefix, 0);
      feeds[inputNames.prefixValue(layer)] = cache(run.prefix, 1);
      feeds[inputNames.branchKey(layer)] = cache(run.branch, 0);
      feeds[inputNames.branchValue(layer)] = cache(run.branch, 1);
    }
    return feeds;
  }
}

/** A softmax colder than the one bound has one token, one hotter than the other is uniform. */
function inFloat32(temperature: number): number {
  return Math.min(Math.max(temperature, 1e-30), 1e20);
}

function integers(values: readonly number[], dims: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}

function runtimeError(what: string, error: unknown, remedy = ''): TqError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = (message.split('\n')[0] ?? '').replace(/\.+$/, '');
  const memory = /alloc|memory/i.test(message);
  const code = memory ? ErrorCode.outOfMemory : ErrorCode.device;
  const advice = memory
    ? ' There is not enough memory; close other programs or take a smaller model.'
    : remedy;
  return new TqError(code, `${what}: ${reason}.${advice}`, { cause: error });
}

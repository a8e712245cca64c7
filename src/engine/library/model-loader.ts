import type { DeviceRequest, FormatRequest } from '../../protocol/options.ts';
import type { ServerOptions } from '../../protocol/servers.ts';
import type { DeviceChoice } from '../device/device-choice.ts';
import { modelMemory, requireMemory, weightMemory } from '../models/memory.ts';
import type { FoundModel } from '../store/known-models.ts';
import type { ModelFinder } from './model-finder.ts';
import { adaptedModel, adapterVersion, compileSource } from '../models/adapted-model.ts';
import { openAdapters, type Adapter } from '../models/adapter.ts';
import {
  allLayers,
  shapeOf,
  type HeadKind,
  type LayerRange,
} from '../models/architecture/architecture.ts';
import type { CompiledStore } from '../models/compiled-store.ts';
import type { CompileSource } from '../models/compiler/compile-source.ts';
import { graphTarget } from '../models/compiler/decoder.ts';
import type { FormatName } from '../models/compiler/format.ts';
import { contentHash, openModel, type OpenModel } from '../models/open-model.ts';
import { existingTokenizerFiles } from '../models/tokenizer/adapter-tokenizer.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import { GraphSession } from '../runtime/graph-session.ts';
import { timeSession } from '../runtime/session-time.ts';
import type { Trunk } from '../runtime/trunk.ts';
import type { ThreadCount } from './thread-count.ts';
import { TrunkLibrary } from './trunk-library.ts';

/**
 * Whether a model of this size is used to measure the number of threads: a smaller one fits into
 * the processor's caches, a larger one takes too long.
 */
const suitsThreadMeasurement = (bytes: number): boolean => bytes >= 2 ** 26 && bytes <= 2 ** 30;

/** Reports the progress of a load; `done` is a share in [0, 1], or null when unknown. */
export type LoadProgress = (
  stage: 'checking' | 'compiling' | 'loading',
  model: string,
  done: number | null,
) => void;

export interface LoadOptions {
  /** Servers that a policy may be named by. */
  readonly servers?: readonly ServerOptions[] | undefined;
  readonly format: FormatRequest;
  readonly device: DeviceRequest;
  /** The model that adapters belong on; default the one that they name. */
  readonly base?: string | undefined;
  readonly onProgress?: LoadProgress | undefined;
  /** Called with a sentence about what may surprise. */
  readonly onNote?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Vocabulary {
  /** Identifies the token table: equal for models with equal tokens. */
  readonly id: string;
  readonly tokenizer: TextTokenizer;
}

/** A compiled model loaded by ONNX Runtime. */
interface LoadedGraph {
  /** The graph of all layers, or of those above the trunk. */
  readonly session: GraphSession;
  readonly trunk: Trunk | undefined;
  readonly vocabulary: Vocabulary;
  readonly padToken: number | undefined;
}

/** A range of a model's layers, loaded as one graph. */
interface Part {
  readonly model: OpenModel;
  readonly hash: string;
  readonly range: LayerRange;
  readonly head: HeadKind;
}

/** Callbacks during a load. */
export interface LoadSteps {
  /** Checks the model before it is compiled. */
  readonly check?: (source: CompileSource, model: OpenModel) => void;
  /** Called before a trunk is loaded for the first model on it. */
  readonly beforeTrunk?: () => Promise<void>;
}

/**
 * Checks, compiles and loads models: as one graph, or as the layers above their base's trunk (see
 * TrunkLibrary).
 */
export class ModelLoader {
  readonly #trunks: TrunkLibrary;
  /** By the hash of the base model's files, and of an adapter's own tokenizer files. */
  readonly #vocabularies = new Map<string, Vocabulary>();

  constructor(
    private readonly finder: ModelFinder,
    private readonly store: CompiledStore,
    private readonly threadCount: ThreadCount,
  ) {
    this.#trunks = new TrunkLibrary(finder);
  }

  /** Forgets the tokenizers read so far, so that they are read again. */
  forget(): void {
    this.#vocabularies.clear();
  }

  /** The id of a tokenizer's token table: that of a loaded model with equal tokens, else `id`. */
  vocabularyId(tokenizer: TextTokenizer, id: string): string {
    const equal = [...this.#vocabularies.values()].find((v) => sameTokens(v.tokenizer, tokenizer));
    const vocabulary = { id: equal?.id ?? id, tokenizer };
    this.#vocabularies.set(id, vocabulary);
    return vocabulary.id;
  }

  /**
   * Verifies files that have a known hash, compiles what is not in the cache, and loads the model.
   */
  async load(
    found: FoundModel,
    head: HeadKind,
    choice: DeviceChoice,
    options: LoadOptions,
    { check, beforeTrunk }: LoadSteps = {},
  ): Promise<LoadedGraph> {
    const { onProgress, signal } = options;
    onProgress?.('checking', found.id, null);
    for (const known of [found.knownBase, ...found.adapters.map((each) => each.known)]) {
      if (known) await this.finder.verify(known, signal);
    }
    const model = await openModel(found.base);
    let adapter: Adapter | undefined;
    try {
      adapter = found.adapters.length === 0 ? undefined : await openAdapters(found.adapters);
      const adapted = adapter ? adaptedModel(model, adapter) : model;
      check?.(compileSource(adapted, undefined, head), model);
      const checked = found.knownBase?.files ?? [];
      const baseHash =
        checked.length === 1 ? checked[0]!.sha256 : await contentHash(model.files, signal);
      const own = await existingTokenizerFiles(adapter?.tokenizerFolder);
      const tokensHash = own.length === 0 ? '' : `+${await contentHash(own)}`;
      const vocabulary = await this.#vocabulary(`${baseHash}${tokensHash}`, adapted);
      const weights = found.adapters.map(({ weight }) => weight).join();
      const hash = adapter
        ? [baseHash, adapterVersion, await contentHash(adapter.files), weights].join('+')
        : baseHash;
      const { actual: device, format } = choice;
      const base = { model, known: found.knownBase, key: `${baseHash}\n${format}` };
      // Only the CPU uses trunks; on other devices every model is one graph.
      const from = device === 'cpu' ? await this.#trunks.sharedLayers(base, adapter) : 0;
      const above = { from, to: model.shape.layers };
      const below = { from: 0, to: from };
      const needsTrunk = from > 0 && !this.#trunks.isLoaded(base);
      const needed = needsTrunk ? allLayers(model.shape) : above;
      requireWeightMemory(found.id, adapted, needed, format);
      if (needsTrunk) await beforeTrunk?.();
      const load = (part: Part) => this.#loadPart(found.id, part, choice, options);
      const trunk =
        from === 0
          ? undefined
          : await this.#trunks.retain(base, () =>
              load({ model, hash: baseHash, range: below, head: 'states' }),
            );
      try {
        const session = await load({ model: adapted, hash, range: above, head });
        return { session, trunk, vocabulary, padToken: model.classification.padToken };
      } catch (error) {
        await trunk?.release();
        throw error;
      }
    } finally {
      await adapter?.close();
      await model.close();
    }
  }

  async #loadPart(
    id: string,
    { model, hash, range, head }: Part,
    { actual: device, format }: DeviceChoice,
    { onProgress, onNote, signal }: LoadOptions,
  ): Promise<GraphSession> {
    const { layers } = model.shape;
    const whole = range.to - range.from === layers;
    const target = graphTarget(device);
    const key = { contentHash: hash, format, target, range: whole ? undefined : range, head };
    const folder = await this.store.open(key, compileSource(model, undefined, head, range), {
      signal,
      onNote,
      onProgress: (done) =>
        onProgress?.('compiling', id, (range.from + done * (range.to - range.from)) / layers),
    });
    // Reported once for each model, with its last layers; its trunk may be loaded already.
    if (range.to === layers) onProgress?.('loading', id, null);
    const create = (threads: number): Promise<GraphSession> =>
      GraphSession.create(folder, shapeOf(model.shape, range), {
        threads,
        device,
        target,
        alternates: !whole,
      });
    const measures =
      device === 'cpu' &&
      range.from === 0 &&
      suitsThreadMeasurement(weightMemory(weightsOf(model, range), format));
    const { threads } = measures
      ? await this.threadCount.measure((count) => {
          signal?.throwIfAborted();
          return timeSession(() => create(count), head);
        })
      : await this.threadCount.known();
    return create(threads);
  }

  async #vocabulary(hash: string, model: OpenModel): Promise<Vocabulary> {
    const known = this.#vocabularies.get(hash);
    if (known) return known;
    const tokenizer = await model.tokenizer();
    return { id: this.vocabularyId(tokenizer, hash), tokenizer };
  }
}

function sameTokens(a: TextTokenizer, b: TextTokenizer): boolean {
  if (a.vocabularySize !== b.vocabularySize) return false;
  for (let id = 0; id < a.vocabularySize; id++) {
    if (a.tokenText(id) !== b.tokenText(id)) return false;
  }
  return true;
}

/** Weights of a range of layers and the head; the rows of the embedding stay on disk. */
function weightsOf({ shape }: OpenModel, { from, to }: LayerRange): number {
  const { hidden, heads, kvHeads, headDim, intermediate, vocabulary } = shape;
  const layer = hidden * (2 * heads + 2 * kvHeads) * headDim + 3 * hidden * intermediate;
  return (to - from) * layer + vocabulary * hidden;
}

/** Fails before loading if the model does not fit into free memory. */
function requireWeightMemory(
  id: string,
  model: OpenModel,
  range: LayerRange,
  format: FormatName,
): void {
  requireMemory(
    modelMemory(weightsOf(model, range), format),
    `${id} needs as ${format}`,
    'close other programs or use a smaller model',
  );
}

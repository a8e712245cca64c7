import { availableParallelism } from 'node:os';
import type { DeviceRequest, FormatRequest } from '../protocol/options.ts';
import type { DeviceChoice } from './device/device-choice.ts';
import { requireMemory, weightMemory } from './memory.ts';
import type { FoundModel, ModelFinder } from './model-finder.ts';
import { openAdapter, type Adapter } from './models/adapter.ts';
import type { HeadKind } from './models/architecture/architecture.ts';
import type { CompiledStore } from './models/compiled-store.ts';
import type { CompileSource } from './models/compiler/compile.ts';
import type { FormatName } from './models/compiler/format.ts';
import { compileSource, contentHash, openModel, type OpenModel } from './models/open-model.ts';
import type { TextTokenizer } from './models/tokenizer/text-tokenizer.ts';
import { GraphSession } from './policy/graph-session.ts';

/** How far a load has come. */
export type LoadProgress = (
  stage: 'checking' | 'compiling' | 'loading',
  model: string,
  done: number | null,
) => void;

export interface LoadOptions {
  readonly format: FormatRequest;
  readonly device: DeviceRequest;
  readonly onProgress?: LoadProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Vocabulary {
  /** Names the token table: equal for bases whose tokens are equal. */
  readonly id: string;
  readonly tokenizer: TextTokenizer;
}

/** A compiled model in the runtime. */
interface LoadedGraph {
  readonly session: GraphSession;
  readonly vocabulary: Vocabulary;
  readonly padToken: number | undefined;
}

/** Checks, compiles and loads models that were found. */
export class ModelLoader {
  /** Of the bases seen so far, by the hash of their files. */
  readonly #vocabularies = new Map<string, Vocabulary>();

  constructor(
    private readonly finder: ModelFinder,
    private readonly store: CompiledStore,
  ) {}

  get threads(): number {
    return availableParallelism();
  }

  /** Forgets what was read of models, so that it is read again. */
  forget(): void {
    this.#vocabularies.clear();
  }

  /**
   * Verifies the files that have a known hash, compiles what was not compiled before, and loads.
   * @param check looks at the model before it is compiled
   */
  async load(
    found: FoundModel,
    head: HeadKind,
    { actual: device, format }: DeviceChoice,
    { onProgress, signal }: LoadOptions,
    check?: (source: CompileSource, model: OpenModel) => void,
  ): Promise<LoadedGraph> {
    onProgress?.('checking', found.id, null);
    for (const known of [found.knownBase, found.knownAdapter]) {
      if (known) await this.finder.verify(known, signal);
    }
    const model = await openModel(found.base);
    let adapter: Adapter | undefined;
    try {
      adapter = found.adapter === undefined ? undefined : await openAdapter(found.adapter);
      const source = compileSource(model, adapter, head);
      check?.(source, model);
      requireWeightMemory(found.id, model, format);
      const checked = found.knownBase?.files ?? [];
      const baseHash =
        checked.length === 1 ? checked[0]!.sha256 : await contentHash(model.files, signal);
      const vocabulary = await this.#vocabulary(baseHash, model);
      const hash = adapter ? `${baseHash}+${await contentHash(adapter.files)}` : baseHash;
      const target = device === 'cpu' ? 'cpu' : 'gpu';
      const folder = await this.store.open({ contentHash: hash, format, target, head }, source, {
        signal,
        onProgress: (done) => onProgress?.('compiling', found.id, done),
      });
      onProgress?.('loading', found.id, null);
      const session = await GraphSession.create(folder, model.shape, {
        threads: this.threads,
        device,
        target,
      });
      return { session, vocabulary, padToken: model.classification.padToken };
    } finally {
      await adapter?.close();
      await model.close();
    }
  }

  async #vocabulary(baseHash: string, model: OpenModel): Promise<Vocabulary> {
    const known = this.#vocabularies.get(baseHash);
    if (known) return known;
    const tokenizer = await model.tokenizer();
    const alike = [...this.#vocabularies.values()].find((v) => sameTokens(v.tokenizer, tokenizer));
    const vocabulary = { id: alike?.id ?? baseHash, tokenizer };
    this.#vocabularies.set(baseHash, vocabulary);
    return vocabulary;
  }
}

function sameTokens(a: TextTokenizer, b: TextTokenizer): boolean {
  if (a.vocabularySize !== b.vocabularySize) return false;
  for (let id = 0; id < a.vocabularySize; id++) {
    if (a.tokenText(id) !== b.tokenText(id)) return false;
  }
  return true;
}

/** Tells before loading when the weights cannot fit into the memory that is free. */
function requireWeightMemory(id: string, { shape }: OpenModel, format: FormatName): void {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary } = shape;
  const layer = hidden * (2 * heads + 2 * kvHeads) * headDim + 3 * hidden * intermediate;
  requireMemory(
    weightMemory(layers * layer + 2 * vocabulary * hidden, format),
    `${id} needs as ${format}`,
    'close other programs or take a smaller model',
  );
}

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { DeviceReport, ModelEntry } from '../protocol/requests.ts';
import type { Locations } from './locations.ts';
import { requireMemory, weightMemory } from './memory.ts';
import { ModelFinder, type FoundModel } from './model-finder.ts';
import { openAdapter, type Adapter } from './models/adapter.ts';
import type { HeadKind } from './models/architecture/architecture.ts';
import { CompiledStore } from './models/compiled-store.ts';
import type { CompileSource } from './models/compiler/compile.ts';
import type { FormatName } from './models/compiler/format.ts';
import { compileSource, contentHash, openModel, type OpenModel } from './models/open-model.ts';
import type { TextTokenizer } from './models/tokenizer/text-tokenizer.ts';
import { DecoderPolicy } from './policy/decoder-policy.ts';
import { GraphSession } from './policy/graph-session.ts';
import { CausalReward } from './reward/causal-reward.ts';
import { memoryNeed } from './store/describe-model.ts';
import { KnownFacts } from './store/known-facts.ts';
import { ModelStore } from './store/model-store.ts';

/** How far a load has come. */
export type LoadProgress = (
  stage: 'checking' | 'compiling' | 'loading',
  model: string,
  done: number | null,
) => void;

export interface LoadOptions {
  readonly format: FormatName;
  readonly device: 'auto' | 'cpu';
  readonly onProgress?: LoadProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A policy in memory with what turns text into its tokens and back. */
export interface LoadedPolicy {
  readonly id: string;
  readonly policy: DecoderPolicy;
  readonly tokenizer: TextTokenizer;
  readonly device: DeviceReport;
}

interface Vocabulary {
  /** Names the token table: equal for bases whose tokens are equal. */
  readonly id: string;
  readonly tokenizer: TextTokenizer;
}

interface Resident<T> {
  readonly value: Promise<T>;
  readonly label: string;
  readonly dispose: (value: T) => Promise<void>;
}

/** The model that ships, used where no other is named. */
export const defaultModel = 'smollm2-135m-instruct';

/** Finds models by id or path, compiles them, and keeps each in memory once. */
export class ModelLibrary {
  readonly #policies = new Map<string, Resident<LoadedPolicy>>();
  readonly #rewards = new Map<string, Resident<CausalReward>>();
  /** Of the bases seen so far, by the hash of their files. */
  readonly #vocabularies = new Map<string, Vocabulary>();
  /** Models that a person added. */
  readonly added: ModelStore;
  readonly finder: ModelFinder;
  readonly #facts: KnownFacts;
  readonly #store: CompiledStore;

  constructor(locations: Locations) {
    this.added = new ModelStore(locations.store);
    this.finder = new ModelFinder(locations.models, this.added);
    this.#facts = new KnownFacts(this.finder);
    this.#store = new CompiledStore(join(locations.cache, 'compiled'));
  }

  get threads(): number {
    return availableParallelism();
  }

  cacheBytes(): Promise<number> {
    return this.#store.size();
  }

  async list(): Promise<ModelEntry[]> {
    const models = await this.finder.known();
    return Promise.all(
      models.map(async (model) => {
        const sizeProblem = await this.finder.sizeProblem(model);
        const { family, format, weights, problem } = await this.#facts.of(model, sizeProblem);
        return {
          id: model.id,
          kind: model.kind,
          title: model.title,
          licence: model.licence,
          source: model.source,
          bytes: model.files.reduce((sum, file) => sum + file.size, 0),
          problem,
          loaded: this.isLoaded(model.id),
          shipped: model.stored === undefined,
          family,
          format,
          memory: memoryNeed(weights),
        };
      }),
    );
  }

  /** Whether a model is in memory as a policy or a reward. */
  isLoaded(id: string): boolean {
    return [...this.#policies.values(), ...this.#rewards.values()].some((r) => r.label === id);
  }

  /** Checks the files of a model with an id that another part of the engine reads itself. */
  async verify(id: string, signal?: AbortSignal): Promise<void> {
    const model = (await this.finder.known()).find((each) => each.id === id);
    if (model) await this.finder.verify(model, signal);
  }

  /** A policy by id, or by the path of a GGUF file, a model folder or an adapter folder. */
  async policy(idOrPath: string, options: LoadOptions): Promise<LoadedPolicy> {
    const source = await this.finder.find(idOrPath);
    const key = `${source.id}\n${options.format}`;
    return this.#resident(
      this.#policies,
      key,
      source,
      () => this.#loadPolicy(source, options),
      (loaded) => loaded.policy.dispose(),
    );
  }

  /** A causal reward model: base, adapter with a score head; or a folder with both merged. */
  async causalReward(idOrPath: string, options: LoadOptions): Promise<CausalReward> {
    const source = await this.finder.find(idOrPath);
    const key = `${source.id}\n${options.format}`;
    return this.#resident(
      this.#rewards,
      key,
      source,
      async () => {
        const { session, vocabulary } = await this.#loadSession(source, 'score', options);
        return new CausalReward(source.id, session, undefined, vocabulary.id);
      },
      (reward) => reward.dispose(),
    );
  }

  /** Frees one model, by id or path, or all; returns the ids of those freed. */
  async unload(idOrPath?: string): Promise<string[]> {
    const id = idOrPath === undefined ? undefined : await this.finder.canonicalId(idOrPath);
    if (id === undefined) this.#vocabularies.clear();
    return [...(await free(this.#policies, id)), ...(await free(this.#rewards, id))];
  }

  /** Loads once; a load that failed is forgotten, so that the next try starts anew. */
  async #resident<T>(
    residents: Map<string, Resident<T>>,
    key: string,
    source: FoundModel,
    load: () => Promise<T>,
    dispose: (value: T) => Promise<void>,
  ): Promise<T> {
    const known = residents.get(key);
    if (known) return known.value;
    const release = this.#use(source);
    const value = release.then(load);
    const disposeAndRelease = async (loaded: T): Promise<void> => {
      await dispose(loaded);
      await (
        await release
      )();
    };
    residents.set(key, { value, label: source.id, dispose: disposeAndRelease });
    try {
      return await value;
    } catch (error) {
      residents.delete(key);
      await release.then((end) => end()).catch(() => undefined);
      throw error;
    }
  }

  /** Keeps models of the store from being removed while they are in memory. */
  async #use({ knownBase, knownAdapter }: FoundModel): Promise<() => Promise<void>> {
    const stored = [knownBase, knownAdapter].filter((model) => model?.stored);
    const releases = await Promise.all(stored.map((model) => this.added.use(model!.id)));
    return async () => {
      await Promise.all(releases.map((release) => release()));
    };
  }

  async #loadPolicy(found: FoundModel, options: LoadOptions): Promise<LoadedPolicy> {
    const { session, vocabulary } = await this.#loadSession(found, 'logits', options);
    const { id, tokenizer } = vocabulary;
    return {
      id: found.id,
      policy: new DecoderPolicy(found.id, session, tokenizer.endTokens, id),
      tokenizer,
      device: {
        requested: options.device,
        actual: 'cpu',
        reason: 'this version runs on the CPU only',
      },
    };
  }

  async #loadSession(
    found: FoundModel,
    head: HeadKind,
    options: LoadOptions,
  ): Promise<{ session: GraphSession; vocabulary: Vocabulary }> {
    const { format, onProgress, signal } = options;
    onProgress?.('checking', found.id, null);
    for (const known of [found.knownBase, found.knownAdapter]) {
      if (known) await this.finder.verify(known, signal);
    }
    const model = await openModel(found.base);
    let adapter: Adapter | undefined;
    try {
      adapter = found.adapter === undefined ? undefined : await openAdapter(found.adapter);
      const source = compileSource(model, adapter, head);
      if (head === 'score') requireScoreHead(found.id, source);
      requireWeightMemory(found.id, model, format);
      const checked = found.knownBase?.files ?? [];
      const baseHash =
        checked.length === 1 ? checked[0]!.sha256 : await contentHash(model.files, signal);
      const vocabulary = await this.#vocabulary(baseHash, model);
      const hash = adapter ? `${baseHash}+${await contentHash(adapter.files)}` : baseHash;
      const folder = await this.#store.open({ contentHash: hash, format, head }, source, {
        signal,
        onProgress: (done) => onProgress?.('compiling', found.id, done),
      });
      onProgress?.('loading', found.id, null);
      const session = await GraphSession.create(folder, model.shape, { threads: this.threads });
      return { session, vocabulary };
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

function requireScoreHead(id: string, { architecture, weights }: CompileSource): void {
  const name = architecture.scoreHead;
  const scores = weights.has(name) ? weights.shape(name)[0] : 0;
  if (scores === 1) return;
  const what = scores === 0 ? `no score head (${name})` : `a score head of ${scores} labels`;
  throw new TqError(
    ErrorCode.badModel,
    `${id} has ${what}; a reward model has one that gives one number.`,
  );
}

function sameTokens(a: TextTokenizer, b: TextTokenizer): boolean {
  if (a.vocabularySize !== b.vocabularySize) return false;
  for (let id = 0; id < a.vocabularySize; id++) {
    if (a.tokenText(id) !== b.tokenText(id)) return false;
  }
  return true;
}

async function free<T>(
  residents: Map<string, Resident<T>>,
  id: string | undefined,
): Promise<string[]> {
  const freed: string[] = [];
  for (const [key, resident] of [...residents]) {
    if (id !== undefined && resident.label !== id) continue;
    residents.delete(key);
    freed.push(resident.label);
    await resident.value.then(resident.dispose, () => undefined);
  }
  return freed;
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

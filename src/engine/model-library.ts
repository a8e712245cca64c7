import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { DeviceReport, ModelEntry } from '../protocol/requests.ts';
import type { Locations } from './locations.ts';
import { requireMemory } from './memory.ts';
import { ModelFinder, type FoundModel } from './model-finder.ts';
import { openAdapter, type Adapter } from './models/adapter.ts';
import type { HeadKind } from './models/architecture/architecture.ts';
import { CompiledStore } from './models/compiled-store.ts';
import type { CompileSource } from './models/compiler/compile.ts';
import type { FormatName } from './models/compiler/format.ts';
import { findSizeProblem, verifyModel, type ManifestModel } from './models/manifest.ts';
import { compileSource, contentHash, openModel, type OpenModel } from './models/open-model.ts';
import { labelIndex, scoreLabels } from './models/score-head.ts';
import type { TextTokenizer } from './models/tokenizer/text-tokenizer.ts';
import { DecoderPolicy } from './policy/decoder-policy.ts';
import { GraphSession } from './policy/graph-session.ts';
import { CausalReward } from './reward/causal-reward.ts';
import type { Alignment } from './transfer.ts';

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
  /** What it was aligned to, where that is known. */
  readonly alignment: Alignment | undefined;
}

interface LoadedReward {
  readonly reward: CausalReward;
  readonly labels: readonly string[];
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
  readonly #rewards = new Map<string, Resident<LoadedReward>>();
  /** Of the bases seen so far, by the hash of their files. */
  readonly #vocabularies = new Map<string, Vocabulary>();
  readonly #finder: ModelFinder;
  readonly #store: CompiledStore;

  constructor(private readonly locations: Locations) {
    this.#finder = new ModelFinder(locations.models);
    this.#store = new CompiledStore(join(locations.cache, 'compiled'));
  }

  get threads(): number {
    return availableParallelism();
  }

  cacheBytes(): Promise<number> {
    return this.#store.size();
  }

  async list(): Promise<ModelEntry[]> {
    const models = await this.#finder.shipped();
    return Promise.all(
      models.map(async (model) => ({
        id: model.id,
        kind: model.kind,
        title: model.title,
        licence: model.licence,
        source: model.source,
        bytes: model.files.reduce((sum, file) => sum + file.size, 0),
        problem: (await findSizeProblem(this.locations.models, model)) ?? '',
        alignment: alignmentOf(model) ?? null,
        loaded: [...this.#policies.values(), ...this.#rewards.values()].some(
          (r) => r.label === model.id,
        ),
      })),
    );
  }

  /** Causal reward models that have an id. */
  async causalRewards(): Promise<ManifestModel[]> {
    return (await this.#finder.shipped()).filter(({ kind }) => kind === 'causal-reward');
  }

  /** What a policy was aligned to, known before it is loaded; undefined where it is not known. */
  async alignment(idOrPath: string): Promise<Alignment | undefined> {
    const model = (await this.#finder.shipped()).find(({ id }) => id === idOrPath);
    return model && alignmentOf(model);
  }

  /** Checks the files of a shipped model that another part of the engine reads itself. */
  async verify(id: string, signal?: AbortSignal): Promise<void> {
    const model = (await this.#finder.shipped()).find((each) => each.id === id);
    if (model) await verifyModel(this.locations.models, model, signal);
  }

  /** A policy by id, or by the path of a GGUF file, a model folder or an adapter folder. */
  async policy(idOrPath: string, options: LoadOptions): Promise<LoadedPolicy> {
    const source = await this.#finder.find(idOrPath);
    requirePolicy(source);
    const key = `${source.id}\n${options.format}`;
    return this.#resident(
      this.#policies,
      key,
      source.id,
      () => this.#loadPolicy(source, options),
      (loaded) => loaded.policy.dispose(),
    );
  }

  /**
   * A causal reward model: base, adapter with a score head; or a folder with both merged.
   * @param label name or index of one of its labels, needed where it has several
   */
  async causalReward(
    idOrPath: string,
    options: LoadOptions,
    label?: string,
  ): Promise<CausalReward> {
    const source = await this.#finder.find(idOrPath);
    const key = `${source.id}\n${options.format}`;
    const { reward, labels } = await this.#resident(
      this.#rewards,
      key,
      source.id,
      () => this.#loadReward(source, options, label),
      (loaded) => loaded.reward.dispose(),
    );
    const index = labelIndex(source.id, labels, label);
    if (labels.length === 1) return reward;
    return reward.ofLabel(index, `${source.id}:label=${labels[index]!}`);
  }

  /** Frees one model, by id or path, or all; returns the ids of those freed. */
  async unload(idOrPath?: string): Promise<string[]> {
    const id = idOrPath === undefined ? undefined : await this.#finder.canonicalId(idOrPath);
    if (id === undefined) this.#vocabularies.clear();
    return [...(await free(this.#policies, id)), ...(await free(this.#rewards, id))];
  }

  /** Loads once; a load that failed is forgotten, so that the next try starts anew. */
  async #resident<T>(
    residents: Map<string, Resident<T>>,
    key: string,
    label: string,
    load: () => Promise<T>,
    dispose: (value: T) => Promise<void>,
  ): Promise<T> {
    const known = residents.get(key);
    if (known) return known.value;
    const value = load();
    residents.set(key, { value, label, dispose });
    try {
      return await value;
    } catch (error) {
      residents.delete(key);
      throw error;
    }
  }

  async #loadPolicy(found: FoundModel, options: LoadOptions): Promise<LoadedPolicy> {
    const { session, vocabulary } = await this.#loadSession(found, 'logits', options);
    const { id, tokenizer } = vocabulary;
    return {
      id: found.id,
      policy: new DecoderPolicy(found.id, session, tokenizer.endTokens, id),
      tokenizer,
      alignment: found.shippedAdapter && alignmentOf(found.shippedAdapter),
      device: {
        requested: options.device,
        actual: 'cpu',
        reason: 'this version runs on the CPU only',
      },
    };
  }

  async #loadReward(
    found: FoundModel,
    options: LoadOptions,
    label: string | undefined,
  ): Promise<LoadedReward> {
    let labels: readonly string[] = [];
    // Looked at before the model is compiled.
    const check = (source: CompileSource, { classification }: OpenModel): void => {
      labels = scoreLabels(found.id, source, classification);
      labelIndex(found.id, labels, label);
    };
    const { session, vocabulary, padToken } = await this.#loadSession(
      found,
      'score',
      options,
      check,
    );
    const { id, tokenizer } = vocabulary;
    const reward = new CausalReward(found.id, session, undefined, id, { tokenizer, padToken });
    return { reward, labels };
  }

  async #loadSession(
    found: FoundModel,
    head: HeadKind,
    options: LoadOptions,
    check?: (source: CompileSource, model: OpenModel) => void,
  ): Promise<{ session: GraphSession; vocabulary: Vocabulary; padToken: number | undefined }> {
    const { format, onProgress, signal } = options;
    onProgress?.('checking', found.id, null);
    for (const shipped of [found.shippedBase, found.shippedAdapter]) {
      if (shipped) await verifyModel(this.locations.models, shipped, signal);
    }
    const model = await openModel(found.base);
    let adapter: Adapter | undefined;
    try {
      adapter = found.adapter === undefined ? undefined : await openAdapter(found.adapter);
      const source = compileSource(model, adapter, head);
      check?.(source, model);
      requireWeightMemory(found.id, model, format);
      const checked = found.shippedBase?.files ?? [];
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

function alignmentOf({ baselineReward, beta }: ManifestModel): Alignment | undefined {
  if (baselineReward === undefined || beta === undefined) return undefined;
  return { reward: baselineReward, beta };
}

/** An adapter with a score head would load as a policy, and write what nobody trained it to. */
function requirePolicy({ id, shippedAdapter }: FoundModel): void {
  if (shippedAdapter?.kind !== 'causal-reward') return;
  throw new TqError(
    ErrorCode.badModel,
    `${id} is a reward model; it writes no text, so it is no policy.`,
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

/** Bytes a weight takes in memory; int8 weights are packed once more by the runtime. */
const bytesPerWeight: Readonly<Record<FormatName, number>> = { fp32: 8, int8: 2.2 };

/** Tells before loading when the weights cannot fit into the memory that is free. */
function requireWeightMemory(id: string, { shape }: OpenModel, format: FormatName): void {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary } = shape;
  const layer = hidden * (2 * heads + 2 * kvHeads) * headDim + 3 * hidden * intermediate;
  requireMemory(
    (layers * layer + 2 * vocabulary * hidden) * bytesPerWeight[format],
    `${id} needs as ${format}`,
    'close other programs or take a smaller model',
  );
}

import { availableParallelism, freemem } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { DeviceReport, ModelEntry } from '../protocol/requests.ts';
import type { Locations } from './locations.ts';
import { isAdapterFolder, openAdapter, type Adapter } from './models/adapter.ts';
import type { HeadKind } from './models/architecture/architecture.ts';
import { CompiledStore } from './models/compiled-store.ts';
import type { FormatName } from './models/compiler/format.ts';
import {
  findSizeProblem,
  readManifest,
  verifyModel,
  type ManifestModel,
} from './models/manifest.ts';
import { compileSource, contentHash, openModel, type OpenModel } from './models/open-model.ts';
import type { TextTokenizer } from './models/tokenizer/text-tokenizer.ts';
import { DecoderPolicy } from './policy/decoder-policy.ts';
import { GraphSession } from './policy/graph-session.ts';
import { CausalReward } from './reward/causal-reward.ts';

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
  /** SHA-256 of the base model's files: equal ones share a tokenizer. */
  readonly baseHash: string;
  readonly device: DeviceReport;
}

interface Resident<T> {
  readonly value: Promise<T>;
  readonly label: string;
  readonly dispose: (value: T) => Promise<void>;
}

/** The model that ships, used where no other is named. */
export const defaultModel = 'smollm2-135m-instruct';

/** A base model, and what is laid over it. */
interface Source {
  readonly id: string;
  readonly base: string;
  readonly shippedBase: ManifestModel | undefined;
  readonly adapter: string | undefined;
  readonly shippedAdapter: ManifestModel | undefined;
}

/** Finds models by id or path, compiles them, and keeps each in memory once. */
export class ModelLibrary {
  readonly #policies = new Map<string, Resident<LoadedPolicy>>();
  readonly #rewards = new Map<string, Resident<CausalReward>>();
  readonly #store: CompiledStore;

  constructor(private readonly locations: Locations) {
    this.#store = new CompiledStore(join(locations.cache, 'compiled'));
  }

  get threads(): number {
    return availableParallelism();
  }

  cacheBytes(): Promise<number> {
    return this.#store.size();
  }

  async list(): Promise<ModelEntry[]> {
    const models = await readManifest(this.locations.models);
    return Promise.all(
      models.map(async (model) => ({
        id: model.id,
        kind: model.kind,
        title: model.title,
        licence: model.licence,
        source: model.source,
        bytes: model.files.reduce((sum, file) => sum + file.size, 0),
        problem: (await findSizeProblem(this.locations.models, model)) ?? '',
        loaded: [...this.#policies.values(), ...this.#rewards.values()].some(
          (r) => r.label === model.id,
        ),
      })),
    );
  }

  /** Checks the files of a shipped model that another part of the engine reads itself. */
  async verify(id: string, signal?: AbortSignal): Promise<void> {
    const model = (await readManifest(this.locations.models)).find((each) => each.id === id);
    if (model) await verifyModel(this.locations.models, model, signal);
  }

  /** A policy by id, or by the path of a GGUF file, a model folder or an adapter folder. */
  async policy(idOrPath: string, options: LoadOptions): Promise<LoadedPolicy> {
    const source = await this.#find(idOrPath);
    const key = `${source.id}\n${options.format}`;
    return this.#resident(
      this.#policies,
      key,
      source.id,
      () => this.#loadPolicy(source, options),
      (loaded) => loaded.policy.dispose(),
    );
  }

  /** A causal reward model: base, adapter with a score head; or a folder with both merged. */
  async causalReward(idOrPath: string, options: LoadOptions): Promise<CausalReward> {
    const source = await this.#find(idOrPath);
    const key = `${source.id}\n${options.format}`;
    return this.#resident(
      this.#rewards,
      key,
      source.id,
      async () => {
        const { session } = await this.#loadSession(source, 'score', options);
        return new CausalReward(source.id, session, undefined);
      },
      (reward) => reward.dispose(),
    );
  }

  /** Frees one model, or all; returns the ids of those freed. */
  async unload(id?: string): Promise<string[]> {
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

  async #find(idOrPath: string): Promise<Source> {
    const models = await readManifest(this.locations.models);
    const shipped = models.find((model) => model.id === idOrPath);
    if (!shipped && !/[/\\]|\.gguf$|^\.+$/.test(idOrPath)) {
      const ids = models
        .filter((model) => model.kind !== 'sentence-embedding')
        .map((model) => model.id);
      throw new TqError(
        ErrorCode.unknownId,
        `There is no model "${idOrPath}"; the models are ${ids.join(', ')}, or give the path of a GGUF file or folder.`,
      );
    }
    const path = shipped ? this.#pathOf(shipped) : resolve(idOrPath);
    const plain = { id: shipped?.id ?? path, shippedBase: shipped, shippedAdapter: undefined };
    if (!(await isAdapterFolder(path))) return { ...plain, base: path, adapter: undefined };
    const adapter = await openAdapter(path);
    await adapter.close();
    const wanted = shipped?.base ?? adapter.base;
    const base = models.find(
      (model) => model.id === wanted || model.source.includes(wanted ?? '\n'),
    );
    if (!base) {
      throw new TqError(
        ErrorCode.badModel,
        `Adapter ${basename(path)} belongs on "${wanted ?? 'no named model'}", which is not here; the models are ${models.map((model) => model.id).join(', ')}.`,
      );
    }
    return {
      id: plain.id,
      base: this.#pathOf(base),
      shippedBase: base,
      adapter: path,
      shippedAdapter: shipped,
    };
  }

  /** A model of one weight file is that file; one of several is their folder. */
  #pathOf(model: ManifestModel): string {
    const gguf = model.files.find((file) => file.path.endsWith('.gguf'));
    return join(this.locations.models, gguf?.path ?? model.files[0]!.path.split('/')[0]!);
  }

  async #loadPolicy(source: Source, options: LoadOptions): Promise<LoadedPolicy> {
    const { session, tokenizer, baseHash } = await this.#loadSession(source, 'logits', options);
    return {
      id: source.id,
      policy: new DecoderPolicy(source.id, session, tokenizer.endTokens, baseHash),
      tokenizer,
      baseHash,
      device: {
        requested: options.device,
        actual: 'cpu',
        reason: 'this version runs on the CPU only',
      },
    };
  }

  async #loadSession(
    source: Source,
    head: HeadKind,
    options: LoadOptions,
  ): Promise<{ session: GraphSession; tokenizer: TextTokenizer; baseHash: string }> {
    const { format, onProgress, signal } = options;
    onProgress?.('checking', source.id, null);
    for (const shipped of [source.shippedBase, source.shippedAdapter]) {
      if (shipped) await verifyModel(this.locations.models, shipped, signal);
    }
    const model = await openModel(source.base);
    let adapter: Adapter | undefined;
    try {
      adapter = source.adapter === undefined ? undefined : await openAdapter(source.adapter);
      if (
        head === 'score' &&
        !adapter?.hasScoreHead &&
        !model.weights.has(model.architecture.scoreHead)
      ) {
        throw new TqError(
          ErrorCode.badModel,
          `${source.id} has no score head (score.weight), so it is no reward model.`,
        );
      }
      requireMemory(source.id, model, format);
      const baseHash = source.shippedBase?.files[0]?.sha256 ?? (await contentHash(model.files));
      const hash = adapter ? `${baseHash}+${await contentHash(adapter.files)}` : baseHash;
      const folder = await this.#store.open(
        { contentHash: hash, format, head },
        compileSource(model, adapter, head),
        { signal, onProgress: (done) => onProgress?.('compiling', source.id, done) },
      );
      onProgress?.('loading', source.id, null);
      const session = await GraphSession.create(folder, model.shape, { threads: this.threads });
      return { session, tokenizer: await model.tokenizer(), baseHash };
    } finally {
      await adapter?.close();
      await model.close();
    }
  }
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
function requireMemory(id: string, { shape }: OpenModel, format: FormatName): void {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary } = shape;
  const layer = hidden * (2 * heads + 2 * kvHeads) * headDim + 3 * hidden * intermediate;
  const needed = (layers * layer + 2 * vocabulary * hidden) * bytesPerWeight[format];
  const available = process.availableMemory?.() ?? freemem();
  if (needed <= available) return;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  throw new TqError(
    ErrorCode.outOfMemory,
    `${id} needs about ${gigabytes(needed)} GB of memory as ${format}, but ${gigabytes(available)} GB are free; close other programs or take a smaller model.`,
  );
}

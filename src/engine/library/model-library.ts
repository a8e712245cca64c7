import { join } from 'node:path';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { ModelEntry } from '../../protocol/requests.ts';
import { Devices, type DeviceChoice } from '../device/device-choice.ts';
import { findDeviceDeps } from '../device/device-deps.ts';
import type { Locations } from '../store/locations.ts';
import { serverIdOf } from '../../protocol/servers.ts';
import { openTokenizer } from '../models/open-tokenizer.ts';
import { ServerLibrary } from './server-library.ts';
import type { FoundModel, KnownModel, ModelName } from '../store/known-models.ts';
import { ModelFinder } from './model-finder.ts';
import { ModelLoader, type LoadOptions } from './model-loader.ts';
import { CompiledStore } from '../models/compiled-store.ts';
import type { CompileSource } from '../models/compiler/compile-source.ts';
import type { OpenModel } from '../models/open-model.ts';
import { labelIndex } from '../models/labels.ts';
import { scoreLabels } from '../models/score-head.ts';
import { DecoderPolicy } from '../policy/decoder-policy.ts';
import { CausalReward } from '../reward/model/causal-reward.ts';
import { memoryNeed } from '../store/describe-model.ts';
import { KnownFacts } from '../store/known-facts.ts';
import { ModelStore } from '../store/model-store.ts';
import { Residents, type ResidentSteps } from './residents.ts';
import { threadFile, ThreadCount } from './thread-count.ts';
import type { Alignment, LoadedPolicies, LoadedPolicy, LocalPolicy } from './loaded-policy.ts';

interface LoadedReward {
  readonly reward: CausalReward;
  readonly labels: readonly string[];
}

/** The shipped model, used when a request names none. */
export const defaultModel = 'smollm2-135m-instruct';

/** Finds models by id or path, compiles them, and keeps each in memory once. */
export class ModelLibrary {
  readonly #policies = new Residents<LocalPolicy>();
  readonly #rewards = new Residents<LoadedReward>();
  /** Models that the user added. */
  readonly added: ModelStore;
  readonly finder: ModelFinder;
  readonly threadCount: ThreadCount;
  readonly #facts: KnownFacts;
  readonly #store: CompiledStore;
  readonly #loader: ModelLoader;
  /** Policies that servers run. */
  readonly servers: ServerLibrary;

  constructor(
    locations: Locations,
    readonly devices = new Devices(findDeviceDeps(process.env)),
  ) {
    this.added = new ModelStore(locations.store);
    this.finder = new ModelFinder(locations.models, this.added);
    this.#facts = new KnownFacts(this.finder);
    this.#store = new CompiledStore(join(locations.cache, 'compiled'));
    this.threadCount = new ThreadCount(threadFile(locations.cache));
    this.#loader = new ModelLoader(this.finder, this.#store, this.threadCount);
    this.servers = new ServerLibrary(
      {
        openTokenizer: async (model) => openTokenizer((await this.finder.find({ model })).base),
        vocabularyId: (tokenizer, id) => this.#loader.vocabularyId(tokenizer, id),
      },
      process.env,
    );
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
          alignment: alignmentOf(model) ?? null,
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

  /** Causal reward models, shipped or added. */
  async causalRewards(): Promise<KnownModel[]> {
    return (await this.finder.known()).filter(({ kind }) => kind === 'causal-reward');
  }

  /** The reward that a policy was aligned to, before it is loaded; undefined when unknown. */
  async alignment(idOrPath: string): Promise<Alignment | undefined> {
    const model = (await this.finder.known()).find(({ id }) => id === idOrPath);
    return model && alignmentOf(model);
  }

  /** Languages that a policy writes, before it is loaded; undefined when unknown. */
  async languages(name: ModelName): Promise<readonly string[] | undefined> {
    if (serverIdOf(name.model) !== undefined) return undefined;
    return (await this.finder.find(name)).knownBase?.languages;
  }

  /** Whether a model is in memory as a policy or a reward. */
  isLoaded(id: string): boolean {
    return this.#policies.has(id) || this.#rewards.has(id);
  }

  /** Checks the files of a model that another part of the engine reads itself. */
  async verify(id: string, signal?: AbortSignal): Promise<void> {
    const model = (await this.finder.known()).find((each) => each.id === id);
    if (model) await this.finder.verify(model, signal);
  }

  /** A policy by id, by the path of a GGUF file, a folder or an adapter, or a sum of adapters. */
  async policy(name: string | ModelName, options: LoadOptions): Promise<LocalPolicy> {
    const source = await this.finder.find(
      typeof name === 'string' ? { model: name, base: options.base } : name,
    );
    requirePolicy(source);
    const choice = await this.devices.choose(options.device, options.format);
    const loaded = await this.#policies.get(
      residentKey(source, choice),
      this.#steps(
        source,
        () => this.#loadPolicy(source, choice, options),
        ({ local }) => local.decoder.dispose(),
      ),
    );
    return { ...loaded, local: { ...loaded.local, device: choice } };
  }

  /** The policies of one request, loaded in the order that their shared layers need. */
  async policies(
    { reference, baseline }: Readonly<Record<keyof LoadedPolicies, string | ModelName>>,
    options: LoadOptions,
  ): Promise<LoadedPolicies> {
    const isRemote = [baseline, reference].some((name) => serverOf(name) !== undefined);
    if (isRemote) {
      return {
        reference: await this.#anyPolicy(reference, options),
        baseline: await this.#anyPolicy(baseline, options),
      };
    }
    // Loading an adapter can replace its whole base by a trunk. So both are loaded once before the
    // reference is returned, whichever of them is the adapter.
    await this.policy(baseline, options);
    return {
      reference: await this.policy(reference, options),
      baseline: await this.policy(baseline, options),
    };
  }

  async #anyPolicy(name: string | ModelName, options: LoadOptions): Promise<LoadedPolicy> {
    const server = serverOf(name);
    return server === undefined
      ? this.policy(name, options)
      : this.servers.policy(server, options.servers ?? [], options.signal);
  }

  /**
   * A causal reward model: a folder with a score head, or an adapter that brings the head.
   * @param label name or index of a label; required if the head has several
   */
  async causalReward(
    idOrPath: string,
    options: LoadOptions,
    label?: string,
  ): Promise<CausalReward> {
    const source = await this.finder.find({ model: idOrPath, base: options.base });
    const choice = await this.devices.choose(options.device, options.format);
    const { reward, labels } = await this.#rewards.get(
      residentKey(source, choice),
      this.#steps(
        source,
        () => this.#loadReward(source, choice, options, label),
        (loaded) => loaded.reward.dispose(),
      ),
    );
    const index = labelIndex(source.id, labels, label);
    if (labels.length === 1) return reward;
    return reward.ofLabel(index, `${source.id}:label=${labels[index]!}`);
  }

  /** Unloads one model, by id or path, or all; returns the ids of the unloaded models. */
  async unload(idOrPath?: string): Promise<string[]> {
    const id = idOrPath === undefined ? undefined : await this.finder.canonicalId(idOrPath);
    if (id === undefined) {
      this.#loader.forget();
      this.servers.forget();
    }
    return [...(await this.#policies.free(id)), ...(await this.#rewards.free(id))];
  }

  /** What keeps a model once it is loaded: nobody may remove its files meanwhile. */
  #steps<T>(
    source: FoundModel,
    load: () => Promise<T>,
    dispose: (value: T) => Promise<void>,
  ): ResidentSteps<T> {
    return { label: source.id, use: () => this.#use(source), load, dispose };
  }

  /** Prevents the store from removing models while they are in memory. */
  async #use({ knownBase, adapters }: FoundModel): Promise<() => Promise<void>> {
    const all = [knownBase, ...adapters.map(({ known }) => known)];
    const stored = all.filter((model) => model?.stored);
    const releases = await Promise.all(stored.map((model) => this.added.use(model!.id)));
    return async () => {
      await Promise.all(releases.map((release) => release()));
    };
  }

  async #loadPolicy(
    found: FoundModel,
    choice: DeviceChoice,
    options: LoadOptions,
  ): Promise<LocalPolicy> {
    const loaded = await this.#loader.load(found, 'logits', choice, options, {
      beforeTrunk: () => this.#freeWhole(found, choice),
    });
    const { session, trunk, vocabulary } = loaded;
    const { id, tokenizer } = vocabulary;
    const decoder = new DecoderPolicy(found.id, session, tokenizer.endTokens, id, trunk);
    const [adapter, ...others] = found.adapters;
    const alone = others.length === 0 && adapter?.weight === 1 ? adapter.known : undefined;
    const alignment = alone && alignmentOf(alone);
    const local = { device: choice, decoder };
    return { id: found.id, policy: decoder, tokenizer, alignment, local };
  }

  async #loadReward(
    found: FoundModel,
    choice: DeviceChoice,
    options: LoadOptions,
    label: string | undefined,
  ): Promise<LoadedReward> {
    let labels: readonly string[] = [];
    // Runs before the model is compiled.
    const check = (source: CompileSource, { classification }: OpenModel): void => {
      labels = scoreLabels(found.id, source, classification);
      labelIndex(found.id, labels, label);
    };
    const beforeTrunk = () => this.#freeWhole(found, choice);
    const steps = { check, beforeTrunk };
    const loaded = await this.#loader.load(found, 'score', choice, options, steps);
    const { session, trunk, vocabulary, padToken } = loaded;
    const { id, tokenizer } = vocabulary;
    const reading = { tokenizer, padToken };
    const reward = new CausalReward(found.id, session, undefined, id, reading, trunk);
    return { reward, labels };
  }

  /** Unloads a base that was loaded whole before its trunk is loaded; it loads again on demand. */
  async #freeWhole({ base, knownBase, adapters }: FoundModel, choice: DeviceChoice): Promise<void> {
    const key = residentKey({ id: knownBase?.id ?? base }, choice);
    if (adapters.length > 0) await this.#policies.drop(key);
  }
}

/** Each model is in memory once for each device and format. */
function residentKey({ id }: Pick<FoundModel, 'id'>, { actual, format }: DeviceChoice): string {
  return [id, actual, format].join('\n');
}

function alignmentOf({ baselineReward, beta }: KnownModel): Alignment | undefined {
  if (baselineReward === undefined || beta === undefined) return undefined;
  return { reward: baselineReward, beta };
}

/**
 * Refuses a reward adapter: its base weights would load as a policy that was never trained to
 * write.
 */
function requirePolicy({ id, adapters }: FoundModel): void {
  if (!adapters.some(({ known }) => known?.kind === 'causal-reward')) return;
  throw new TqError(ErrorCode.badModel, `${id} is a reward model and cannot be used as a policy.`);
}

/** The id of the server that a name names; undefined for a model on this machine. */
function serverOf(name: string | ModelName): string | undefined {
  return serverIdOf(typeof name === 'string' ? name : name.model);
}

import { access, constants, mkdir } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { handleRequest, sendEvent } from '../../protocol/connection.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import { deviceNames, devices, formats, methodIds } from '../../protocol/options.ts';
import { requests, type Capabilities, type MethodEntry } from '../../protocol/requests.ts';
import { methods } from '../../decoding/methods/catalogue.ts';
import type { Method } from '../../decoding/methods/method.ts';
import { loadOptions, loadRequest } from './load-request.ts';
import { runComparison, runGeneration } from './write-texts.ts';
import type { Locations } from '../store/locations.ts';
import { ModelLibrary } from '../library/model-library.ts';
import { RequestQueue } from './request-queue.ts';
import { runRewrite } from './rewrite.ts';
import { RewardLibrary } from '../library/reward-library.ts';
import { untouched } from '../../rewriting/rewrite-document.ts';
import { catalogue } from '../reward/catalogue/catalogue.ts';
import { reviewText } from '../../rewriting/review.ts';
import { scoreResponses } from './scoring.ts';
import { wait } from '../store/hub-fetch.ts';
import { findServers } from '../remote/find-servers.ts';
import { findModels, modelFolders } from '../store/found/found-models.ts';
import { StoreService } from '../store/store-service.ts';
import { engineVersion } from '../../protocol/version.ts';
import { onnxruntimeVersion } from '../runtime/version.ts';

type Work<T> = (emit: (event: EngineEvent) => void, signal: AbortSignal) => Promise<T>;

/** Answers the protocol's requests on a connection (src/protocol/requests.ts). */
export class EngineServer {
  readonly #models: ModelLibrary;
  readonly #rewards: RewardLibrary;
  readonly #store: StoreService;
  readonly #queue = new RequestQueue();
  readonly #running = new Map<string, AbortController>();

  constructor(
    private readonly connection: MessageConnection,
    private readonly locations: Locations,
    private readonly exit: () => void,
  ) {
    this.#models = new ModelLibrary(locations);
    this.#rewards = new RewardLibrary(locations, this.#models);
    const rewardIds = new Set(catalogue.map(({ description }) => description.id));
    this.#store = new StoreService({
      store: this.#models.added,
      finder: this.#models.finder,
      takenIds: rewardIds,
      environment: process.env,
      wait,
    });
    this.#handleQueries();
    this.#handleModels();
    this.#handleStore();
    this.#handleGeneration();
  }

  #handleQueries(): void {
    const { connection } = this;
    handleRequest(connection, requests.capabilities, () => this.#capabilities());
    handleRequest(connection, requests.checkDevices, () =>
      this.#models.devices.states(deviceNames),
    );
    handleRequest(connection, requests.listModels, () => this.#models.list());
    handleRequest(connection, requests.findModels, async ({ servers }) => ({
      models: await findModels(modelFolders(process.env)),
      servers: servers ? await findServers() : [],
    }));
    handleRequest(connection, requests.setServerKeys, async ({ keys }) => {
      this.#models.servers.setKeys(keys);
      return {};
    });
    handleRequest(connection, requests.listRewards, () => this.#rewards.list());
    handleRequest(connection, requests.listMethods, async () =>
      methodIds.map((id) => describeMethod(methods[id])),
    );
    handleRequest(connection, requests.review, reviewText);
    handleRequest(connection, requests.cancel, async ({ requestId }) => {
      const controller = this.#running.get(requestId);
      controller?.abort();
      return { cancelled: controller !== undefined };
    });
    handleRequest(connection, requests.shutdown, async () => {
      for (const controller of this.#running.values()) controller.abort();
      // Exit after the answer is in the writer.
      setImmediate(this.exit);
      return {};
    });
  }

  #handleModels(): void {
    const { connection } = this;
    handleRequest(connection, requests.load, ({ requestId, model, format, device, base }, signal) =>
      this.#exclusive(requestId, signal, async (emit, abort) => {
        const options = loadOptions({ format, device, base }, emit, abort);
        const loaded = await this.#models.policy(model, options);
        return { model: loaded.id, device: loaded.local.device, bytes: process.memoryUsage.rss() };
      }),
    );
    handleRequest(connection, requests.unload, async ({ model }) => {
      if (this.#queue.isBusy) {
        throw new TqError(
          ErrorCode.invalidInput,
          'Models cannot be unloaded while a request runs; stop it first.',
        );
      }
      this.#rewards.clear();
      return { unloaded: await this.#models.unload(model) };
    });
  }

  /** These do not wait for the device: models can write during a long download. */
  #handleStore(): void {
    const { connection } = this;
    handleRequest(connection, requests.planModel, ({ requestId, ...asked }, signal) =>
      this.#cancellable(requestId, signal, (emit, abort) => this.#store.plan(asked, emit, abort)),
    );
    handleRequest(connection, requests.addModel, ({ requestId, ...asked }, signal) =>
      this.#cancellable(requestId, signal, async (emit, abort) => {
        const { id } = await this.#store.add(asked, emit, abort);
        return (await this.#models.list()).find((model) => model.id === id)!;
      }),
    );
    handleRequest(connection, requests.removeModel, async ({ id }) => {
      await this.#store.remove(id);
      return { id };
    });
    handleRequest(connection, requests.verifyModels, ({ requestId, id }, signal) =>
      this.#cancellable(requestId, signal, (emit, abort) => this.#store.verify(id, emit, abort)),
    );
  }

  #handleGeneration(): void {
    const { connection } = this;
    const engine = { models: this.#models, rewards: this.#rewards };
    handleRequest(connection, requests.generate, ({ requestId, prompt, options }, signal) =>
      this.#exclusive(requestId, signal, async (emit, abort) => {
        const cast = await loadRequest(engine, prompt, options, emit, abort);
        return runGeneration(cast, prompt, options, emit, abort);
      }),
    );
    handleRequest(connection, requests.compare, ({ requestId, prompt, options }, signal) =>
      this.#exclusive(requestId, signal, async (emit, abort) => {
        const cast = await loadRequest(engine, prompt, options, emit, abort);
        return runComparison(cast, prompt, options, emit, abort);
      }),
    );
    handleRequest(connection, requests.rewrite, ({ requestId, ...params }, signal) =>
      this.#exclusive(requestId, signal, (emit, abort) =>
        runRewrite(engine, params, emit, abort),
      ).catch((error: unknown) => {
        // Cancelled before its turn.
        if (error instanceof TqError && error.code === ErrorCode.cancelled) {
          return untouched(params.document);
        }
        throw error;
      }),
    );
    handleRequest(connection, requests.score, ({ requestId, ...params }, signal) =>
      this.#exclusive(requestId, signal, (emit, abort) =>
        scoreResponses(engine, params, emit, abort),
      ),
    );
  }

  /** Runs one request at a time. */
  #exclusive<T>(requestId: string, signal: AbortSignal, work: Work<T>): Promise<T> {
    return this.#cancellable(requestId, signal, (emit, abort) =>
      this.#queue.run(
        () => work(emit, abort),
        (ahead) => {
          emit({ type: 'queued', ahead });
        },
        abort,
      ),
    );
  }

  /** Runs a request that can be cancelled by its id or by JSON-RPC cancellation. */
  async #cancellable<T>(requestId: string, signal: AbortSignal, work: Work<T>): Promise<T> {
    if (this.#running.has(requestId)) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The request id "${requestId}" is in use; give each request a unique id.`,
      );
    }
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#running.set(requestId, controller);
    const emit = (event: EngineEvent): void => {
      void sendEvent(this.connection, requestId, event);
    };
    try {
      return await work(emit, controller.signal);
    } catch (error) {
      if (error instanceof TqError || !controller.signal.aborted) throw error;
      throw new TqError(ErrorCode.cancelled, 'The request was cancelled.', { cause: error });
    } finally {
      signal.removeEventListener('abort', abort);
      this.#running.delete(requestId);
    }
  }

  async #capabilities(): Promise<Capabilities> {
    const { cache, models, store } = this.locations;
    const cacheProblem = await mkdir(cache, { recursive: true })
      .then(() => access(cache, constants.W_OK))
      .then(
        () => '',
        (error: unknown) => `The cache folder ${cache} cannot be written (${String(error)}).`,
      );
    const { threads, reason } = await this.#models.threadCount.known();
    return {
      version: engineVersion,
      node: process.versions.node,
      onnxruntime: onnxruntimeVersion(),
      processId: process.pid,
      threads,
      threadsReason: reason,
      devices: [...devices],
      formats: [...formats],
      cacheFolder: cache,
      cacheBytes: await this.#models.cacheBytes(),
      cacheProblem,
      modelsFolder: models,
      storeFolder: store,
      memory: {
        total: totalmem(),
        available: process.availableMemory?.() ?? freemem(),
        engine: process.memoryUsage.rss(),
      },
    };
  }
}

function describeMethod({ id, title, policy, estimate, score }: Method): MethodEntry {
  const candidates = policy === 'either' ? 'either policy' : `${policy} policy`;
  return { id, title, candidates, rollouts: estimate?.rollsOut ? candidates : 'none', score };
}

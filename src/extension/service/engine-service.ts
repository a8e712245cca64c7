import type * as vscode from 'vscode';
import type { z } from 'zod';
import type { EngineProcess } from '../../client/engine-process.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { requests, type EngineRequest } from '../../protocol/requests.ts';
import { serverIdOf } from '../../protocol/servers.ts';
import { watchCancel } from './cancel-watchdog.ts';
import { EngineCrash } from './engine-crash.ts';
import type { EngineDeps } from './engine-deps.ts';
import { EngineLifecycle } from './engine-lifecycle.ts';
import type { EngineState } from './engine-state.ts';
import { IdleTimer } from './idle-timer.ts';
import { LoadProgress } from './load-progress.ts';
import { SecondEngineCheck } from './second-engine.ts';
import { requireTrusted } from './trusted-paths.ts';

type GenerationRequest = (typeof requests)['generate' | 'compare' | 'score' | 'rewrite'];
type BackgroundRequest = (typeof requests)['planModel' | 'addModel' | 'verifyModels'];

/** Sends this window's requests to its engine; starts it for the first one, stops it when idle. */
export class EngineService implements vscode.Disposable {
  readonly #lifecycle: EngineLifecycle;
  readonly #secondEngine: SecondEngineCheck;
  readonly #idle: IdleTimer;
  /** Requests that write or score. */
  readonly #running = new Set<AbortController>();
  /** Number of requests, such as downloads, that run next to the writing. */
  #background = 0;

  readonly onDidChange: vscode.Event<EngineState>;

  constructor(private readonly deps: EngineDeps) {
    this.#lifecycle = new EngineLifecycle(deps);
    this.#secondEngine = new SecondEngineCheck(deps);
    this.onDidChange = this.#lifecycle.onDidChange;
    this.#idle = new IdleTimer(deps.idleMinutes, () => {
      deps.log.info('The engine is idle; stopping it to free its memory.');
      void this.stop();
    });
  }

  get state(): EngineState {
    return this.#lifecycle.state;
  }

  /** Sends a request that the engine answers at once. */
  async query<Params extends z.ZodType, Result extends z.ZodType>(
    request: EngineRequest<Params, Result>,
    params: z.input<Params>,
  ): Promise<z.output<Result>> {
    const engine = await this.#lifecycle.start();
    this.applySettings();
    return engine.request(request, params);
  }

  /**
   * Sends a request that writes or scores. Loads the model it needs, shows the progress, and can be
   * cancelled.
   * @throws TqError cancelled when it was stopped before the engine answered
   */
  async run<Request extends GenerationRequest>(
    request: Request,
    params: Omit<z.input<Request['params']>, 'requestId'> & { options: GenerationOptionsInput },
    onEvent: (event: EngineEvent) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<z.output<Request['result']>> {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const progress = new LoadProgress(abort);
    this.#running.add(controller);
    this.#idle.stop();
    const listen = (event: EngineEvent): void => {
      progress.report(event);
      if (event.type === 'token' || event.type === 'rewrite-text') this.#lifecycle.enter('busy');
      if (event.type === 'note') this.deps.log.info(event.text);
      onEvent(event);
    };
    try {
      if (!this.#lifecycle.process) await this.#secondEngine.pass();
      return await this.#send(request, params, listen, controller.signal);
    } finally {
      signal?.removeEventListener('abort', abort);
      progress.close();
      this.#running.delete(controller);
      if (this.#running.size === 0 && this.#lifecycle.process) {
        this.#lifecycle.enter('ready');
        this.applySettings();
      }
    }
  }

  /** Whether a request sends its text only where the person has agreed to. */
  maySend(options: GenerationOptionsInput): boolean {
    return this.deps.servers.isAgreed(options);
  }

  /** Sends a request that takes long and needs no model in memory; writing continues meanwhile. */
  async runInBackground<Request extends BackgroundRequest>(
    request: Request,
    params: Omit<z.input<Request['params']>, 'requestId'>,
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<z.output<Request['result']>> {
    await requireTrusted([(params as { readonly source?: string }).source]);
    const engine = await this.#lifecycle.start();
    this.#background++;
    this.#idle.stop();
    try {
      return await engine.stream(request, params, onEvent, signal);
    } finally {
      this.#background--;
      this.applySettings();
    }
  }

  /** Applies changed settings as soon as no request runs. */
  applySettings(): void {
    if (this.#running.size > 0 || this.#background > 0 || !this.#lifecycle.process) return;
    if (!this.#lifecycle.nodeChanged) {
      this.#idle.restart();
      return;
    }
    this.deps.log.info('tqstar.nodePath changed; stopping the engine, which starts with it again.');
    void this.stop();
  }

  /** Stops what is being written; the engine keeps running. */
  cancelAll(): void {
    for (const controller of this.#running) controller.abort();
  }

  /** Frees the models and returns their ids; the process keeps running. */
  async unload(): Promise<readonly string[]> {
    const { process } = this.#lifecycle;
    if (!process) return [];
    const { unloaded } = await process.request(requests.unload, {});
    this.#lifecycle.enter('ready', { device: undefined });
    return unloaded;
  }

  async stop(): Promise<void> {
    this.#idle.stop();
    this.cancelAll();
    await this.#lifecycle.stop();
  }

  /** Stops the engine and starts it again, even after too many crashes. */
  async restart(): Promise<void> {
    await this.stop();
    this.#lifecycle.reset();
    await this.#lifecycle.start();
  }

  dispose(): void {
    void this.stop();
    this.#lifecycle.dispose();
  }

  /** Starts the engine, loads the model and streams a request; kills an engine that hangs. */
  async #send<Request extends GenerationRequest>(
    request: Request,
    params: Omit<z.input<Request['params']>, 'requestId'> & { options: GenerationOptionsInput },
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<z.output<Request['result']>> {
    const { policy, baseline, servers = [] } = params.options;
    await requireTrusted([policy, baseline, ...servers.map(({ tokenizer }) => tokenizer)]);
    await this.deps.servers.requireAgreement(params.options);
    throwIfCancelled(signal);
    const engine = await this.#lifecycle.start();
    const watchdog = watchCancel(signal, () => {
      this.deps.log.warn('The engine did not stop within 2 seconds; killing it.');
      this.#lifecycle.kill(engine);
    });
    try {
      if (servers.length > 0) {
        const keys = await this.deps.servers.keys(servers);
        await engine.request(requests.setServerKeys, { keys });
      }
      await this.#load(engine, params.options, onEvent, signal);
      throwIfCancelled(signal);
      return await engine.stream(request, params, onEvent, signal);
    } catch (error) {
      if (!(error instanceof TqError) || error.code !== ErrorCode.engineGone) throw error;
      // The watchdog may have killed the engine; the person asked to stop, so report that.
      throwIfCancelled(signal);
      throw this.#lifecycle.hasCrashed(engine) ? new EngineCrash(error) : error;
    } finally {
      watchdog.dispose();
    }
  }

  /** Loads the policy that proposes tokens, or else another; the answer names the device. */
  async #load(
    engine: EngineProcess,
    { policy, baseline, format, device }: GenerationOptionsInput,
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const named = [baseline, policy].filter((name) => name !== undefined);
    const model = named.find((name) => serverIdOf(name) === undefined);
    throwIfCancelled(signal);
    if (model === undefined) {
      if (named.length > 0) this.#lifecycle.enter('busy', { device: undefined });
      return;
    }
    this.#lifecycle.enter('loading');
    const loaded = await engine.stream(requests.load, { model, format, device }, onEvent, signal);
    if (this.#lifecycle.process === engine) {
      this.#lifecycle.enter('busy', { device: loaded.device });
    }
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
}

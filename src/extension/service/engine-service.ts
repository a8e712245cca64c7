import * as vscode from 'vscode';
import type { z } from 'zod';
import { EngineProcess } from '../../client/engine-process.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import { requests, type EngineRequest } from '../../protocol/requests.ts';
import type { GenerationOptionsInput } from '../../protocol/options.ts';
import { probeBinding } from './binding-probe.ts';
import { CrashPolicy } from './crash-policy.ts';
import { EngineCrash } from './engine-crash.ts';
import { engineEnvironment } from './engine-environment.ts';
import type { EngineRegistry } from './engine-registry.ts';
import type { EnginePhase, EngineState } from './engine-state.ts';
import { IdleTimer } from './idle-timer.ts';
import { LoadProgress } from './load-progress.ts';

/** What the service needs to know of the window it runs in. */
export interface EngineDeps {
  readonly program: string;
  readonly nodePath: () => string;
  /** Folder of the models that were added; empty for the usual one. */
  readonly storeFolder: () => string;
  readonly idleMinutes: () => number;
  readonly log: vscode.LogOutputChannel;
  readonly registry: EngineRegistry;
  /** Asks whether a second engine may take memory too. */
  readonly confirmSecondEngine: () => Promise<boolean>;
  readonly onCrash: (how: string, restarts: boolean) => void;
}

type Generating = (typeof requests)['generate' | 'compare' | 'score'];
type Attended = (typeof requests)['planModel' | 'addModel' | 'verifyModels'];

/** How long the engine may take to obey a cancel before it is killed. */
const cancelLimitMs = 2000;

/** The engine of this window: started when needed, watched, stopped when idle. */
export class EngineService implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<EngineState>();
  readonly #crashes = new CrashPolicy();
  readonly #idle: IdleTimer;
  readonly #running = new Set<AbortController>();
  /** Engines whose end was told as a crash. */
  readonly #crashed = new WeakSet<EngineProcess>();
  /** Requests that go on beside the writing, such as downloads. */
  #attended = 0;
  #process: EngineProcess | undefined;
  #starting: Promise<EngineProcess> | undefined;
  #state: EngineState = { phase: 'stopped', device: undefined, processId: undefined };
  #confirmed = false;
  /** The node that the engine was probed and started with. */
  #node: string | undefined;
  #gaveUp = false;

  readonly onDidChange = this.#changed.event;

  constructor(private readonly deps: EngineDeps) {
    this.#idle = new IdleTimer(deps.idleMinutes, () => {
      deps.log.info('The engine was idle and is stopped to free its memory.');
      void this.stop();
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  /** A request that is answered at once. */
  async query<Params extends z.ZodType, Result extends z.ZodType>(
    request: EngineRequest<Params, Result>,
    params: z.input<Params>,
  ): Promise<z.output<Result>> {
    const engine = await this.#start();
    this.takeSettings();
    return engine.request(request, params);
  }

  /**
   * A request that writes or scores: loads what it needs, shows how far that is, can be stopped.
   */
  async run<Request extends Generating>(
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
      if (event.type === 'token') this.#setState('busy');
      if (event.type === 'note') this.deps.log.info(event.text);
      onEvent(event);
    };
    try {
      await this.#confirmMemory();
      const engine = await this.#start();
      const killer = this.#killWhenStuck(engine, controller.signal);
      try {
        await this.#load(engine, params.options, listen, controller.signal);
        throwIfCancelled(controller.signal);
        return await engine.stream(request, params, listen, controller.signal);
      } catch (error) {
        if (!(error instanceof TqError) || error.code !== ErrorCode.engineGone) throw error;
        // An engine that was killed because it did not stop is gone; what was asked for is the
        // stop.
        throwIfCancelled(controller.signal);
        throw this.#crashed.has(engine) ? new EngineCrash(error) : error;
      } finally {
        killer.dispose();
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      progress.close();
      this.#running.delete(controller);
      if (this.#running.size === 0 && this.#process) {
        this.#setState('ready');
        this.takeSettings();
      }
    }
  }

  /** Applies changed settings as soon as nothing goes on. */
  takeSettings(): void {
    if (this.#running.size > 0 || this.#attended > 0 || !this.#process) return;
    if (this.#node === this.#wantedNode) {
      this.#idle.restart();
      return;
    }
    this.deps.log.info('Another Node is set; the engine is stopped and starts with it.');
    void this.stop();
  }

  /** A request that takes long and needs no model in memory; the writing goes on beside it. */
  async attend<Request extends Attended>(
    request: Request,
    params: Omit<z.input<Request['params']>, 'requestId'>,
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<z.output<Request['result']>> {
    const engine = await this.#start();
    this.#attended++;
    this.#idle.stop();
    try {
      return await engine.stream(request, params, onEvent, signal);
    } finally {
      this.#attended--;
      this.takeSettings();
    }
  }

  /** Stops what is being written; the engine stays. */
  cancelAll(): void {
    for (const controller of this.#running) controller.abort();
  }

  /** Frees the models; the process stays. */
  async unload(): Promise<readonly string[]> {
    if (!this.#process) return [];
    const { unloaded } = await this.#process.request(requests.unload, {});
    this.#setState('ready', { device: undefined });
    return unloaded;
  }

  async stop(): Promise<void> {
    this.#idle.stop();
    this.cancelAll();
    const engine = this.#process ?? (await this.#starting?.catch(() => undefined));
    if (!engine) return;
    this.#process = undefined;
    this.#setState('stopping');
    await engine.stop();
    this.#setState('stopped');
  }

  /** Stops the engine and starts it again, also after it was given up. */
  async restart(): Promise<void> {
    await this.stop();
    this.#crashes.forgive();
    this.#gaveUp = false;
    this.#node = undefined;
    await this.#start();
  }

  dispose(): void {
    this.#idle.stop();
    void this.stop();
    this.#changed.dispose();
  }

  get #wantedNode(): string {
    return this.deps.nodePath() || process.execPath;
  }

  async #start(): Promise<EngineProcess> {
    if (this.#process) return this.#process;
    if (this.#gaveUp) {
      throw new TqError(
        ErrorCode.engineGone,
        vscode.l10n.t('The engine crashed five times in three minutes and was not started again.'),
      );
    }
    this.#starting ??= this.#launch();
    try {
      return await this.#starting;
    } catch (error) {
      this.#setState('failed');
      throw error;
    } finally {
      this.#starting = undefined;
    }
  }

  async #launch(): Promise<EngineProcess> {
    const { log, program, registry } = this.deps;
    this.#setState('starting');
    const node = this.#wantedNode;
    const env = engineEnvironment(process.env, this.deps.storeFolder());
    if (this.#node !== node) await probeBinding(node, program, env);
    this.#node = node;
    const onLog = (text: string): void => {
      log.info(text.trimEnd());
    };
    const engine = EngineProcess.start({ program, nodePath: node, env, onLog });
    void engine.ended.then((how) => {
      this.#onEnded(engine, how);
    });
    const { version, processId, onnxruntime } = await engine.request(requests.capabilities, {});
    log.info(`Engine ${version}, onnxruntime ${onnxruntime}, process ${processId}, node ${node}`);
    await registry.add(processId).catch((error: unknown) => {
      log.warn(String(error));
    });
    this.#process = engine;
    this.#setState('ready');
    return engine;
  }

  #onEnded(engine: EngineProcess, how: string): void {
    const { log, registry, onCrash } = this.deps;
    log.info(`The engine process is gone: ${how}.`);
    if (engine.processId !== undefined) void registry.remove(engine.processId);
    if (this.#process !== engine) return;
    this.#process = undefined;
    this.#crashed.add(engine);
    const restarts = this.#crashes.mayRestart();
    this.#gaveUp = !restarts;
    this.#setState(restarts ? 'stopped' : 'failed');
    onCrash(how, restarts);
    if (restarts) void this.#start().catch((error: unknown) => log.error(String(error)));
  }

  /** Loads the policy that proposes tokens; its answer names the device. */
  async #load(
    engine: EngineProcess,
    { policy, baseline, format, device }: GenerationOptionsInput,
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const model = baseline ?? policy;
    throwIfCancelled(signal);
    if (model === undefined) return;
    this.#setState('loading');
    const loaded = await engine.stream(requests.load, { model, format, device }, onEvent, signal);
    if (this.#process === engine) this.#setState('busy', { device: loaded.device });
  }

  async #confirmMemory(): Promise<void> {
    if (this.#confirmed || this.#process) return;
    const others = await this.deps.registry.others(undefined);
    if (others.length > 0 && !(await this.deps.confirmSecondEngine())) {
      throw new TqError(ErrorCode.cancelled, vscode.l10n.t('The engine was not started.'));
    }
    this.#confirmed = true;
  }

  /** An engine that does not obey a cancel in time is ended; the next request starts another. */
  #killWhenStuck(engine: EngineProcess, signal: AbortSignal): vscode.Disposable {
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      timer = setTimeout(() => {
        this.deps.log.warn('The engine did not stop in time and is ended.');
        if (this.#process === engine) this.#process = undefined;
        this.#setState('stopped');
        if (engine.processId !== undefined) process.kill(engine.processId, 'SIGKILL');
      }, cancelLimitMs);
    };
    signal.addEventListener('abort', arm, { once: true });
    if (signal.aborted) arm();
    return {
      dispose: () => {
        signal.removeEventListener('abort', arm);
        clearTimeout(timer);
      },
    };
  }

  #setState(phase: EnginePhase, change?: Pick<EngineState, 'device'>): void {
    const gone = phase === 'stopped' || phase === 'failed';
    this.#state = {
      phase,
      device: gone ? undefined : (change ?? this.#state).device,
      processId: this.#process?.processId,
    };
    this.#changed.fire(this.#state);
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
}

import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { EngineProcess } from '../../client/engine-process.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { requests } from '../../protocol/requests.ts';
import { redacted } from '../../protocol/secrets.ts';
import { probeBinding } from './binding-probe.ts';
import { CrashPolicy } from './crash-policy.ts';
import type { EngineDeps } from './engine-deps.ts';
import { engineEnvironment } from './engine-environment.ts';
import { requireTrusted } from './trusted-paths.ts';
import type { EnginePhase, EngineState } from './engine-state.ts';

/** Starts and stops the engine process, restarts it after a crash, and keeps its state. */
export class EngineLifecycle implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<EngineState>();
  readonly #crashes = new CrashPolicy();
  readonly #crashed = new WeakSet<EngineProcess>();
  #process: EngineProcess | undefined;
  #starting: Promise<EngineProcess> | undefined;
  #state: EngineState = { phase: 'stopped', device: undefined, processId: undefined };
  /** The Node that the last engine was probed and started with. */
  #node: string | undefined;
  #gaveUp = false;

  readonly onDidChange = this.#changed.event;

  constructor(private readonly deps: EngineDeps) {}

  get state(): EngineState {
    return this.#state;
  }

  /** The running engine. */
  get process(): EngineProcess | undefined {
    return this.#process;
  }

  /** Whether the setting tqstar.nodePath changed since the engine started. */
  get nodeChanged(): boolean {
    return this.#node !== this.#wantedNode;
  }

  /** Whether an engine ended in a crash, which `onCrash` has already reported. */
  hasCrashed(engine: EngineProcess): boolean {
    return this.#crashed.has(engine);
  }

  /**
   * Returns the running engine, or starts one.
   * @throws TqError engineGone after too many crashes, or when the process cannot start; device
   *   when the inference library does not load
   */
  async start(): Promise<EngineProcess> {
    if (this.#process) return this.#process;
    if (this.#gaveUp) {
      throw new TqError(
        ErrorCode.engineGone,
        vscode.l10n.t('The engine crashed five times in three minutes. To try again, restart it.'),
      );
    }
    this.#starting ??= this.#launch();
    try {
      return await this.#starting;
    } catch (error) {
      this.enter('failed');
      throw error;
    } finally {
      this.#starting = undefined;
    }
  }

  async stop(): Promise<void> {
    const engine = this.#process ?? (await this.#starting?.catch(() => undefined));
    if (!engine) return;
    this.#process = undefined;
    this.enter('stopping');
    await engine.stop();
    this.enter('stopped');
  }

  /** Forgets earlier crashes and probes the Node again with the next start. */
  reset(): void {
    this.#crashes.reset();
    this.#gaveUp = false;
    this.#node = undefined;
  }

  /** Kills an engine that does not respond; the next request starts another one. */
  kill(engine: EngineProcess): void {
    if (this.#process === engine) this.#process = undefined;
    this.enter('stopped');
    if (engine.processId !== undefined) process.kill(engine.processId, 'SIGKILL');
  }

  /** Enters a phase and fires `onDidChange`. */
  enter(phase: EnginePhase, change?: Pick<EngineState, 'device'>): void {
    const isGone = phase === 'stopped' || phase === 'failed';
    this.#state = {
      phase,
      device: isGone ? undefined : (change ?? this.#state).device,
      processId: this.#process?.processId,
    };
    this.#changed.fire(this.#state);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  get #wantedNode(): string {
    return this.deps.nodePath() || process.execPath;
  }

  async #launch(): Promise<EngineProcess> {
    const { log, program, registry } = this.deps;
    this.enter('starting');
    const node = this.#wantedNode;
    const store = this.deps.storeFolder();
    await requireTrusted([this.deps.nodePath(), store]);
    const env = engineEnvironment(process.env, store);
    if (this.#node !== node) await probeBinding(node, program, env);
    this.#node = node;
    const onLog = (text: string): void => {
      log.info(redacted(text.trimEnd()));
    };
    const engine = EngineProcess.start({
      program,
      nodePath: node,
      env,
      onLog,
      // Relative paths must not start in a folder that the window happens to have.
      folder: dirname(program),
    });
    void engine.ended.then((how) => {
      this.#onEnded(engine, how);
    });
    const { version, processId, onnxruntime } = await engine.request(requests.capabilities, {});
    log.info(`Engine ${version}, onnxruntime ${onnxruntime}, process ${processId}, node ${node}`);
    await registry.add(processId).catch((error: unknown) => {
      log.warn(String(error));
    });
    this.#process = engine;
    this.enter('ready');
    return engine;
  }

  #onEnded(engine: EngineProcess, how: string): void {
    const { log, registry, onCrash } = this.deps;
    log.info(`The engine process ended: ${how}.`);
    if (engine.processId !== undefined) void registry.remove(engine.processId);
    if (this.#process !== engine) return;
    this.#process = undefined;
    this.#crashed.add(engine);
    const restarts = this.#crashes.mayRestart();
    this.#gaveUp = !restarts;
    this.enter(restarts ? 'stopped' : 'failed');
    onCrash(how, restarts);
    if (restarts) void this.start().catch((error: unknown) => log.error(String(error)));
  }
}

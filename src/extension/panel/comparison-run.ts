import { randomUUID } from 'node:crypto';
import { l10n, type Range, type Uri } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DoneEvent, EngineEvent, StreamName, TokenEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput, PromptInput } from '../../protocol/options.ts';
import type { Comparison, ComparisonPhase, StreamState } from '../../webview/panel/messages.ts';
import { requests } from '../../protocol/requests.ts';
import type { EngineService } from '../service/engine-service.ts';
import { describeProgress } from '../service/load-progress.ts';

/** The text of a document that a result may replace. */
export interface ReplacedText {
  readonly uri: Uri;
  readonly range: Range;
  readonly text: string;
}

/** A prompt with the options of its comparison. */
export interface ComparisonRequest {
  readonly prompt: PromptInput;
  readonly options: GenerationOptionsInput;
  /** Name of the reward in the options. */
  readonly reward: string;
  readonly replaces?: ReplacedText | undefined;
}

/** The panel shows the reward of the text so far after every so many tokens. */
const rewardEvery = 4;

/** Called while a comparison runs. */
export interface ComparisonListener {
  readonly onEvents: (id: string, events: readonly (TokenEvent | DoneEvent)[]) => void;
  readonly onPhase: (comparison: Comparison) => void;
}

interface WritableStream {
  tokens: TokenEvent[];
  done: DoneEvent | null;
}

/** One comparison: sends the request and collects the tokens of both texts. */
export class ComparisonRun {
  readonly id = randomUUID();
  readonly #streams: Record<StreamName, WritableStream> = {
    aligned: { tokens: [], done: null },
    plain: { tokens: [], done: null },
  };
  readonly #controller = new AbortController();
  readonly #startedAt = Date.now();
  #phase: ComparisonPhase = 'loading';
  #detail = '';

  constructor(
    readonly request: ComparisonRequest,
    private readonly engine: EngineService,
    private readonly listener: ComparisonListener,
  ) {}

  /** The comparison so far; its token lists keep growing. */
  get comparison(): Comparison {
    const { prompt, options, reward, replaces } = this.request;
    return {
      id: this.id,
      instruction: prompt.draft ?? prompt.text,
      reward,
      method: options.method ?? 'auto',
      alpha: options.alpha ?? 1,
      k: options.k ?? 1,
      startedAt: this.#startedAt,
      phase: this.#phase,
      detail: this.#detail,
      aligned: this.#streams.aligned,
      plain: this.#streams.plain,
      replaces: replaces !== undefined,
    };
  }

  stop(): void {
    this.#controller.abort();
  }

  /** Runs to the end; a failure sets the phase to 'failed' and is thrown as well. */
  async run(): Promise<Comparison> {
    const { prompt, options } = this.request;
    const listen = (event: EngineEvent): void => {
      this.#take(event);
    };
    const { signal } = this.#controller;
    try {
      this.listener.onPhase(this.comparison);
      const watched = { ...options, rewardEvery };
      await this.engine.run(requests.compare, { prompt, options: watched }, listen, signal);
      this.#setPhase(signal.aborted ? 'stopped' : 'done', '');
    } catch (error) {
      const cancelled = error instanceof TqError && error.code === ErrorCode.cancelled;
      this.#setPhase(
        cancelled ? 'stopped' : 'failed',
        cancelled ? '' : error instanceof Error ? error.message : String(error),
      );
      if (!cancelled) throw error;
    }
    return this.comparison;
  }

  #take(event: EngineEvent): void {
    switch (event.type) {
      case 'token':
        this.#streams[event.stream].tokens.push(event);
        if (this.#phase === 'loading') this.#setPhase('running', '');
        this.listener.onEvents(this.id, [event]);
        return;
      case 'done':
        this.#streams[event.stream].done = event;
        this.listener.onEvents(this.id, [event]);
        return;
      case 'progress':
        this.#setPhase('loading', describeProgress(event));
        return;
      case 'queued':
        this.#setPhase('loading', l10n.t('Waiting for {0} earlier requests', event.ahead));
        return;
      case 'note':
        return;
    }
  }

  #setPhase(phase: ComparisonPhase, detail: string): void {
    this.#phase = phase;
    this.#detail = detail;
    this.listener.onPhase(this.comparison);
  }
}

/** The text of a stream: the final text, or the tokens so far. */
export function textOf({ tokens, done }: StreamState): string {
  return done?.text ?? tokens.map(({ text }) => text).join('');
}

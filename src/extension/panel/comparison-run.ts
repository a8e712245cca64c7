import { randomUUID } from 'node:crypto';
import { l10n } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DoneEvent, EngineEvent, StreamName, TokenEvent } from '../../protocol/events.ts';
import type { GenerationOptionsInput, PromptInput } from '../../protocol/options.ts';
import type { Review } from '../../protocol/review.ts';
import { rewritePrompt } from '../../client/presets.ts';
import type {
  Comparison,
  ComparisonPhase,
  ReplacedText,
  StreamState,
} from '../../webview/panel/messages.ts';
import { requests } from '../../protocol/requests.ts';
import type { EngineService } from '../service/engine-service.ts';
import { describeProgress } from '../service/load-progress.ts';

/** What to write: an answer to the instruction, or a rewrite of the draft. */
export interface Task {
  readonly instruction: string;
  readonly draft?: string | undefined;
  /** The text of a document that the result may replace. */
  readonly replaces?: ReplacedText | undefined;
}

/** A task with the options of its comparison. */
export interface ComparisonRequest extends Task {
  readonly options: GenerationOptionsInput;
  /** Name of the reward in the options. */
  readonly reward: string;
  /** The reward in words. */
  readonly rewardTitle: string;
}

/**
 * The prompt of a task.
 * @throws TqError invalidInput when the draft or its instruction is empty
 */
export function promptOf({ instruction, draft }: Task): PromptInput {
  return draft === undefined ? { text: instruction } : rewritePrompt(draft, instruction);
}

/** The task of a comparison that was run before. */
export function taskOf({ instruction, draft, replaces }: Comparison): Task {
  return { instruction, draft: draft ?? undefined, replaces: replaces ?? undefined };
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
  review: Review | null;
}

/** One comparison: sends the request and collects the tokens of both texts. */
export class ComparisonRun {
  readonly id = randomUUID();
  readonly #streams: Record<StreamName, WritableStream> = {
    aligned: { tokens: [], done: null, review: null },
    plain: { tokens: [], done: null, review: null },
  };
  readonly #controller = new AbortController();
  readonly #startedAt = Date.now();
  #phase: ComparisonPhase = 'loading';
  #detail = '';
  #replaces: ReplacedText | null;

  constructor(
    readonly request: ComparisonRequest,
    private readonly engine: EngineService,
    private readonly listener: ComparisonListener,
  ) {
    this.#replaces = request.replaces ?? null;
  }

  /** The comparison so far; its token lists keep growing. */
  get comparison(): Comparison {
    const { instruction, draft = null, options, reward, rewardTitle } = this.request;
    return {
      id: this.id,
      instruction,
      draft,
      reward,
      rewardTitle,
      method: options.method ?? 'auto',
      alpha: options.alpha ?? 1,
      k: options.k ?? 1,
      startedAt: this.#startedAt,
      phase: this.#phase,
      detail: this.#detail,
      aligned: this.#streams.aligned,
      plain: this.#streams.plain,
      replaces: this.#replaces,
    };
  }

  /** Notes the text of the document that the result may replace now. */
  setReplaces(replaces: ReplacedText): void {
    this.#replaces = replaces;
  }

  stop(): void {
    this.#controller.abort();
  }

  /** Runs to the end; a failure sets the phase to 'failed' and is thrown as well. */
  async run(): Promise<Comparison> {
    const { options } = this.request;
    const prompt = promptOf(this.request);
    const listen = (event: EngineEvent): void => {
      this.#take(event);
    };
    const { signal } = this.#controller;
    try {
      this.listener.onPhase(this.comparison);
      const watched = { ...options, rewardEvery };
      await this.engine.run(requests.compare, { prompt, options: watched }, listen, signal);
      await this.#review();
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

  /** Asks the engine for the facts and the language of both texts. */
  async #review(): Promise<void> {
    const { draft } = this.request;
    for (const stream of [this.#streams.aligned, this.#streams.plain]) {
      if (stream.tokens.length === 0) continue;
      const text = textOf(stream);
      stream.review = await this.engine.query(requests.review, { draft, text });
    }
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
      default:
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

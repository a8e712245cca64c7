import { writePrepared, type Generation, type PreparedRequest } from '../../decoding/generate.ts';
import type { DecodingResult, TokenEvent as DecodedToken } from '../../decoding/result.ts';
import type { DoneEvent, StreamName, TokenEvent } from '../../protocol/events.ts';
import { kindOfTransfer, methodInEffect } from '../library/transfer.ts';
import type { Emit, LoadedRequest } from './load-request.ts';
import { serverNote } from './server-note.ts';
import { thoughtNote } from './thought-note.ts';
import type { WrittenText } from './written-text.ts';

/** A text to write, and how to read what the model writes. */
export interface PreparedText extends PreparedRequest, Pick<WrittenText, 'read'> {}

/** One text in progress; its clock stops while the other text has its turn. */
export class TextWriter {
  readonly #generation: Generation;
  #result: DoneEvent | undefined;
  #elapsed = 0;
  #turnStart: number | undefined;

  constructor(
    private readonly stream: StreamName,
    private readonly loaded: LoadedRequest,
    private readonly prepared: PreparedText,
    private readonly emit: Emit,
  ) {
    this.#generation = writePrepared({ ...prepared, now: () => this.#now() });
  }

  get done(): boolean {
    return this.#result !== undefined;
  }

  /** Writes one token, if the text has not ended. */
  async step(): Promise<void> {
    if (this.#result) return;
    this.#turnStart = performance.now();
    try {
      const next = await this.#generation.next();
      if (next.done) this.#end(next.value);
      else this.emit(tokenEvent(this.stream, next.value));
    } finally {
      this.#elapsed = this.#now();
      this.#turnStart = undefined;
    }
  }

  async finish(): Promise<DoneEvent> {
    while (!this.#result) await this.step();
    return this.#result;
  }

  /** Frees what an unfinished text holds. */
  async close(): Promise<void> {
    if (!this.#result) await this.#generation.return(undefined as never);
  }

  #now(): number {
    return this.#turnStart === undefined
      ? this.#elapsed
      : this.#elapsed + performance.now() - this.#turnStart;
  }

  #end(result: DecodingResult): void {
    const { parts, samples, ids, ...rest } = result;
    const method = methodInEffect(this.prepared.method.id, this.loaded);
    const transfer = kindOfTransfer(method, this.loaded.baseline);
    const { thoughts, open } = this.prepared.read(ids);
    const aside = thoughtNote({ open, thoughts, text: result.text, stop: result.stop });
    const served = serverNote(result.stats.server);
    for (const text of [aside, served]) {
      if (text !== undefined) this.emit({ type: 'note', text });
    }
    const notes = [
      ...this.loaded.promptNotes,
      // The plain text has no reward to write towards.
      ...(this.prepared.method.needsReward ? this.loaded.notes : []),
      ...[aside, served].filter((text) => text !== undefined),
    ];
    const laws = lawsOf(this.prepared);
    this.#result = {
      type: 'done',
      stream: this.stream,
      ...rest,
      ids: [...ids],
      ...(parts && { parts }),
      ...(samples && { samples: [...samples] }),
      ...((open || thoughts !== '') && { thoughts }),
      notes,
      stats: { ...result.stats, method, ...(transfer && { transfer }), ...laws },
    };
    this.emit(this.#result);
  }
}

function tokenEvent(stream: StreamName, { candidates, ...token }: DecodedToken): TokenEvent {
  const lines = candidates.map((each) => ({ ...each, rollouts: [...each.rollouts] }));
  return { type: 'token', stream, ...token, candidates: lines };
}

/** The choices that the method's formulas leave open, where they make a difference. */
function lawsOf({
  method: { estimate },
  plan: { options },
}: PreparedRequest): Pick<DoneEvent['stats'], 'indirectReference' | 'rolloutLaw'> {
  const { indirectReference, rolloutLaw, rollouts } = options;
  return {
    ...(estimate?.usesRewardBaseline && { indirectReference }),
    ...(estimate?.rollsOut && rollouts > 1 && { rolloutLaw }),
  };
}

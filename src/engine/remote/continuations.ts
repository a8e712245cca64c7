import type { TokenId } from '../../decoding/policy.ts';
import type { Traffic } from './connection.ts';
import type { Completion, CompletionRequest, Sampling, ServerDialect } from './dialect.ts';
import { InFlightLimit } from './in-flight.ts';

/** One text to continue. */
export interface Continuation {
  readonly text: readonly TokenId[];
  readonly length: number;
  readonly top: number;
  readonly sampling?: Sampling | undefined;
}

interface Waiting {
  readonly continuation: Continuation;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (completion: Completion) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue before one server. Texts that are wanted in the same turn of the event loop, by any
 * request, go out together where they are alike, up to `maxInFlight` texts at a time,
 * and fewer while the server is busy.
 */
export class Continuations {
  #waiting: Waiting[] = [];
  readonly #limit: InFlightLimit;
  #inFlight = 0;
  #scheduled = false;

  constructor(
    private readonly dialect: ServerDialect,
    maxInFlight: number,
    traffic: Readonly<Pick<Traffic, 'busy'>>,
  ) {
    this.#limit = new InFlightLimit(maxInFlight, traffic);
  }

  /** @throws TqError server, or cancelled */
  ask(continuation: Continuation, signal: AbortSignal | undefined): Promise<Completion> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ continuation, signal, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#inFlight < this.#limit.texts) {
      const [first] = this.#waiting;
      const room = this.#limit.texts - this.#inFlight;
      const alike = this.#waiting.filter((each) => this.#goesWith(each, first!)).slice(0, room);
      this.#waiting = this.#waiting.filter((each) => !alike.includes(each));
      void this.#complete(alike);
    }
  }

  /**
   * Texts of one request are cancelled together, so that no other waits for them. A sampled text
   * goes alone: servers draw all texts of a request with one seed.
   */
  #goesWith(a: Waiting, b: Waiting): boolean {
    if (a === b) return true;
    const [one, other] = [a.continuation, b.continuation];
    return (
      a.signal === b.signal &&
      one.length === other.length &&
      one.top === other.top &&
      one.sampling === undefined &&
      other.sampling === undefined
    );
  }

  async #complete(batch: readonly Waiting[]): Promise<void> {
    const [{ continuation, signal }] = batch as readonly [Waiting, ...Waiting[]];
    const { length, top, sampling } = continuation;
    const texts = batch.map((each) => each.continuation.text);
    this.#inFlight += batch.length;
    try {
      const request: CompletionRequest = { texts, length, top, sampling };
      const completions = await this.dialect.complete(request, signal);
      this.#limit.answered(batch.length);
      completions.forEach((completion, index) => {
        batch[index]!.resolve(completion);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#inFlight -= batch.length;
      this.#schedule();
    }
  }
}

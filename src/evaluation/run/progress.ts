import { Presets, SingleBar } from 'cli-progress';
import type { WriteStream } from 'node:tty';
import { formatDuration } from '../../protocol/units.ts';

/** Least time between two lines on a stream that is no terminal. */
const lineEveryMs = 30_000;

/** Tells on standard error how far an evaluation is and how long the rest takes. */
export class EvaluationProgress {
  #bar: SingleBar | undefined;
  #label = '';
  #total = 0;
  #done = 0;
  #lastLine = 0;

  constructor(private readonly stream: WriteStream) {}

  note(text: string): void {
    this.end();
    this.stream.write(`${text}\n`);
  }

  /** Begins a stage of `total` parts, of which some may be done already. */
  stage(label: string, total: number, done = 0): void {
    this.end();
    this.#label = label;
    this.#total = total;
    this.#done = done;
    if (!this.stream.isTTY) {
      const known = done > 0 ? `, ${done} of them done before` : '';
      this.stream.write(`${label}: ${total}${known}\n`);
      this.#lastLine = performance.now();
      return;
    }
    this.#bar = new SingleBar(
      {
        stream: this.stream,
        clearOnComplete: true,
        hideCursor: false,
        format: '{label} {bar} {value}/{total}{left}',
      },
      Presets.shades_classic,
    );
    this.#bar.start(total, done, { label, left: '' });
  }

  /** One more part is done, and nobody foretells the rest. */
  increment(): void {
    this.#show(this.#done + 1, '');
  }

  /** @param secondsLeft undefined while it cannot be told */
  update(done: number, secondsLeft: number | undefined): void {
    const told =
      secondsLeft === undefined
        ? 'time left not known yet'
        : `${formatDuration(1000 * secondsLeft)} left`;
    this.#show(done, `, ${told}`);
  }

  #show(done: number, left: string): void {
    this.#done = done;
    this.#bar?.update(done, { label: this.#label, left });
    if (this.#bar || this.stream.isTTY) return;
    const now = performance.now();
    if (now - this.#lastLine < lineEveryMs && done < this.#total) return;
    this.#lastLine = now;
    this.stream.write(`${this.#label}: ${done}/${this.#total}${left}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** Foretells how long the rest takes: texts of one kind take about as long as each other. */
export class Forecast {
  readonly #seconds = new Map<string, { total: number; count: number }>();
  readonly #left = new Map<string, number>();

  /** @param kinds of everything that is to be done */
  constructor(
    kinds: readonly string[],
    private readonly sideBySide: number,
  ) {
    for (const kind of kinds) this.#left.set(kind, (this.#left.get(kind) ?? 0) + 1);
  }

  /** What one of a kind took, in this run or an earlier one. */
  learn(kind: string, seconds: number): void {
    const known = this.#seconds.get(kind) ?? { total: 0, count: 0 };
    this.#seconds.set(kind, { total: known.total + seconds, count: known.count + 1 });
  }

  /** One of a kind is done. */
  done(kind: string, seconds: number): void {
    this.#left.set(kind, (this.#left.get(kind) ?? 1) - 1);
    this.learn(kind, seconds);
  }

  /** Undefined until every kind that is left was met once. */
  get secondsLeft(): number | undefined {
    let seconds = 0;
    for (const [kind, count] of this.#left) {
      const known = this.#seconds.get(kind);
      if (count > 0 && !known) return undefined;
      if (known) seconds += (count * known.total) / known.count;
    }
    return seconds / this.sideBySide;
  }
}

import { Presets, SingleBar } from 'cli-progress';
import type { WriteStream } from 'node:tty';
import { printable } from '../../protocol/printable.ts';
import { redacted } from '../../protocol/secrets.ts';
import { formatDuration } from '../../protocol/units.ts';

/** Minimum time between two lines in a log. */
const lineEveryMs = 30_000;

/** Shows the progress of a stage and the time left: a bar on a terminal, else lines. */
export class EvaluationProgress {
  #bar: SingleBar | undefined;
  #label = '';
  #total = 0;
  #done = 0;
  #lastLine = 0;

  constructor(private readonly stream: WriteStream) {}

  note(text: string): void {
    this.end();
    this.stream.write(`${printable(redacted(text))}\n`);
  }

  /** Begins a stage of `total` parts, `done` of which an earlier run has finished. */
  stage(label: string, total: number, done = 0): void {
    this.end();
    this.#label = printable(label);
    this.#total = total;
    this.#done = done;
    if (!this.stream.isTTY) {
      const before = done > 0 ? `, ${done} done in an earlier run` : '';
      this.stream.write(`${this.#label}: ${total}${before}\n`);
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
    this.#bar.start(total, done, { label: this.#label, left: '' });
  }

  /** Counts one more part, without an estimate of the time left. */
  increment(): void {
    this.#show(this.#done + 1, '');
  }

  /** @param secondsLeft undefined while it cannot be estimated */
  update(done: number, secondsLeft: number | undefined): void {
    const left =
      secondsLeft === undefined
        ? 'time left unknown'
        : `${formatDuration(1000 * secondsLeft)} left`;
    this.#show(done, `, ${left}`);
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

  /** Removes the bar. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** Estimates the time left from the mean time of each kind of text. */
export class Forecast {
  readonly #seconds = new Map<string, { total: number; count: number }>();
  readonly #left = new Map<string, number>();

  /** @param kinds the kind of each text to write */
  constructor(
    kinds: readonly string[],
    private readonly engines: number,
  ) {
    for (const kind of kinds) this.#left.set(kind, (this.#left.get(kind) ?? 0) + 1);
  }

  /** Records the time of one text, of this or an earlier run. */
  learn(kind: string, seconds: number): void {
    const known = this.#seconds.get(kind) ?? { total: 0, count: 0 };
    this.#seconds.set(kind, { total: known.total + seconds, count: known.count + 1 });
  }

  /** Records the time of one text and counts it as done. */
  done(kind: string, seconds: number): void {
    this.#left.set(kind, (this.#left.get(kind) ?? 1) - 1);
    this.learn(kind, seconds);
  }

  /** Undefined until every remaining kind has been timed once. */
  get secondsLeft(): number | undefined {
    let seconds = 0;
    for (const [kind, count] of this.#left) {
      const known = this.#seconds.get(kind);
      if (count > 0 && !known) return undefined;
      if (known) seconds += (count * known.total) / known.count;
    }
    return seconds / this.engines;
  }
}

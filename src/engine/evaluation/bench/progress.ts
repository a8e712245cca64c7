import { Presets, SingleBar } from 'cli-progress';
import type { WriteStream } from 'node:tty';

/** Tells on standard error how far the measurements are: a bar on a terminal, else a line a stage. */
export class BenchProgress {
  #bar: SingleBar | undefined;

  constructor(private readonly stream: WriteStream) {}

  /** Begins a stage of `total` parts and ends the one before. */
  stage(label: string, total: number): void {
    this.end();
    if (!this.stream.isTTY) {
      this.stream.write(`${label}\n`);
      return;
    }
    this.#bar = new SingleBar(
      {
        stream: this.stream,
        clearOnComplete: true,
        hideCursor: true,
        format: '{label} {bar} {value}/{total}, {eta_formatted} left',
      },
      Presets.shades_classic,
    );
    this.#bar.start(total, 0, { label });
  }

  /** So many parts of the stage are done. */
  update(done: number): void {
    this.#bar?.update(done);
  }

  increment(): void {
    this.#bar?.increment();
  }

  /** Takes the bar away. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

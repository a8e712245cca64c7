import { Presets, SingleBar } from 'cli-progress';
import type { WriteStream } from 'node:tty';
import wrapAnsi from 'wrap-ansi';
import type { EngineEvent, ProgressEvent } from '../protocol/events.ts';
import { formatBytes } from '../protocol/units.ts';
import { printable } from '../protocol/printable.ts';

const verbs = {
  checking: 'Checking',
  compiling: 'Compiling',
  loading: 'Loading',
  downloading: 'Downloading',
  copying: 'Copying',
} as const;
const barWidth = 24;

/** Number of progress lines for one compile in a log. */
const loggedShares = 4;

/** Shows the work before the first token on standard error: a bar on a terminal, else lines. */
export class LoadReport {
  #bar: SingleBar | undefined;
  #lastLine = '';
  readonly #notes = new Set<string>();

  constructor(private readonly stream: WriteStream) {}

  /** Reports progress, the queue and notes; ignores tokens and finished texts. */
  report(event: EngineEvent): void {
    switch (event.type) {
      case 'progress':
        if (this.stream.isTTY) this.#draw(event);
        else this.#log(event);
        break;
      case 'queued':
        this.#note(`Waiting for ${String(event.ahead)} earlier request(s).`);
        break;
      case 'note':
        // Several requests of one command have the same notes.
        if (!this.#notes.has(event.text)) this.#note(event.text);
        this.#notes.add(event.text);
        break;
    }
  }

  /** Removes the bar. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #note(text: string): void {
    this.end();
    const plain = printable(text);
    const fitted = this.stream.isTTY ? wrapAnsi(plain, this.stream.columns - 1) : plain;
    this.stream.write(`${fitted}\n`);
  }

  #draw({ stage, model, done, bytes }: ProgressEvent): void {
    const amount = bytes ? `, ${formatBytes(bytes.done)} of ${formatBytes(bytes.total)}` : '';
    const label = `${verbs[stage]} ${printable(model)}${amount}`;
    const payload = { label, known: done !== null };
    if (this.#bar) this.#bar.update(done ?? 0, payload);
    else {
      this.#bar = this.#createBar();
      this.#bar.start(1, done ?? 0, payload);
    }
  }

  #createBar(): SingleBar {
    return new SingleBar(
      {
        stream: this.stream,
        clearOnComplete: true,
        // A killed process could not turn line wrapping back on.
        linewrap: true,
        format: (options, { progress }, { label, known }: { label: string; known: boolean }) => {
          const room = this.stream.columns - 1;
          if (!known) return label.slice(0, room);
          const full = Math.round(progress * barWidth);
          const complete = (options.barCompleteString ?? '').slice(0, full);
          const incomplete = (options.barIncompleteString ?? '').slice(0, barWidth - full);
          const share = `${String(Math.floor(progress * 100)).padStart(3)}%`;
          return `${share} ${complete}${incomplete} ${label}`.slice(0, room);
        },
      },
      Presets.shades_classic,
    );
  }

  #log({ stage, model, done }: ProgressEvent): void {
    const share = done === null ? null : Math.floor(done * loggedShares) / loggedShares;
    const suffix = share === null ? '' : ` ${String(share * 100)}%`;
    const line = `${verbs[stage]} ${printable(model)}${suffix}`;
    if (line !== this.#lastLine) this.stream.write(`${line}\n`);
    this.#lastLine = line;
  }
}

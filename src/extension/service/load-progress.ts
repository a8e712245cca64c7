import * as vscode from 'vscode';
import type { EngineEvent, ProgressEvent } from '../../protocol/events.ts';
import { showProgress, type Progress } from '../editor-messages.ts';

/**
 * Shows the work before the first token as a notification with a Cancel button. Opens with the
 * first progress event; closes with the first token or when `close` is called.
 */
export class LoadProgress {
  #progress: Progress | undefined;
  #finish: (() => void) | undefined;
  #shown = 0;
  #last: ProgressEvent | undefined;

  constructor(private readonly onCancel: () => void) {}

  readonly report = (event: EngineEvent): void => {
    if (event.type === 'token') this.close();
    if (event.type !== 'progress') return;
    if (event.stage !== this.#last?.stage || event.model !== this.#last.model) this.#shown = 0;
    this.#last = event;
    if (!this.#progress) this.#open();
    const done = Math.round((event.done ?? 0) * 100);
    this.#progress?.report({ message: describeProgress(event), increment: done - this.#shown });
    this.#shown = done;
  };

  close(): void {
    this.#finish?.();
    this.#finish = undefined;
    this.#progress = undefined;
  }

  #open(): void {
    void showProgress('Transfer Q⋆', (progress, token) => {
      this.#progress = progress;
      token.onCancellationRequested(this.onCancel);
      return new Promise<void>((resolve) => {
        this.#finish = resolve;
      });
    });
  }
}

/** Says in a few words what the engine does with a model, with the share done. */
export function describeProgress({ stage, model, done }: ProgressEvent): string {
  const share = done === null ? '' : ` ${Math.round(done * 100)} %`;
  switch (stage) {
    case 'checking':
      return vscode.l10n.t('Checking the files of {0}{1}', model, share);
    case 'compiling':
      return vscode.l10n.t('Compiling {0} for this machine (first time only){1}', model, share);
    case 'loading':
      return vscode.l10n.t('Loading {0}{1}', model, share);
    case 'downloading':
      return vscode.l10n.t('Downloading {0}{1}', model, share);
    case 'copying':
      return vscode.l10n.t('Copying {0}{1}', model, share);
  }
}

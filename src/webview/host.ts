import type { GuestMessage } from '../protocol/panel.ts';

interface VsCodeApi {
  postMessage(message: GuestMessage): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** Tells the extension host something. */
export function send(message: GuestMessage): void {
  api.postMessage(message);
}

/** Keeps what a reload of the window needs to find the comparison again. */
export function keep(state: { readonly id: string }): void {
  api.setState(state);
}

import type { GuestMessage } from './messages.ts';

const api = acquireVsCodeApi<GuestMessage, { readonly id: string }>();

/** Tells the extension host something. */
export function send(message: GuestMessage): void {
  api.postMessage(message);
}

/** Keeps what a reload of the window needs to find the comparison again. */
export function keep(state: { readonly id: string }): void {
  api.setState(state);
}

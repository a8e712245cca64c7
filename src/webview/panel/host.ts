import type { GuestMessage } from './messages.ts';

const api = acquireVsCodeApi<GuestMessage, { readonly id: string }>();

/** Sends a message to the extension host. */
export function send(message: GuestMessage): void {
  api.postMessage(message);
}

/** Stores the comparison's id, to show it again after the window reloads. */
export function saveState(state: { readonly id: string }): void {
  api.setState(state);
}

import type { GuestMessage } from './messages.ts';
import type { OpenDetails } from './model.ts';

/** What VS Code keeps for the panel when the window reloads. */
interface KeptState {
  /** The comparison's id, to show it again. */
  readonly id?: string | undefined;
  readonly open: OpenDetails;
}

const api = acquireVsCodeApi<GuestMessage, KeptState>();

/** Sends a message to the extension host. */
export function send(message: GuestMessage): void {
  api.postMessage(message);
}

export function saveState(state: KeptState): void {
  api.setState(state);
}

/** The parts that were open before the reload. */
export function keptOpen(): Partial<OpenDetails> {
  return api.getState()?.open ?? {};
}

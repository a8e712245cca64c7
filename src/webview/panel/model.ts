import type { DoneEvent, TokenEvent } from '../../protocol/events.ts';
import type { Comparison, HostMessage, PanelState } from './messages.ts';
import type { PanelStrings } from './strings.ts';

/** The parts of the panel that are open. */
export interface OpenDetails {
  readonly draft: boolean;
  readonly settings: boolean;
  readonly numbers: boolean;
}

/** The panel's state, with what the person has set in it. */
export interface Model {
  readonly state: PanelState;
  readonly strings: PanelStrings;
  /** The instruction as typed. */
  readonly instruction: string;
  readonly alpha: number;
  readonly k: number;
  /** Index of the aligned token in the inspector; -1 for none. */
  readonly selected: number;
  readonly open: OpenDetails;
  /** What the last action did; empty if nothing happened since. */
  readonly notice: string;
}

/**
 * The model after a message from the extension host; undefined before the first state.
 * @param kept the parts that were open before the window reloaded
 */
export function received(
  model: Model | undefined,
  message: HostMessage,
  kept: Partial<OpenDetails>,
): Model | undefined {
  if (message.type === 'state') {
    const open = { draft: false, settings: false, numbers: false, ...kept };
    return opened(message.state, message.strings, model?.open ?? open);
  }
  if (!model) return undefined;
  switch (message.type) {
    case 'update':
      return updated(model, message.state);
    case 'inspect':
      return { ...model, selected: message.index };
    case 'notice':
      return { ...model, notice: message.text };
    case 'events': {
      const { comparison } = model.state;
      if (comparison?.id !== message.id) return model;
      const grown = message.events.reduce(withEvent, comparison);
      return { ...model, state: { ...model.state, comparison: grown } };
    }
  }
}

function opened(state: PanelState, strings: PanelStrings, open: OpenDetails): Model {
  const { comparison } = state;
  return {
    state,
    strings,
    instruction: comparison?.instruction ?? '',
    alpha: comparison?.alpha ?? state.alpha,
    k: comparison?.k ?? state.k,
    selected: -1,
    open,
    notice: '',
  };
}

function updated(model: Model, change: Partial<PanelState>): Model {
  const state = { ...model.state, ...change };
  const { comparison } = state;
  const isNew = comparison !== null && comparison.id !== model.state.comparison?.id;
  const settingsChanged = change.alpha !== undefined || change.k !== undefined;
  if (isNew) {
    const { instruction, alpha, k } = comparison;
    return { ...model, state, instruction, alpha, k, selected: -1, notice: '' };
  }
  return settingsChanged
    ? { ...model, state, alpha: state.alpha, k: state.k }
    : { ...model, state };
}

function withEvent(comparison: Comparison, event: TokenEvent | DoneEvent): Comparison {
  const stream = comparison[event.stream];
  const grown =
    event.type === 'token'
      ? { ...stream, tokens: [...stream.tokens, event] }
      : { ...stream, done: event };
  return { ...comparison, [event.stream]: grown };
}

/** Whether the reward changed a token: its policy prefers another candidate. */
export function isChanged({ id, candidates }: TokenEvent): boolean {
  const [first, ...rest] = candidates;
  if (!first) return false;
  return rest.reduce((best, each) => (each.logprob > best.logprob ? each : best), first).id !== id;
}

/** Applies a change that the person made. */
export type Change = (
  change: Partial<Pick<Model, 'instruction' | 'alpha' | 'k' | 'selected' | 'open' | 'notice'>>,
) => void;

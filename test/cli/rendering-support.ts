import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { Chalk } from 'chalk';
import type { DoneEvent, StreamName, TokenEvent } from '../../src/protocol/events.ts';
import { paletteOf } from '../../src/cli/view/token-style.ts';

export const colourless = paletteOf(new Chalk({ level: 0 }));
export const coloured = paletteOf(new Chalk({ level: 1 }));

let lastId = 0;

/** A token event; `rank` is the chosen candidate's place, null for a plain choice. */
export function token(stream: StreamName, text: string, rank: number | null = null): TokenEvent {
  const id = ++lastId;
  const candidates = rank === null ? [] : [0, 1].map((place) => candidate(place === rank ? id : 0));
  return {
    type: 'token',
    stream,
    index: 0,
    id,
    text,
    logprob: -1,
    value: null,
    decision: rank === null ? 'plain' : 'evaluated',
    candidates,
    reward: null,
    kl: null,
    wallMs: 0,
  };
}

function candidate(id: number): TokenEvent['candidates'][number] {
  const unknown = { value: null, logMeanWeight: null, score: null, noise: null, rollouts: [] };
  return { id, text: '', logprob: -1, ...unknown, why: 'evaluated' };
}

export function done(stream: StreamName, text: string): DoneEvent {
  return {
    type: 'done',
    stream,
    text,
    ids: [1, 2, 3],
    stop: 'length',
    reward: stream === 'aligned' ? 0.75 : 0.5,
    kl:
      stream === 'aligned'
        ? { kind: 'interval', low: 1.25, high: 2.5, of: 'softmax-policy', path: 'greedy' }
        : { kind: 'exact', low: 0, high: 0, of: 'policy', path: 'greedy' },
    referenceLogProb: stream === 'aligned' ? -7.5 : -6,
    notes: [],
    stats: {
      steps: 3,
      skippedSteps: 0,
      candidatesEvaluated: 3,
      rolloutTokens: 60,
      policyPositions: stream === 'aligned' ? 100 : 10,
      rewardPositions: 0,
      exhaustivePositions: stream === 'aligned' ? 12000 : 10,
      boundsUsed: true,
      firstTokenMs: 10,
      wallMs: stream === 'aligned' ? 3000 : 1000,
      tokensPerSecond: 1,
    },
  };
}

/** A terminal that records its output. */
export class FakeTerminal extends Writable {
  readonly isTTY = true;
  written = '';

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, callback: () => void): void {
    this.written += chunk;
    callback();
  }

  get asStream(): WriteStream {
    return this as unknown as WriteStream;
  }
}

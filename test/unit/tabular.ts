import {
  type Candidate,
  type Policy,
  type PolicySequence,
  type Rollout,
  type RolloutOptions,
  type RolloutStart,
  type Sampler,
  type TokenId,
  type RandomStream,
} from '../../src/decoding/policy.ts';
import { stream } from '../../src/decoding/random.ts';
import type { Range, Response, Reward, RewardSession } from '../../src/decoding/reward.ts';
import { logSumExp } from '../../src/decoding/softmax.ts';

/** log pi(. | state), one number per token, where the state is prompt and response. */
export type Table = (state: readonly TokenId[]) => readonly number[];

/** The token that ends a response. */
export const END = 0;

/** Letters for tokens: END is never decoded. */
export function letters(tokens: readonly TokenId[]): string {
  return tokens.map((token) => String.fromCharCode(96 + token)).join('');
}

/** A random softmax table; few levels make equal probabilities frequent. */
export function randomTable(vocabularySize: number, seed: number, levels?: number): Table {
  return (state) => {
    const random = stream(seed, 'sample', codeOf(state, vocabularySize));
    const logits = Array.from({ length: vocabularySize }, () => level(random, levels, 3));
    const normaliser = logSumExp(logits);
    return logits.map((logit) => logit - normaliser);
  };
}

/** The table with responses ended by force once they have `horizon` tokens. */
export function endingTable(table: Table, promptLength: number, horizon: number): Table {
  return (state) =>
    state.length - promptLength < horizon
      ? table(state)
      : table(state).map((_, token) => (token === END ? 0 : -Infinity));
}

/** The token-level policy of rho(y) proportional to rho_table(y) exp(r(y)/beta), (7). */
export function alignedTable(
  table: Table,
  promptLength: number,
  reward: (response: readonly TokenId[]) => number,
  beta: number,
): Table {
  const logNormaliser = (state: readonly TokenId[]): number =>
    state.length > promptLength && state.at(-1) === END
      ? reward(state.slice(promptLength)) / beta
      : logSumExp(continued(state));
  const continued = (state: readonly TokenId[]): number[] =>
    table(state).map((logProb, token) =>
      logProb === -Infinity ? -Infinity : logProb + logNormaliser([...state, token]),
    );
  return (state) => {
    const exponents = continued(state);
    const normaliser = logSumExp(exponents);
    return exponents.map((exponent) => exponent - normaliser);
  };
}

/** Every whole response below `state`, as its final state, with its log-probability there. */
export function* allResponses(
  table: Table,
  isWhole: (state: readonly TokenId[]) => boolean,
  state: readonly TokenId[],
  logProb = 0,
): Generator<{ readonly state: readonly TokenId[]; readonly logProb: number }> {
  if (isWhole(state)) {
    yield { state, logProb };
    return;
  }
  for (const [token, next] of table(state).entries()) {
    if (next > -Infinity) yield* allResponses(table, isWhole, [...state, token], logProb + next);
  }
}

/** A policy read from a table, with the cost model of one kept text and its branches. */
export class TabularPolicy implements Policy {
  readonly endTokens: ReadonlySet<TokenId> = new Set([END]);
  contextLength = 1000;
  /** Sequences opened and not closed. */
  openSequences = 0;

  constructor(
    readonly id: string,
    readonly vocabularySize: number,
    readonly table: Table,
    readonly vocabularyId = 'letters',
  ) {}

  async open(prompt: readonly TokenId[]): Promise<PolicySequence> {
    this.openSequences += 1;
    return new TabularSequence(this, [...prompt]);
  }
}

class TabularSequence implements PolicySequence {
  readonly count: { positions: number };
  readonly #computed = new Set<string>();

  constructor(
    private readonly policy: TabularPolicy,
    private readonly state: TokenId[],
  ) {
    this.count = { positions: state.length };
    this.#computed.add(state.join(' '));
  }

  get length(): number {
    return this.state.length;
  }

  async next(k: number): Promise<Candidate[]> {
    return ranked(this.policy.table(this.state)).slice(0, k);
  }

  peekNext(path: readonly TokenId[], k: number): readonly Candidate[] | undefined {
    const state = [...this.state, ...path];
    return this.#computed.has(state.join(' '))
      ? ranked(this.policy.table(state)).slice(0, k)
      : undefined;
  }

  peekRollout(start: RolloutStart): Rollout {
    const tokens = [...start.tokens];
    const logProbs: number[] = [];
    while (
      logProbs.length < start.length &&
      tokens.at(-1) !== END &&
      this.#computed.has([...this.state, ...tokens].join(' '))
    ) {
      const { token, logProb } = this.#chosenAfter(tokens, start);
      tokens.push(token);
      logProbs.push(logProb);
    }
    return { tokens, ended: tokens.at(-1) === END, logProbs };
  }

  async logProbs(tokens: readonly TokenId[]): Promise<number[]> {
    const table = this.policy.table(this.state);
    return tokens.map((token) => table[token]!);
  }

  async sample(random: RandomStream, temperature: number): Promise<Candidate> {
    const sampler = { temperature, uniform: () => random.uniform() };
    return draw(this.policy.table(this.state), sampler, this.state.length);
  }

  async rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]> {
    options.signal?.throwIfAborted();
    if (options.reuse && options.prefetch) this.#goAlong(starts, options.prefetch);
    return starts.map((start) => this.#rollOutOne(start, options.reuse));
  }

  async score(
    continuations: readonly (readonly TokenId[])[],
    { reuse }: RolloutOptions,
  ): Promise<number[]> {
    return continuations.map((tokens) => {
      tokens.slice(1).forEach((_, index) => this.#read(tokens.slice(0, index + 1), reuse));
      return tokens.reduce(
        (total, token, index) =>
          total + this.policy.table([...this.state, ...tokens.slice(0, index)])[token]!,
        0,
      );
    });
  }

  async commit(token: TokenId): Promise<void> {
    this.state.push(token);
    this.#read([], true);
  }

  close(): void {
    this.policy.openSequences -= 1;
  }

  #rollOutOne(start: RolloutStart, reuse: boolean): Rollout {
    const tokens = [...start.tokens];
    const logProbs: number[] = [];
    tokens.forEach((_, index) => this.#read(tokens.slice(0, index + 1), reuse));
    for (let chosen = 0; chosen < start.length; chosen += 1) {
      if (chosen > 0) this.#read(tokens, reuse);
      const { token, logProb } = this.#chosenAfter(tokens, start);
      tokens.push(token);
      logProbs.push(logProb);
      if (token === END) break;
    }
    return { tokens, ended: tokens.at(-1) === END, logProbs };
  }

  /** Takes what is asked for beside `starts` one token further in each run that they need. */
  #goAlong(starts: readonly RolloutStart[], beside: NonNullable<RolloutOptions['prefetch']>): void {
    const left = (start: RolloutStart): number => {
      const { ended, logProbs } = this.peekRollout(start);
      return ended ? 0 : start.length - logProbs.length;
    };
    while (starts.some((start) => left(start) > 0)) {
      for (const start of [...starts, ...beside()]) {
        if (left(start) === 0) continue;
        this.#rollOutOne({ ...start, length: this.peekRollout(start).logProbs.length + 1 }, true);
      }
    }
  }

  #chosenAfter(tokens: readonly TokenId[], { sampler }: RolloutStart): Candidate {
    const table = this.policy.table([...this.state, ...tokens]);
    return sampler === undefined
      ? ranked(table)[0]!
      : draw(table, sampler, this.state.length + tokens.length);
  }

  #read(branch: readonly TokenId[], reuse: boolean): void {
    const key = [...this.state, ...branch].join(' ');
    if (reuse && this.#computed.has(key)) return;
    this.count.positions += 1;
    if (reuse) this.#computed.add(key);
  }
}

/** A reward read from a random table, over prompt-free responses. */
export class TabularReward implements Reward {
  /** Responses scored, over all sessions. */
  scored = 0;
  openSessions = 0;

  constructor(
    readonly id: string,
    readonly of: (response: readonly TokenId[]) => number,
    readonly range: Range | undefined,
    private readonly positionsPerToken = 0,
  ) {}

  async open(): Promise<RewardSession> {
    this.openSessions += 1;
    const session = {
      positions: 0,
      score: async (responses: readonly Response[]) => {
        this.scored += responses.length;
        for (const { tokens } of responses)
          session.positions += tokens.length * this.positionsPerToken;
        return responses.map(({ tokens }) => this.of(tokens));
      },
      close: () => {
        this.openSessions -= 1;
      },
    };
    return session;
  }
}

/** A random score per response; few levels make equal scores frequent. */
export function randomScores(
  vocabularySize: number,
  seed: number,
  [low, high]: Range,
  levels?: number,
): (response: readonly TokenId[]) => number {
  return (response) => {
    const random = stream(seed, 'sample', codeOf(response, vocabularySize));
    return low + level(random, levels, 1) * (high - low);
  };
}

function ranked(table: readonly number[]): Candidate[] {
  return table
    .map((logProb, token) => ({ token, logProb }))
    .sort((a, b) => b.logProb - a.logProb || a.token - b.token);
}

function draw(table: readonly number[], sampler: Sampler, position: number): Candidate {
  const scaled = table.map((logProb) => logProb / sampler.temperature);
  const normaliser = logSumExp(scaled);
  let left = sampler.uniform(position);
  const token = scaled.findIndex((logProb) => {
    left -= Math.exp(logProb - normaliser);
    return left < 0;
  });
  const last = table.findLastIndex((logProb) => logProb > -Infinity);
  const drawn = token < 0 ? last : token;
  return { token: drawn, logProb: table[drawn]! };
}

function level(random: RandomStream, levels: number | undefined, scale: number): number {
  const uniform = random.uniform();
  return levels === undefined
    ? scale * uniform
    : (scale * Math.floor(uniform * levels)) / (levels - 1);
}

/** A number for a token list, its length included. */
function codeOf(tokens: readonly TokenId[], vocabularySize: number): number {
  return tokens.reduce((code, token) => (code * (vocabularySize + 1) + token + 1) % 2 ** 31, 0);
}

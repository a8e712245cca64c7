import type {
  Candidate,
  PolicySequence,
  PositionCount,
  RandomStream,
  Rollout,
  RolloutOptions,
  RolloutStart,
  ServedText,
  TokenId,
} from '../../decoding/policy.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Traffic } from './connection.ts';
import type { Continuations } from './continuations.ts';
import type { Completion, ServerDialect, ServerFacts } from './dialect.ts';
import { Ahead, distinct, type Wanted } from './wanted.ts';
import type { ServerProbe } from './probe.ts';
import { KnownText, logProbAfter, type KnownNode } from './known-text.ts';

/** Tokens that one request draws of a sampled text. */
const drawnAtOnce = 16;
/** Candidates at each position before the first request for them. */
const defaultTop = 10;

/** A server as the sequences of one policy use it. */
export interface RemoteServer {
  /** What was sent so far, for all texts. */
  readonly traffic: Readonly<Traffic>;
  readonly dialect: ServerDialect;
  readonly facts: ServerFacts;
  readonly probe: ServerProbe;
  readonly continuations: Continuations;
  /** Most rollouts that are fetched for later steps besides those of the step. */
  readonly prefetchLimit: number;
}

/** One text at a server. What the server said of it is kept and never asked for again. */
export class RemoteSequence implements PolicySequence {
  readonly #tokens: TokenId[];
  readonly #known: KnownText;
  readonly #firstRequest: number;
  readonly #count: PositionCount = { positions: 0 };
  #top: number;
  /** Length of the last rollouts; 0 while there were none. */
  #horizon = 0;
  readonly #ahead = new Ahead();
  /** The smallest gap between the two likeliest tokens in greedy rollouts that were used. */
  #margin = Infinity;

  constructor(
    private readonly server: RemoteServer,
    private readonly endTokens: ReadonlySet<TokenId>,
    prompt: readonly TokenId[],
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#tokens = [...prompt];
    this.#firstRequest = server.traffic.requests;
    this.#top = Math.min(defaultTop, server.facts.maxTop);
    this.#known = new KnownText(endTokens);
  }

  get length(): number {
    return this.#tokens.length;
  }

  /** Those of texts that are written at the same time are among them. */
  get requests(): number {
    return this.server.traffic.requests - this.#firstRequest;
  }

  get served(): ServedText {
    const { deterministic, reason } = this.server.probe.steadiness(this.length);
    const rolloutMargin = Number.isFinite(this.#margin) ? this.#margin : null;
    return { deterministic, ...(reason !== undefined && { reason }), rolloutMargin };
  }

  get count(): Readonly<PositionCount> {
    return this.#count;
  }

  async next(k: number): Promise<Candidate[]> {
    const { maxTop } = this.server.facts;
    if (k > maxTop) {
      throw new TqError(
        ErrorCode.invalidInput,
        `k is ${k}, but the server reports at most ${maxTop} candidates; lower k, or start the server with a higher limit.`,
      );
    }
    // The second one says how close a choice is.
    this.#top = Math.min(Math.max(k, 2), maxTop);
    const { root } = this.#known;
    if (!hasTop(root, k)) {
      await this.server.probe.reach(this.length, this.signal);
      // The favourite is mostly the likeliest token: this is its rollout, and what comes after.
      const length = 1 + this.#horizon + this.#ahead.take(this.#horizon);
      await this.#fetch([{ path: [], length, course: undefined }], this.signal);
    }
    if (!hasTop(root, k)) {
      root.top = await this.server.dialect.topAfter(this.#tokens, this.#top, this.signal);
    }
    return root.top!.slice(0, k);
  }

  peekNext(path: readonly TokenId[], k: number): readonly Candidate[] | undefined {
    const node = this.#known.at(path);
    return node !== undefined && hasTop(node, k) ? node.top!.slice(0, k) : undefined;
  }

  peekRollout(start: RolloutStart): Rollout {
    return this.#known.rollout(start);
  }

  async logProbs(tokens: readonly TokenId[]): Promise<number[]> {
    return this.#logProbsAfter([], tokens, this.signal);
  }

  async sample(random: RandomStream, temperature: number): Promise<Candidate> {
    if (temperature === 0) return (await this.next(1))[0]!;
    const { root } = this.#known;
    if (!root.draws.has(temperature)) {
      const sampling = { temperature, seed: seedOf(random.uniform()) };
      await this.#fetch(
        [{ path: [], length: drawnAtOnce, course: temperature, sampling }],
        this.signal,
      );
    }
    return root.draws.get(temperature)!;
  }

  async rollOut(
    starts: readonly RolloutStart[],
    { reuse, prefetch, signal }: RolloutOptions,
  ): Promise<Rollout[]> {
    const longest = Math.max(...starts.map(({ length }) => length));
    this.#horizon = reuse ? longest : 0;
    this.#ahead.rolledOut(longest);
    // Without reuse, everything is asked for as if nothing had been said before.
    const known = reuse ? this.#known : new KnownText(this.endTokens);
    for (let fetched = false; ; fetched = true) {
      const wanted = starts.flatMap((start) => this.#missing(start, known));
      if (reuse && !fetched) this.#lengthen(wanted, starts[0]!);
      if (wanted.length === 0) {
        this.#margin = Math.min(this.#margin, ...starts.map((start) => known.margin(start)));
        return starts.map((start) => known.rollout(start));
      }
      const later = fetched || !reuse || !prefetch ? [] : prefetch();
      const others = later
        .flatMap((start) => this.#missing(start, known))
        .slice(0, this.server.prefetchLimit);
      await this.#fetch(distinct([...wanted, ...others]), signal, known);
    }
  }

  async score(
    continuations: readonly (readonly TokenId[])[],
    { signal }: RolloutOptions,
  ): Promise<number[]> {
    return Promise.all(
      continuations.map(async (tokens) => {
        const each = await Promise.all(
          tokens.map((token, index) =>
            this.#logProbsAfter(tokens.slice(0, index), [token], signal),
          ),
        );
        return each.reduce((sum, [logProb]) => sum + logProb!, 0);
      }),
    );
  }

  async commit(token: TokenId): Promise<void> {
    if (this.#known.root.top?.[0]?.token !== token) this.#ahead.restart();
    this.#tokens.push(token);
    this.#known.commit(token);
  }

  close(): void {
    // The server keeps its own cache.
  }

  /** Asks for more of a rollout that an earlier step began: the steps after this continue it. */
  #lengthen(wanted: Wanted[], { tokens, length }: RolloutStart): void {
    const [first] = wanted;
    if (first === undefined || first.course !== undefined) return;
    const isBegun = first.path.length > tokens.length;
    if (isBegun) wanted[0] = { ...first, length: first.length + this.#ahead.take(length) };
  }

  /** What is still to ask for to know a rollout; empty if nothing is. */
  #missing(start: RolloutStart, known: KnownText): Wanted[] {
    const { tokens, ended } = known.rollout(start);
    const length = start.tokens.length + start.length - tokens.length;
    if (ended || length === 0) return [];
    const { sampler } = start;
    const sampling = sampler && {
      temperature: sampler.temperature,
      seed: seedOf(sampler.uniform(this.length + tokens.length)),
    };
    return [{ path: tokens, length, course: sampler, sampling }];
  }

  /** Asks for continuations, all at once, and keeps what the server said. */
  async #fetch(
    wanted: readonly Wanted[],
    signal: AbortSignal | undefined,
    known = this.#known,
  ): Promise<void> {
    await Promise.all(
      wanted.map(async ({ path, length, course, sampling }) => {
        const text = [...this.#tokens, ...path];
        const room = this.server.facts.contextLength - text.length;
        if (room < 1) throw this.#contextFull(text.length + 1);
        const request = { text, length: Math.min(length, room), top: this.#top, sampling };
        const completion = await this.server.continuations.ask(request, signal);
        this.#count.positions += completion.tokens.length;
        const checked = await this.#checked(path, completion, signal);
        known.add(path, checked, course);
      }),
    );
  }

  /**
   * Fills in what the server left out: it names no candidates where its token is half a character,
   * and a drawn token needs its log-probability.
   */
  async #checked(
    path: readonly TokenId[],
    completion: Completion,
    signal: AbortSignal | undefined,
  ): Promise<Completion> {
    const { tokens, tops, logProbs } = completion;
    if (tokens.length === 0) {
      throw new TqError(ErrorCode.server, 'The server ended a text without a token for its end.');
    }
    const filled = await Promise.all(
      tokens.map(async (token, index) => {
        const known = logProbs[index];
        if (known !== undefined && tops[index] !== undefined) return { known, top: tops[index] };
        const text = [...this.#tokens, ...path, ...tokens.slice(0, index)];
        const top = await this.server.dialect.topAfter(text, this.#top, signal);
        const said = top.find((each) => each.token === token)?.logProb;
        const [asked] =
          (known ?? said) === undefined
            ? await this.server.dialect.logProbs(text, [token], signal)
            : [];
        return { known: known ?? said ?? asked, top };
      }),
    );
    return {
      tokens,
      tops: filled.map(({ top }) => top),
      logProbs: filled.map(({ known }) => known),
    };
  }

  async #logProbsAfter(
    path: readonly TokenId[],
    tokens: readonly TokenId[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const node = this.#known.reach(path);
    const unknown = tokens.filter((token) => logProbAfter(node, token) === undefined);
    if (unknown.length > 0) {
      const text = [...this.#tokens, ...path];
      const logProbs = await this.server.dialect.logProbs(text, unknown, signal);
      unknown.forEach((token, index) => node.logProbs.set(token, logProbs[index]!));
    }
    return tokens.map((token) => logProbAfter(node, token)!);
  }

  #contextFull(positions: number): TqError {
    const { contextLength } = this.server.facts;
    return new TqError(
      ErrorCode.contextFull,
      `The text needs ${positions} tokens, but the server's context holds ${contextLength}; shorten the prompt or generate fewer tokens.`,
    );
  }
}

function hasTop({ top }: KnownNode, k: number): boolean {
  return top !== undefined && top.length >= k;
}

/** A seed in [0, 2^31) from a uniform number in (0, 1). */
function seedOf(uniform: number): number {
  return Math.floor(uniform * 2 ** 31);
}

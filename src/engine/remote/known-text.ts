import type { Candidate, Rollout, RolloutStart, Sampler, TokenId } from '../../decoding/policy.ts';
import type { Completion } from './dialect.ts';

/** One token after the committed text, and what the server said of the token that follows it. */
export interface KnownNode {
  readonly children: Map<TokenId, KnownNode>;
  /** The likeliest next tokens, likeliest first; equal ones by smaller id. */
  top: readonly Candidate[] | undefined;
  /** Next tokens that the server drew: by rollout sampler, or by the temperature of the text. */
  readonly draws: Map<Sampler | number, Candidate>;
  /** Log-probabilities of next tokens outside `top`. */
  readonly logProbs: Map<TokenId, number>;
}

/** Which of a node's next tokens a continuation takes: the likeliest one, or one that was drawn. */
export type Course = Sampler | number | undefined;

/** A continuation that is known in part. */
export interface KnownCourse {
  readonly tokens: readonly TokenId[];
  readonly logProbs: readonly number[];
}

function createNode(): KnownNode {
  return { children: new Map(), top: undefined, draws: new Map(), logProbs: new Map() };
}

/**
 * What a server has said about continuations of one text: a tree that starts at the end of the
 * committed text. Nothing in it is asked for a second time.
 */
export class KnownText {
  #root = createNode();

  constructor(private readonly endTokens: ReadonlySet<TokenId>) {}

  get root(): KnownNode {
    return this.#root;
  }

  /** The node after `path`; undefined if the server was never asked about it. */
  at(path: readonly TokenId[]): KnownNode | undefined {
    let node: KnownNode | undefined = this.#root;
    for (const token of path) node = node?.children.get(token);
    return node;
  }

  /** The node after `path`, made if there is none. */
  reach(path: readonly TokenId[]): KnownNode {
    return path.reduce((node, token) => childOf(node, token), this.#root);
  }

  /** Adds what the server answered after `path`. */
  add(path: readonly TokenId[], completion: Completion, course: Course): void {
    let node = this.reach(path);
    completion.tokens.forEach((token, index) => {
      node.top ??= completion.tops[index];
      const logProb = completion.logProbs[index] ?? logProbAfter(node, token);
      if (logProb !== undefined) {
        node.logProbs.set(token, logProb);
        if (course !== undefined && !node.draws.has(course)) {
          node.draws.set(course, { token, logProb });
        }
      }
      node = childOf(node, token);
    });
  }

  /** The known part of the continuation after `path`: up to `length` tokens or an end token. */
  follow(path: readonly TokenId[], length: number, course: Course): KnownCourse {
    const tokens: TokenId[] = [];
    const logProbs: number[] = [];
    let node = this.at(path);
    while (node !== undefined && tokens.length < length && !this.endTokens.has(tokens.at(-1)!)) {
      const next: Candidate | undefined =
        course === undefined ? node.top?.[0] : node.draws.get(course);
      if (next === undefined) break;
      tokens.push(next.token);
      logProbs.push(next.logProb);
      node = node.children.get(next.token);
    }
    return { tokens, logProbs };
  }

  /** A rollout, as far as it is known. */
  rollout({ tokens, length, sampler }: RolloutStart): Rollout {
    if (this.endTokens.has(tokens.at(-1)!)) return { tokens, ended: true, logProbs: [] };
    const known = this.follow(tokens, length, sampler);
    const all = [...tokens, ...known.tokens];
    return { tokens: all, ended: this.endTokens.has(all.at(-1)!), logProbs: known.logProbs };
  }

  /** The smallest gap in nats between the two likeliest tokens along a greedy rollout. */
  margin({ tokens, length, sampler }: RolloutStart): number {
    if (sampler !== undefined) return Infinity;
    const known = this.follow(tokens, length, undefined);
    let node = this.at(tokens);
    let smallest = Infinity;
    for (const token of known.tokens) {
      const [first, second] = node?.top ?? [];
      if (first && second) smallest = Math.min(smallest, first.logProb - second.logProb);
      node = node?.children.get(token);
    }
    return smallest;
  }

  /** Makes a token part of the text; forgets the branches without it. */
  commit(token: TokenId): void {
    this.#root = this.#root.children.get(token) ?? createNode();
  }
}

/** The log-probability of a token after a node; undefined if the server has not said it. */
export function logProbAfter({ top, logProbs }: KnownNode, token: TokenId): number | undefined {
  return logProbs.get(token) ?? top?.find((each) => each.token === token)?.logProb;
}

function childOf(node: KnownNode, token: TokenId): KnownNode {
  const known = node.children.get(token);
  if (known !== undefined) return known;
  const child = createNode();
  node.children.set(token, child);
  return child;
}

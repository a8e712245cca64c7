import type { Candidate, TokenId } from '../../decoding/policy.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import type { ServerConnection } from './connection.ts';
import type { Completion, ServerDialect, ServerFacts } from './dialect.ts';

/** Whether a server gave the same numbers for the same text however it was asked. */
export interface Steadiness {
  readonly deterministic: 'verified' | 'not verified';
  /** Why it is not verified: the rest of a sentence about the server. */
  readonly reason?: string | undefined;
}

/** What a probe asks. */
export interface Probed {
  readonly dialect: ServerDialect;
  readonly facts: ServerFacts;
  readonly tokenizer: Pick<TextTokenizer, 'encode'>;
  readonly connection: Pick<ServerConnection, 'problem'>;
}

/**
 * Tokens of the probed texts: llama.cpp changes its computation at 64 and at 512 tokens. A long one
 * takes a processor seconds, so it is tried when the first text comes near its length.
 */
const lengths = { short: [12, 72], long: [530] } as const;
/** From this length on, the rollouts of a text may be long ones. */
const nearLong = 400;
/** Tokens that each text is continued by. */
const continued = 8;
/** Tokens of its own continuation that a text is then asked with. */
const given = 4;
const top = 5;
/** A greedy token may be less likely than the first candidate by rounding only, in nats. */
const rounding = 1e-3;
/** So many probabilities of exactly 1 in a row are no model's. */
const certainInARow = 3;

const passage =
  'The meeting moved to Thursday, 14:30 🙂. Please read the draft before; Zoë adds the naïve case. ';

/** Tries whether the numbers of a server depend on how it computes a text; each length once. */
export class ServerProbe {
  #found: Findings;
  #long: Promise<void> | undefined;

  private constructor(
    private readonly probed: Probed,
    found: Findings,
  ) {
    this.#found = found;
  }

  /**
   * Tries short texts.
   * @throws TqError server if its numbers are not those of a model's next tokens
   */
  static async open(probed: Probed, signal: AbortSignal | undefined): Promise<ServerProbe> {
    return new ServerProbe(probed, await tryTexts(probed, lengths.short, signal));
  }

  /** Tries long texts, if a text of `length` tokens may soon be long. */
  async reach(length: number, signal: AbortSignal | undefined): Promise<void> {
    if (length < nearLong) return;
    this.#long ??= this.#tryLong(signal);
    try {
      await this.#long;
    } catch (error) {
      this.#long = undefined;
      throw error;
    }
  }

  /** What was found about texts of up to `length` tokens. */
  steadiness(length: number): Steadiness {
    const { difference, longest } = this.#found;
    if (difference > 0) return { deterministic: 'not verified', reason: reasonOf(difference) };
    return length < nearLong || longest === lengths.long[0]
      ? { deterministic: 'verified' }
      : { deterministic: 'verified', reason: `tried with texts of up to ${longest} tokens` };
  }

  async #tryLong(signal: AbortSignal | undefined): Promise<void> {
    const found = await tryTexts(this.probed, lengths.long, signal);
    this.#found = {
      difference: Math.max(this.#found.difference, found.difference),
      longest: Math.max(this.#found.longest, found.longest),
    };
  }
}

interface Findings {
  /** Largest difference in nats; infinite where tokens differed. */
  readonly difference: number;
  /** Tokens of the longest text. */
  readonly longest: number;
}

/**
 * Asks for the continuations of texts: alone, in a batch, from the server's cache and read in one
 * go.
 */
async function tryTexts(
  probed: Probed,
  wanted: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Findings> {
  const { dialect, facts, connection } = probed;
  const texts = textsOf(probed, wanted);
  const ask = (some: readonly (readonly TokenId[])[], length: number) =>
    some.length === 0
      ? []
      : dialect.complete({ texts: some, length, top: Math.min(top, facts.maxTop) }, signal);
  const alone: Completion[] = [];
  for (const text of texts) alone.push(...(await ask([text], continued)));
  for (const completion of alone) requireGreedy(completion, connection);
  const longer = texts.flatMap((text, index) => {
    const tokens = alone[index]!.tokens.slice(0, given);
    return tokens.length < given ? [] : [{ index, text: [...text, ...tokens] }];
  });
  // Twice, so that one copy meets the cache of its text and the other is read as a whole.
  const twice = [...longer, ...longer];
  const later = await ask(
    twice.map(({ text }) => text),
    continued - given,
  );
  const differences = later.map((completion, index) =>
    differenceOf(alone[twice[index]!.index]!, completion, given),
  );
  return {
    difference: Math.max(0, ...differences),
    longest: Math.max(0, ...texts.map(({ length }) => length)),
  };
}

/** Texts of the lengths that the context holds, with room for what follows. */
function textsOf({ facts, tokenizer }: Probed, wanted: readonly number[]): TokenId[][] {
  const own = tokenizer.encode(passage, { specialTokens: false });
  const repeats = Math.ceil(Math.max(...wanted) / own.length);
  const tokens = Array.from({ length: repeats }, () => own).flat();
  return wanted
    .filter((length) => length + continued <= facts.contextLength)
    .map((length) => tokens.slice(0, length));
}

/** Refuses a server whose greedy tokens are not its likeliest ones, or are all certain. */
function requireGreedy(
  { tokens, tops, logProbs }: Completion,
  connection: Probed['connection'],
): void {
  if (tokens.length === 0) {
    throw connection.problem('continued a text by no token, not even one for its end.');
  }
  const certain = logProbs.some((_, index) => {
    const row = logProbs.slice(index, index + certainInARow);
    return row.length === certainInARow && row.every((logProb) => logProb === 0);
  });
  if (certain) {
    throw connection.problem(
      'reports probability 1 for every token, as servers do with speculative decoding; start it without a draft model.',
    );
  }
  tokens.forEach((token, index) => {
    const [logProb, candidates] = [logProbs[index], tops[index]];
    if (logProb === undefined || candidates === undefined) return;
    const [first] = candidates;
    const own = candidates.find((each) => each.token === token);
    if (first === undefined || own === undefined || own.logProb < first.logProb - rounding) {
      throw connection.problem(
        `continued a text by token ${token}, which is not its likeliest one; turn off penalties and biases at the server.`,
      );
    }
    if (Math.abs(own.logProb - logProb) > rounding) {
      throw connection.problem(
        `gives token ${token} two log-probabilities, ${logProb} and ${own.logProb}; let it report those of the model, before any sampling.`,
      );
    }
  });
}

/**
 * The largest difference of log-probabilities, in nats, between one answer from its position `from`
 * on and another; infinite where tokens differ. Positions that an answer leaves out do not count.
 */
function differenceOf(alone: Completion, other: Completion, from: number): number {
  const length = Math.min(alone.tokens.length - from, other.tokens.length);
  let largest = 0;
  for (let index = 0; index < length; index += 1) {
    if (alone.tokens[from + index] !== other.tokens[index]) return Infinity;
    const [one, two] = [alone.tops[from + index], other.tops[index]];
    if (one !== undefined && two !== undefined) largest = Math.max(largest, gap(one, two));
  }
  return largest;
}

function gap(one: readonly Candidate[], two: readonly Candidate[]): number {
  const known = new Map(two.map(({ token, logProb }) => [token, logProb]));
  const gaps = one.map(({ token, logProb }) => {
    const other = known.get(token);
    // Equal ones at the end of a list may change places.
    if (other === undefined) return logProb - (two.at(-1)?.logProb ?? logProb);
    return logProb === other ? 0 : Math.abs(logProb - other);
  });
  return Math.max(0, ...gaps);
}

function reasonOf(difference: number): string {
  return Number.isFinite(difference)
    ? `its log-probabilities of one text differ by up to ${shown(difference)} nats, by how they are computed`
    : 'it continued one text in two ways, by how it was computed';
}

function shown(difference: number): string {
  return difference < 1e-4 ? difference.toExponential(0) : difference.toPrecision(2);
}

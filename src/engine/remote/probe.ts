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

/** Tokens of the probed texts: llama.cpp changes its computation at 64 and at 512 tokens. */
const lengths = [12, 72, 530] as const;
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

/**
 * Asks a server for the continuations of a few texts: alone, in a batch, from its cache and read in
 * one go, with prefixes over 64 and over 512 tokens where its context allows.
 * @throws TqError server if its numbers are not those of a model's next tokens
 */
export async function probeServer(
  probed: Probed,
  signal: AbortSignal | undefined,
): Promise<Steadiness> {
  const { dialect, facts, connection } = probed;
  const texts = textsOf(probed);
  const ask = (some: readonly (readonly TokenId[])[], length: number) =>
    dialect.complete({ texts: some, length, top: Math.min(top, facts.maxTop) }, signal);
  const alone: Completion[] = [];
  for (const text of texts) alone.push(...(await ask([text], continued)));
  for (const completion of alone) requireGreedy(completion, connection);
  const together = await ask(texts, continued);
  // Twice, so that one copy meets the cache of its text and the other is read as a whole.
  const longer = texts.flatMap((text, index) => {
    const tokens = alone[index]!.tokens.slice(0, given);
    return tokens.length < given ? [] : [{ index, text: [...text, ...tokens] }];
  });
  const twice = [...longer, ...longer];
  const later =
    twice.length === 0
      ? []
      : await ask(
          twice.map(({ text }) => text),
          continued - given,
        );
  const differences = [
    ...together.map((completion, index) => differenceOf(alone[index]!, completion, 0)),
    ...later.map((completion, index) =>
      differenceOf(alone[twice[index]!.index]!, completion, given),
    ),
  ];
  return steadinessOf(Math.max(...differences), texts.at(-1)!.length);
}

/** Texts of the lengths that the context holds; the shortest one is always tried. */
function textsOf({ facts, tokenizer }: Probed): TokenId[][] {
  const passageTokens = tokenizer.encode(passage, { specialTokens: false });
  const repeats = Math.ceil(Math.max(...lengths) / passageTokens.length);
  const tokens = Array.from({ length: repeats }, () => passageTokens).flat();
  const room = facts.contextLength - continued;
  return lengths
    .filter((length, index) => index === 0 || length <= room)
    .map((length) => tokens.slice(0, Math.min(length, room)));
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

function steadinessOf(difference: number, longest: number): Steadiness {
  if (difference === 0) {
    return longest === lengths.at(-1)
      ? { deterministic: 'verified' }
      : { deterministic: 'verified', reason: `tried with texts of up to ${longest} tokens` };
  }
  const reason = Number.isFinite(difference)
    ? `its log-probabilities of one text differ by up to ${shown(difference)} nats, by how they are computed`
    : 'it continued one text in two ways, by how it was computed';
  return { deterministic: 'not verified', reason };
}

function shown(difference: number): string {
  return difference < 1e-4 ? difference.toExponential(0) : difference.toPrecision(2);
}

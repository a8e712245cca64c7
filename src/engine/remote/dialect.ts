import type { Candidate, TokenId } from '../../decoding/policy.ts';
import type { ServerKind } from '../../protocol/servers.ts';
import type { ServerConnection } from './connection.ts';

/** How a continuation is drawn; absent means greedily. */
export interface Sampling {
  /** Above 0. */
  readonly temperature: number;
  /** In [0, 2^31). */
  readonly seed: number;
}

/** Texts to continue, all alike. */
export interface CompletionRequest {
  /** Token ids of each text, prompt included. */
  readonly texts: readonly (readonly TokenId[])[];
  /** Most tokens to add to each. */
  readonly length: number;
  /** How many of the likeliest tokens to report at each position. */
  readonly top: number;
  readonly sampling?: Sampling | undefined;
}

/** The continuation of one text. */
export interface Completion {
  /** With a closing end token. */
  readonly tokens: readonly TokenId[];
  /** At each position, the likeliest first; undefined where the server leaves them out. */
  readonly tops: readonly (readonly Candidate[] | undefined)[];
  /** log pi (temperature 1) of each token; undefined where the server leaves it out. */
  readonly logProbs: readonly (number | undefined)[];
}

/** What a server says about itself and its model. */
export interface ServerFacts {
  /** The model's name at the server. */
  readonly model: string;
  /** Most positions of one text. */
  readonly contextLength: number;
  /** Rows of the model's embedding; undefined if the server does not say. */
  readonly vocabularySize: number | undefined;
  /** Most candidates that the server reports at a position. */
  readonly maxTop: number;
  /** Texts that it computes at the same time. */
  readonly slots: number;
  /** The model's file or folder, which may be on this machine. */
  readonly modelPath: string | undefined;
}

/** The requests of one kind of server. Every method throws TqError server. */
export interface ServerDialect {
  readonly kind: ServerKind;
  facts(signal: AbortSignal | undefined): Promise<ServerFacts>;
  complete(request: CompletionRequest, signal: AbortSignal | undefined): Promise<Completion[]>;
  /** The likeliest tokens after a text, also where the likeliest one is half a character. */
  topAfter(
    text: readonly TokenId[],
    top: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly Candidate[]>;
  /** log pi (temperature 1) of each of `tokens` as the next token of `text`. */
  logProbs(
    text: readonly TokenId[],
    tokens: readonly TokenId[],
    signal: AbortSignal | undefined,
  ): Promise<number[]>;
  /** The server's own reading of a text, without begin token; control tokens are read as text. */
  tokenize(text: string, signal: AbortSignal | undefined): Promise<TokenId[]>;
}

/** Texts that vLLM and SGLang compute at once with their default settings. */
export const usualSlots = 64;

/** Checks that there is an answer for each text. */
export function oneForEach<T>(
  answers: readonly T[],
  texts: readonly unknown[],
  connection: Pick<ServerConnection, 'problem'>,
): readonly T[] {
  if (answers.length === texts.length) return answers;
  throw connection.problem(`continued ${answers.length} of ${texts.length} texts.`);
}

/** The likeliest tokens after one text; undefined where the server leaves them out. */
export async function topOfOne(
  dialect: Pick<ServerDialect, 'complete'>,
  request: Pick<CompletionRequest, 'top'> & { readonly text: readonly TokenId[] },
  signal: AbortSignal | undefined,
): Promise<readonly Candidate[] | undefined> {
  const { text, top } = request;
  const [completion] = await dialect.complete({ texts: [text], length: 1, top }, signal);
  return completion?.tops[0];
}

/** `topAfter` of a server that leaves out no candidates. */
export async function certainTop(
  dialect: Pick<ServerDialect, 'complete'>,
  request: Pick<CompletionRequest, 'top'> & { readonly text: readonly TokenId[] },
  connection: Pick<ServerConnection, 'problem'>,
  signal: AbortSignal | undefined,
): Promise<readonly Candidate[]> {
  const candidates = await topOfOne(dialect, request, signal);
  if (candidates !== undefined) return candidates;
  throw connection.problem('left out the candidates of a position.');
}

/** Candidates in the order that decoding defines: by log-probability, then by smaller id. */
export function inOrder(candidates: readonly Candidate[], count: number): Candidate[] {
  return [...candidates].sort((a, b) => b.logProb - a.logProb || a.token - b.token).slice(0, count);
}

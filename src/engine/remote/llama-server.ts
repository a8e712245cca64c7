import { z } from 'zod';
import type { Candidate, TokenId } from '../../decoding/policy.ts';
import type { ServerConnection } from './connection.ts';
import {
  inOrder,
  oneForEach,
  topOfOne,
  type Completion,
  type CompletionRequest,
  type ServerDialect,
  type ServerFacts,
} from './dialect.ts';

/** llama.cpp writes the lowest float for a probability of 0. */
const impossible = -1e30;
/** Candidates to ask for where the log-probabilities of given tokens are wanted. */
const scoredTop = 200;
/** A bias that makes a token certain; the reported log-probability is the model's own. */
const forcingBias = 1000;
const greedy = { temperature: 0, top_k: 1, samplers: ['top_k'] };
/** From this many given tokens on, all log-probabilities are asked for. */
const manyTokens = 400;

const probability = z.object({ id: z.int(), logprob: z.number() });

const entrySchema = probability.extend({ top_logprobs: z.array(probability) });

const completionSchema = z.object({
  index: z.int().default(0),
  tokens: z.array(z.int()),
  completion_probabilities: z.array(entrySchema).default([]),
});

const completionsSchema = z
  .union([z.array(completionSchema), completionSchema])
  .transform((answer) => (Array.isArray(answer) ? answer : [answer]));

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.int().positive() }),
  total_slots: z.int().positive(),
  model_path: z.string().optional(),
  model_alias: z.string().optional(),
});

const modelsSchema = z.object({
  data: z
    .array(z.object({ id: z.string(), meta: z.object({ n_vocab: z.int().positive() }).nullish() }))
    .min(1),
});

const adaptersSchema = z.array(z.object({ id: z.int(), path: z.string().default('') }));

const tokensSchema = z.object({ tokens: z.array(z.int()) });

/** llama.cpp's server, by its own /completion. */
export class LlamaServer implements ServerDialect {
  readonly kind = 'llama-server';
  #vocabularySize: number | undefined;
  #plainToken: TokenId | undefined;
  /** Scales of all adapters: one that a request leaves out would keep another text's cache. */
  #adapters: readonly { readonly id: number; readonly scale: number }[] = [];

  /** @param adapter name of a LoRA adapter: its number, or the end of its path */
  constructor(
    private readonly connection: ServerConnection,
    private readonly adapter: string | undefined,
  ) {}

  async facts(signal: AbortSignal | undefined): Promise<ServerFacts> {
    const props = await this.connection.json('/props', propsSchema, undefined, signal);
    const models = await this.connection.json('/v1/models', modelsSchema, undefined, signal);
    const [model] = models.data;
    this.#vocabularySize = model!.meta?.n_vocab;
    this.#adapters = await this.#scales(signal);
    return {
      model: model!.id,
      contextLength: props.default_generation_settings.n_ctx,
      vocabularySize: this.#vocabularySize,
      maxTop: this.#vocabularySize ?? 1000,
      slots: props.total_slots,
      modelPath: props.model_path,
    };
  }

  async complete(
    { texts, length, top, sampling }: CompletionRequest,
    signal: AbortSignal | undefined,
  ): Promise<Completion[]> {
    const drawn = sampling === undefined ? greedy : { ...sampling, samplers: ['temperature'] };
    const answers = await this.#post(
      { prompt: texts, n_predict: length, n_probs: top, ...drawn },
      signal,
    );
    return oneForEach(answers, texts, this.connection).map((answer) => completionOf(answer, top));
  }

  async logProbs(
    text: readonly TokenId[],
    tokens: readonly TokenId[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const vocabulary = this.#vocabularySize ?? tokens.length;
    const top = tokens.length > manyTokens ? vocabulary : scoredTop;
    const known = byToken(await this.topAfter(text, top, signal));
    return Promise.all(
      tokens.map(async (token) => {
        const said = known.get(token);
        if (said !== undefined) return said;
        const entry = await this.#forcedEntry(text, { token, top: 1 }, signal);
        if (entry !== undefined) return readLogProb(entry.logprob);
        // Half a character has no entry of its own; it is in a list of all tokens.
        const all = byToken(await this.topAfter(text, vocabulary, signal));
        return all.get(token) ?? this.#unsaid(token);
      }),
    );
  }

  async topAfter(
    text: readonly TokenId[],
    top: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly Candidate[]> {
    const candidates = await topOfOne(this, { text, top }, signal);
    if (candidates !== undefined) return candidates;
    // The entry of a whole character is not left out, and holds the model's own candidates.
    this.#plainToken ??= (await this.tokenize('a', signal))[0]!;
    const entry = await this.#forcedEntry(text, { token: this.#plainToken, top }, signal);
    return entry === undefined
      ? this.#unsaid(this.#plainToken)
      : inOrder(entry.top_logprobs.map(candidateOf), top);
  }

  async tokenize(text: string, signal: AbortSignal | undefined): Promise<TokenId[]> {
    const body = { content: text, add_special: false, parse_special: false };
    return (await this.connection.json('/tokenize', tokensSchema, body, signal)).tokens;
  }

  /** What the server says where it is made to take `token`; undefined for half a character. */
  async #forcedEntry(
    text: readonly TokenId[],
    { token, top }: { readonly token: TokenId; readonly top: number },
    signal: AbortSignal | undefined,
  ): Promise<z.output<typeof entrySchema> | undefined> {
    const [answer] = await this.#post(
      {
        ...{ prompt: [text], n_predict: 1, n_probs: top },
        ...greedy,
        logit_bias: [[token, forcingBias]],
      },
      signal,
    );
    return answer?.completion_probabilities.find(({ id }) => id === token);
  }

  #unsaid(token: TokenId): never {
    throw this.connection.problem(`gave no log-probability of token ${token}.`);
  }

  async #post(
    body: Record<string, unknown>,
    signal: AbortSignal | undefined,
  ): Promise<z.output<typeof completionSchema>[]> {
    const answers = await this.connection.json(
      '/completion',
      completionsSchema,
      {
        ...body,
        cache_prompt: true,
        return_tokens: true,
        stream: false,
        response_fields: ['index', 'tokens', 'completion_probabilities'],
        ...(this.#adapters.length > 0 && { lora: this.#adapters }),
      },
      signal,
    );
    return [...answers].sort((a, b) => a.index - b.index);
  }

  async #scales(signal: AbortSignal | undefined): Promise<{ id: number; scale: number }[]> {
    const adapters =
      (await this.connection.find('/lora-adapters', adaptersSchema, undefined, signal)) ?? [];
    const { adapter: wanted } = this;
    const named = adapters.filter(
      ({ id, path }) => String(id) === wanted || path.split(/[/\\]/u).at(-1) === wanted,
    );
    if (wanted !== undefined && named.length !== 1) {
      const names = adapters.map(({ id, path }) => `${id} (${path.split(/[/\\]/u).at(-1)})`);
      throw this.connection.problem(
        `has no adapter ${JSON.stringify(wanted)}; it has ${names.join(', ') || 'none'}.`,
      );
    }
    return adapters.map(({ id }) => ({ id, scale: named[0]?.id === id ? 1 : 0 }));
  }
}

/**
 * The server leaves out the entry of a token that is half a character, so entries are matched by
 * their ids, from both ends: an entry that could belong to two positions is not used.
 */
function completionOf(
  { tokens, completion_probabilities: entries }: z.output<typeof completionSchema>,
  top: number,
): Completion {
  const forward = matches(
    tokens,
    entries.map(({ id }) => id),
  );
  const backward = matches(tokens.toReversed(), entries.map(({ id }) => id).toReversed()).map(
    (index) => (index === undefined ? undefined : entries.length - 1 - index),
  );
  const found = tokens.map((_, position) => {
    const index = forward[position];
    const same = index !== undefined && index === backward[tokens.length - 1 - position];
    return same ? entries[index] : undefined;
  });
  return {
    tokens,
    tops: found.map((entry) => entry && inOrder(entry.top_logprobs.map(candidateOf), top)),
    logProbs: found.map((entry) => entry && readLogProb(entry.logprob)),
  };
}

/** For each token, the index of its entry. */
function matches(tokens: readonly TokenId[], ids: readonly TokenId[]): (number | undefined)[] {
  let next = 0;
  return tokens.map((token) => (ids[next] === token ? next++ : undefined));
}

function candidateOf({ id, logprob }: z.output<typeof probability>): Candidate {
  return { token: id, logProb: readLogProb(logprob) };
}

function readLogProb(value: number): number {
  return value < impossible ? -Infinity : value;
}

function byToken(candidates: readonly Candidate[]): ReadonlyMap<TokenId, number> {
  return new Map(candidates.map(({ token, logProb }) => [token, logProb]));
}

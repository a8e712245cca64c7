import { z } from 'zod';
import type { Candidate, TokenId } from '../../decoding/policy.ts';
import type { ServerConnection } from './connection.ts';
import {
  certainTop,
  inOrder,
  oneForEach,
  usualSlots,
  type Completion,
  type CompletionRequest,
  type ServerDialect,
  type ServerFacts,
} from './dialect.ts';

/** vLLM writes this for a probability of 0. */
const impossible = -9999;
/** Numbers of candidates to try; a server started with --max-logprobs allows more than 20. */
const topSizes = [1000, 200, 100, 50, 20, 10, 5] as const;

const idPattern = /^token_id:(\d+)$/u;
const tokenKey = z
  .string()
  .regex(idPattern, 'is not a token id')
  .transform((key) => Number(idPattern.exec(key)![1]));

const choiceSchema = z.object({
  index: z.int(),
  token_ids: z.array(z.int()),
  logprobs: z
    .object({
      tokens: z.array(tokenKey),
      token_logprobs: z.array(z.number().nullable()),
      top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
    })
    .nullish(),
});

const completionsSchema = z.object({ choices: z.array(choiceSchema).min(1) });

const promptEntry = z.record(z.string(), z.object({ logprob: z.number() })).nullable();
const scoredSchema = z.object({
  choices: z.array(z.object({ prompt_logprobs: z.array(promptEntry) })).min(1),
});

const modelsSchema = z.object({
  data: z
    .array(
      z.object({ id: z.string(), root: z.string().nullish(), max_model_len: z.int().nullish() }),
    )
    .min(1),
});

const tokenizeSchema = z.object({ tokens: z.array(z.int()), max_model_len: z.int().optional() });

/** vLLM, by its /v1/completions with token ids. */
export class Vllm implements ServerDialect {
  readonly kind = 'vllm';
  #model: string | undefined;

  constructor(
    private readonly connection: ServerConnection,
    private readonly names: {
      readonly model?: string | undefined;
      readonly adapter?: string | undefined;
    },
  ) {}

  async facts(signal: AbortSignal | undefined): Promise<ServerFacts> {
    const { data } = await this.connection.json('/v1/models', modelsSchema, undefined, signal);
    const wanted = this.names.adapter ?? this.names.model;
    const model = wanted === undefined ? data[0] : data.find(({ id }) => id === wanted);
    if (model === undefined) {
      const list = data.map(({ id }) => id).join(', ');
      throw this.connection.problem(`has no model ${JSON.stringify(wanted)}; it has ${list}.`);
    }
    this.#model = model.id;
    const read = await this.connection.json(
      '/tokenize',
      tokenizeSchema,
      { model: model.id, prompt: 'a', add_special_tokens: false },
      signal,
    );
    const contextLength = model.max_model_len ?? read.max_model_len;
    if (contextLength === undefined) {
      throw this.connection.problem('does not say how long a text may be (max_model_len).');
    }
    return {
      model: model.id,
      contextLength,
      vocabularySize: undefined,
      maxTop: await this.#maxTop(read.tokens, signal),
      slots: usualSlots,
      modelPath: model.root ?? undefined,
    };
  }

  async complete(
    { texts, length, top, sampling }: CompletionRequest,
    signal: AbortSignal | undefined,
  ): Promise<Completion[]> {
    const { choices } = await this.connection.json(
      '/v1/completions',
      completionsSchema,
      { ...this.#body(texts, length), logprobs: top, ...sampling },
      signal,
    );
    return [...oneForEach(choices, texts, this.connection)]
      .sort((a, b) => a.index - b.index)
      .map((choice) => completionOf(choice, top));
  }

  async topAfter(
    text: readonly TokenId[],
    top: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly Candidate[]> {
    return certainTop(this, { text, top }, this.connection, signal);
  }

  async logProbs(
    text: readonly TokenId[],
    tokens: readonly TokenId[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const { choices } = await this.connection.json(
      '/v1/completions',
      scoredSchema,
      {
        ...this.#body(
          tokens.map((token) => [...text, token]),
          1,
        ),
        prompt_logprobs: 0,
      },
      signal,
    );
    return tokens.map((token, index) => {
      const found = choices[index]?.prompt_logprobs.at(-1)?.[String(token)];
      if (found === undefined) {
        throw this.connection.problem(`gave no log-probability of token ${token}.`);
      }
      return readLogProb(found.logprob);
    });
  }

  async tokenize(text: string, signal: AbortSignal | undefined): Promise<TokenId[]> {
    const body = { model: this.#model, prompt: text, add_special_tokens: false };
    return (await this.connection.json('/tokenize', tokenizeSchema, body, signal)).tokens;
  }

  /** A greedy request. It sets everything that the model's generation_config may change. */
  #body(texts: readonly (readonly TokenId[])[], length: number): Record<string, unknown> {
    return {
      model: this.#model,
      prompt: texts,
      max_tokens: length,
      temperature: 0,
      top_p: 1,
      top_k: 0,
      min_p: 0,
      repetition_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      return_tokens_as_token_ids: true,
      return_token_ids: true,
      skip_special_tokens: false,
      add_special_tokens: false,
    };
  }

  async #maxTop(text: readonly TokenId[], signal: AbortSignal | undefined): Promise<number> {
    let refusal: unknown;
    for (const top of topSizes) {
      try {
        await this.complete({ texts: [text], length: 1, top }, signal);
        return top;
      } catch (error) {
        signal?.throwIfAborted();
        refusal = error;
      }
    }
    throw refusal;
  }
}

function completionOf(
  { token_ids: tokens, logprobs }: z.output<typeof choiceSchema>,
  top: number,
): Completion {
  return {
    tokens,
    tops: tokens.map((_, index) => {
      const entry = logprobs?.top_logprobs[index];
      return entry ? inOrder(candidatesOf(entry), top) : undefined;
    }),
    logProbs: tokens.map((_, index) => {
      const logProb = logprobs?.token_logprobs[index];
      return logProb === null || logProb === undefined ? undefined : readLogProb(logProb);
    }),
  };
}

/** One more than asked for where the drawn token is not among the likeliest. */
function candidatesOf(entry: Readonly<Record<string, number>>): Candidate[] {
  return Object.entries(entry).map(([key, logProb]) => ({
    token: tokenKey.parse(key),
    logProb: readLogProb(logProb),
  }));
}

function readLogProb(value: number): number {
  return value <= impossible ? -Infinity : value;
}

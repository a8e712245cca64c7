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

/** Candidates of a position that SGLang reports without being asked for a limit. */
const maxTop = 1000;

/** [log-probability, token id, its text or null] */
const entry = z.tuple([z.number().nullable(), z.int(), z.unknown()]);
type Entry = z.output<typeof entry>;

const generatedSchema = z.object({
  output_ids: z.array(z.int()),
  meta_info: z.object({
    output_token_logprobs: z.array(entry).default([]),
    output_top_logprobs: z.array(z.array(entry).nullable()).nullish(),
    input_token_ids_logprobs: z.array(z.array(entry).nullable()).nullish(),
    output_token_ids_logprobs: z.array(z.array(entry).nullable()).nullish(),
  }),
});
const generationsSchema = z
  .union([z.array(generatedSchema), generatedSchema])
  .transform((answer) => (Array.isArray(answer) ? answer : [answer]));

const modelSchema = z.object({ model_path: z.string() });
const serverInfoSchema = z.looseObject({
  context_length: z.int().nullish(),
  max_total_num_tokens: z.int().nullish(),
});
const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.int().nullish() })).min(1),
});
const tokenizeSchema = z.object({ tokens: z.array(z.int()) });

/** SGLang, by its own /generate. */
export class Sglang implements ServerDialect {
  readonly kind = 'sglang';

  /** @param adapter the name of a LoRA adapter that the server loaded */
  constructor(
    private readonly connection: ServerConnection,
    private readonly adapter: string | undefined,
  ) {}

  async facts(signal: AbortSignal | undefined): Promise<ServerFacts> {
    const { model_path: model } =
      (await this.connection.find('/model_info', modelSchema, undefined, signal)) ??
      (await this.connection.json('/get_model_info', modelSchema, undefined, signal));
    const info = await this.connection.find('/server_info', serverInfoSchema, undefined, signal);
    const models = await this.connection.find('/v1/models', modelsSchema, undefined, signal);
    const contextLength = models?.data[0]?.max_model_len ?? info?.context_length ?? undefined;
    if (contextLength === undefined) {
      throw this.connection.problem('does not say how long a text may be (context_length).');
    }
    return {
      ...{ model, contextLength, maxTop },
      vocabularySize: undefined,
      slots: usualSlots,
      modelPath: model,
    };
  }

  async complete(
    { texts, length, top, sampling }: CompletionRequest,
    signal: AbortSignal | undefined,
  ): Promise<Completion[]> {
    const drawn = sampling && { temperature: sampling.temperature, sampling_seed: sampling.seed };
    const answers = await this.#generate(texts, length, { top_logprobs_num: top }, drawn, signal);
    return answers.map(({ output_ids: tokens, meta_info: meta }) => ({
      tokens,
      tops: tokens.map((_, index) => {
        const entries = meta.output_top_logprobs?.[index];
        return entries ? inOrder(entries.map(candidateOf), top) : undefined;
      }),
      logProbs: tokens.map((_, index) => meta.output_token_logprobs[index]?.[0] ?? undefined),
    }));
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
    const [answer] = await this.#generate(
      [text],
      1,
      { token_ids_logprob: tokens },
      undefined,
      signal,
    );
    const entries = answer?.meta_info.output_token_ids_logprobs?.[0] ?? [];
    return tokens.map((token) => {
      const found = entries.find(([, id]) => id === token);
      if (found === undefined) {
        throw this.connection.problem(`gave no log-probability of token ${token}.`);
      }
      return candidateOf(found).logProb;
    });
  }

  async tokenize(text: string, signal: AbortSignal | undefined): Promise<TokenId[]> {
    const body = { prompt: text, add_special_tokens: false };
    return (await this.connection.json('/tokenize', tokenizeSchema, body, signal)).tokens;
  }

  async #generate(
    texts: readonly (readonly TokenId[])[],
    length: number,
    wanted: Readonly<Record<string, unknown>>,
    drawn: Readonly<Record<string, number>> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<readonly z.output<typeof generatedSchema>[]> {
    const answers = await this.connection.json(
      '/generate',
      generationsSchema,
      {
        input_ids: texts,
        sampling_params: {
          ...{ max_new_tokens: length, top_p: 1, top_k: -1, min_p: 0 },
          ...{ repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0 },
          skip_special_tokens: false,
          ...(drawn ?? { temperature: 0 }),
        },
        return_logprob: true,
        return_text_in_logprobs: false,
        ...wanted,
        ...(this.adapter !== undefined && { lora_path: texts.map(() => this.adapter) }),
      },
      signal,
    );
    return oneForEach(answers, texts, this.connection);
  }
}

function candidateOf([logProb, token]: Entry): Candidate {
  return { token, logProb: logProb ?? -Infinity };
}

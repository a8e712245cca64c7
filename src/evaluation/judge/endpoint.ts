import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { formatDuration } from '../../protocol/units.ts';
import { noUsage, type Usage } from './judge.ts';

export interface EndpointOptions {
  /** Base address of an OpenAI-compatible service, such as http://127.0.0.1:8080/v1. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token; never written to disk. */
  readonly key?: string | undefined;
  readonly timeoutMs: number;
  /** Milliseconds before each retry; its length is the number of retries. */
  readonly retryMs?: readonly number[];
}

export interface Reply {
  readonly text: string;
  readonly usage: Usage;
}

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
  usage: z
    .object({
      prompt_tokens: z.number().default(0),
      completion_tokens: z.number().default(0),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

/** Tokens for the two ratings and their reasons. */
const maxReplyTokens = 400;
const defaultRetryMs = [1000, 4000];

/** Sends questions to an OpenAI-compatible endpoint (chat completions), at temperature 0. */
export class Endpoint {
  constructor(private readonly options: EndpointOptions) {}

  /**
   * @throws TqError hub if the endpoint is down, slow, refuses or sends no completion
   */
  async ask(system: string, user: string, signal: AbortSignal): Promise<Reply> {
    const { retryMs = defaultRetryMs } = this.options;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#try(system, user, signal);
      if (!(answer instanceof Problem)) return answer;
      const wait = retryMs[attempt];
      if (!answer.isTemporary || wait === undefined) {
        throw new TqError(ErrorCode.hub, `The judge at ${this.#address} ${answer.message}.`);
      }
      await delay(wait, undefined, { signal });
    }
  }

  get #address(): string {
    return `${this.options.url.replace(/\/+$/u, '')}/chat/completions`;
  }

  async #try(system: string, user: string, signal: AbortSignal): Promise<Reply | Problem> {
    const { model, key, timeoutMs } = this.options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(this.#address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({
          model,
          temperature: 0,
          max_tokens: maxReplyTokens,
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: user },
          ],
        }),
        signal: AbortSignal.any([signal, timeout]),
      });
      const text = await response.text();
      return response.ok ? replyOf(text) : refusal(response.status, text);
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        return new Problem(`did not answer within ${formatDuration(timeoutMs)}`, true);
      }
      return new Problem(`cannot be reached (${reasonOf(error)})`, true);
    }
  }
}

/** Why a request failed, and whether to retry it. */
class Problem {
  constructor(
    readonly message: string,
    readonly isTemporary: boolean,
  ) {}
}

function refusal(status: number, text: string): Problem {
  const shown = text.replaceAll(/\s+/gu, ' ').trim().slice(0, 120);
  const isTemporary = status === 408 || status === 429 || status >= 500;
  return new Problem(
    `answered with status ${status}${shown === '' ? '' : ` (${shown})`}`,
    isTemporary,
  );
}

function replyOf(text: string): Reply | Problem {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return new Problem('answered with text that is not JSON', false);
  }
  const parsed = replySchema.safeParse(raw);
  if (!parsed.success)
    return new Problem('answered with JSON that is not a chat completion', false);
  const { choices, usage } = parsed.data;
  return {
    text: choices[0]!.message.content ?? '',
    usage: usage
      ? {
          promptTokens: usage.prompt_tokens,
          completionTokens: usage.completion_tokens,
          cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
        }
      : noUsage,
  };
}

/** fetch puts the reason of a failed connection into the cause of its error. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const reason = cause instanceof Error && cause.message !== '' ? cause : error;
  const { code } = reason as NodeJS.ErrnoException;
  return code ?? (reason instanceof Error ? reason.message : String(reason));
}

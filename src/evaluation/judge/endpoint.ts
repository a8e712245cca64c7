import { setTimeout as delay } from 'node:timers/promises';
import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { connectionReason } from '../../protocol/failed-connection.ts';
import { isLoopback } from '../../protocol/server-address.ts';
import type { JudgePrompt } from '../../protocol/evaluation.ts';
import { formatDuration } from '../../protocol/units.ts';
import { Dialect } from './dialect.ts';
import { noUsage, type Usage } from './judge.ts';
import { withoutReasoning } from './rating.ts';

export interface EndpointOptions {
  /** Base address of an OpenAI-compatible service, such as http://127.0.0.1:8080/v1. */
  readonly url: string;
  readonly model: string;
  /** Which question it is asked; `default` without it. */
  readonly prompt?: JudgePrompt;
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

/** Content is a text, a list of parts, or null where a reply holds only reasoning. */
const contentSchema = z.union([
  z.string(),
  z.array(z.object({ text: z.string().optional() })).transform(joined),
  z.null().transform(() => ''),
]);

const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: contentSchema }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.number().default(0),
      completion_tokens: z.number().default(0),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

const defaultRetryMs = [1000, 4000];

/**
 * Sends questions to an OpenAI-compatible endpoint (chat completions), through the proxy of
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY unless it is on this machine.
 */
export class Endpoint {
  readonly #dialect = new Dialect();
  readonly #proxy: EnvHttpProxyAgent | undefined;

  constructor(private readonly options: EndpointOptions) {
    // A proxy cannot reach this machine's own addresses.
    // A plain http address is asked of the proxy itself, as curl does; most refuse a tunnel to it.
    this.#proxy = isLoopback(new URL(options.url))
      ? undefined
      : new EnvHttpProxyAgent({ proxyTunnel: false });
  }

  /** Whether the endpoint lets requests set a temperature; then it is 0. */
  get setsTemperature(): boolean {
    return this.#dialect.setsTemperature;
  }

  /**
   * @throws TqError hub if the endpoint is down, slow, refuses or sends no completion
   */
  async ask(system: string, user: string, signal: AbortSignal): Promise<Reply> {
    const { retryMs = defaultRetryMs } = this.options;
    for (let attempt = 0; ;) {
      const answer = await this.#try(system, user, signal);
      if (answer === 'again') continue;
      if (!(answer instanceof Problem)) return answer;
      const wait = retryMs[attempt];
      if (!answer.isTemporary || wait === undefined) {
        throw new TqError(ErrorCode.hub, `The judge at ${this.#address} ${answer.message}.`);
      }
      await delay(wait, undefined, { signal });
      attempt += 1;
    }
  }

  get #address(): string {
    return `${this.options.url.replace(/\/+$/u, '')}/chat/completions`;
  }

  /** One request; 'again' if the endpoint wants it put in another way. */
  async #try(
    system: string,
    user: string,
    signal: AbortSignal,
  ): Promise<Reply | Problem | 'again'> {
    const { model, key, timeoutMs } = this.options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await undiciFetch(this.#address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({
          model,
          ...this.#dialect.parameters,
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: user },
          ],
        }),
        signal: AbortSignal.any([signal, timeout]),
        ...(this.#proxy && { dispatcher: this.#proxy }),
      });
      const text = await response.text();
      if (response.ok) return this.#replyOf(text);
      return this.#dialect.adapt(response.status, text) ? 'again' : refusal(response.status, text);
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        return new Problem(`did not answer within ${formatDuration(timeoutMs)}`, true);
      }
      const through = this.#proxy ? '; if it needs a proxy, check HTTP_PROXY and NO_PROXY' : '';
      return new Problem(`cannot be reached (${connectionReason(error)})${through}`, true);
    }
  }

  #replyOf(text: string): Reply | Problem | 'again' {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      return new Problem('answered with text that is not JSON', false);
    }
    const parsed = replySchema.safeParse(raw);
    if (!parsed.success) {
      return new Problem('answered with JSON that is not a chat completion', false);
    }
    const { choices, usage } = parsed.data;
    const { message, finish_reason: finish } = choices[0]!;
    const isThinking = finish === 'length' && withoutReasoning(message.content).trim() === '';
    if (isThinking && this.#dialect.allowReasoning()) return 'again';
    return { text: message.content, usage: usageOf(usage) };
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

function joined(parts: readonly { readonly text?: string | undefined }[]): string {
  return parts.map(({ text = '' }) => text).join('');
}

function usageOf(usage: z.output<typeof replySchema>['usage']): Usage {
  if (!usage) return noUsage;
  return {
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  };
}

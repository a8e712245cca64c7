import {
  CancellationTokenSource,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { ErrorCode, TqError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import { isDeeperThan } from './json-depth.ts';
import { printable } from './printable.ts';
import { eventNotification, type EngineRequest } from './requests.ts';
import { redacted } from './secrets.ts';

const codes = new Set<number>(Object.values(ErrorCode));

/** Maximum number of characters of a wrong value in an error message. */
const maxShown = 80;

/** Levels of arrays and objects in the parameters of a request. */
const maxLevels = 200;

/** Describes a failed check as one clause: the place, its value and the problem. */
function describe(error: z.ZodError, raw: unknown): string {
  const issue = error.issues[0]!;
  const value = issue.path.reduce<unknown>(
    (found, key) => (found as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  );
  const place = issue.path.join('.');
  const given = ['string', 'number', 'boolean'].includes(typeof value)
    ? ` is ${JSON.stringify(value).slice(0, maxShown)}`
    : '';
  return place ? `"${place}"${given}: ${issue.message}` : issue.message;
}

/** Registers the engine's handler of a request; checks its parameters and result. */
export function handleRequest<Params extends z.ZodType, Result extends z.ZodType>(
  connection: MessageConnection,
  request: EngineRequest<Params, Result>,
  handler: (params: z.output<Params>, signal: AbortSignal) => Promise<z.output<Result>>,
): void {
  // The token is the last argument, and the only one if the caller sent no parameters.
  connection.onRequest(request.method, async (...received: unknown[]) => {
    const token = received.pop() as CancellationToken;
    const raw = received[0] ?? {};
    if (isDeeperThan(raw, maxLevels)) {
      return new ResponseError(
        ErrorCode.invalidInput,
        `The request ${request.method} has parameters that are nested more than ${maxLevels} levels deep.`,
      );
    }
    const params = request.params.safeParse(raw);
    if (!params.success) {
      return new ResponseError(
        ErrorCode.invalidInput,
        `The request ${request.method} has a wrong parameter; ${describe(params.error, raw)}.`,
      );
    }
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      controller.abort();
    });
    // A token that was cancelled before this handler ran fires no event.
    if (token.isCancellationRequested) controller.abort();
    try {
      return request.result.parse(await handler(params.data, controller.signal));
    } catch (error) {
      return responseError(error);
    } finally {
      subscription.dispose();
    }
  });
}

function responseError(error: unknown): ResponseError<undefined> {
  if (error instanceof TqError) return new ResponseError(error.code, error.message);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const safe = printable(redacted(message));
  return new ResponseError(-32603, `The engine failed unexpectedly: ${safe}`);
}

/**
 * Sends a request to the engine.
 * @throws TqError for an error response with one of our codes
 */
export async function sendRequest<Params extends z.ZodType, Result extends z.ZodType>(
  connection: MessageConnection,
  request: EngineRequest<Params, Result>,
  params: z.input<Params>,
  signal?: AbortSignal,
): Promise<z.output<Result>> {
  const source = new CancellationTokenSource();
  const cancel = (): void => {
    source.cancel();
  };
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return request.result.parse(await connection.sendRequest(request.method, params, source.token));
  } catch (error) {
    if (error instanceof ResponseError && codes.has(error.code)) {
      throw new TqError(error.code as ErrorCode, error.message, { cause: error });
    }
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** Sends one event of a running request; a note may quote what a server or a file says. */
export function sendEvent(
  connection: MessageConnection,
  requestId: string,
  event: EngineEvent,
): Promise<void> {
  const safe = event.type === 'note' ? { ...event, text: printable(redacted(event.text)) } : event;
  return connection.sendNotification(eventNotification.method, { requestId, event: safe });
}

/** Calls back with every event; a malformed event is an engine bug and throws. */
export function onEvents(
  connection: MessageConnection,
  listener: (requestId: string, event: EngineEvent) => void,
): void {
  connection.onNotification(eventNotification.method, (raw: unknown) => {
    const { requestId, event } = eventNotification.params.parse(raw);
    listener(requestId, event);
  });
}

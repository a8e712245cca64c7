import {
  CancellationTokenSource,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { ErrorCode, TqError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import { eventNotification, type EngineRequest } from './requests.ts';

const codes = new Set<number>(Object.values(ErrorCode));

/** Most characters of a wrong value that are repeated in the message about it. */
const longestShown = 80;

/** What a checked value fails on, as one clause: the place, its value, and what is wrong there. */
function describe(error: z.ZodError, raw: unknown): string {
  const issue = error.issues[0]!;
  const value = issue.path.reduce<unknown>(
    (found, key) => (found as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  );
  const place = issue.path.join('.');
  const given = ['string', 'number', 'boolean'].includes(typeof value)
    ? ` is ${JSON.stringify(value).slice(0, longestShown)}`
    : '';
  return place ? `"${place}"${given}: ${issue.message}` : issue.message;
}

/** Answers a request on the engine's side: parameters and results are checked. */
export function handleRequest<Params extends z.ZodType, Result extends z.ZodType>(
  connection: MessageConnection,
  request: EngineRequest<Params, Result>,
  handler: (params: z.output<Params>, signal: AbortSignal) => Promise<z.output<Result>>,
): void {
  // The token comes last; nothing before it when the caller left the parameters out.
  connection.onRequest(request.method, async (...received: unknown[]) => {
    const token = received.pop() as CancellationToken;
    const raw = received[0] ?? {};
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
    // A token cancelled before the request's turn comes fires no event.
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
  return new ResponseError(-32603, `The engine failed unexpectedly: ${message}`);
}

/** Sends a request to the engine; a failure it answers with becomes a TqError. */
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

/** Sends one event of a running request. */
export function sendEvent(
  connection: MessageConnection,
  requestId: string,
  event: EngineEvent,
): Promise<void> {
  return connection.sendNotification(eventNotification.method, { requestId, event });
}

/** Calls back with every event that is well formed; others are a fault of the engine. */
export function onEvents(
  connection: MessageConnection,
  listener: (requestId: string, event: EngineEvent) => void,
): void {
  connection.onNotification(eventNotification.method, (raw: unknown) => {
    const { requestId, event } = eventNotification.params.parse(raw);
    listener(requestId, event);
  });
}

import { methodOf } from './methods/catalogue.ts';
import type { Ending, Method } from './methods/method.ts';
import { planDecoding, type DecodingPlan, type DecodingRequest } from './plan.ts';
import type { DecodingResult, StopReason, TokenEvent } from './result.ts';
import { Run } from './run.ts';

/** A response in progress: one event per committed token, then the result. */
export type Generation = AsyncGenerator<TokenEvent, DecodingResult, void>;

/** A request whose options are checked. */
export interface PreparedRequest extends Pick<
  DecodingRequest,
  'decode' | 'encode' | 'hides' | 'now' | 'signal'
> {
  readonly method: Method;
  readonly plan: DecodingPlan;
}

/**
 * Checks a request without computing anything.
 * @throws TqError invalidInput or contextFull
 */
export function prepare(request: DecodingRequest): PreparedRequest {
  const { decode, encode, hides, now, signal } = request;
  const method = methodOf(request.options.method);
  return { method, plan: planDecoding(request, method), decode, encode, hides, now, signal };
}

/**
 * Writes one response with the method that the request names: one event per committed token, and
 * the result as the generator's return value. Cancelling returns a result with the text so far;
 * leaving the loop early closes everything.
 * @throws TqError invalidInput or contextFull before anything is computed; badReward, naming the
 *   reward, when a score is unusable (earlier events stay valid)
 */
export async function* generate(request: DecodingRequest): Generation {
  return yield* writePrepared(prepare(request));
}

/** Like `generate`, for a prepared request. */
export async function* writePrepared({
  method,
  plan,
  decode,
  encode,
  hides,
  now = performanceNow,
  signal,
}: PreparedRequest): Generation {
  const run = new Run(plan, { decode, encode, hides }, now, signal);
  let ending: Ending = { stop: 'cancelled' };
  let reward = noReward;
  try {
    try {
      if (!run.signal?.aborted) {
        await run.session.open();
        const written = yield* method.write(run);
        ending = { ...written, stop: 'cancelled' };
        reward = await finalReward(run, written.stop);
        ending = written;
      }
    } catch (error) {
      if (!run.signal?.aborted) throw error;
    }
    return resultOf(run, ending, reward);
  } finally {
    run.session.close();
  }
}

/** Runs a generator to its end and returns all events and the result. */
export async function collect(
  generation: Generation,
): Promise<{ readonly events: readonly TokenEvent[]; readonly result: DecodingResult }> {
  const events: TokenEvent[] = [];
  for (;;) {
    const next = await generation.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

interface FinalReward {
  readonly reward: number | null;
  readonly parts?: Readonly<Record<string, number>>;
}

const noReward: FinalReward = { reward: null };

async function finalReward(run: Run, stop: StopReason): Promise<FinalReward> {
  const { target } = run.session;
  if (target === undefined || stop === 'cancelled') return noReward;
  const response = run.text.finished(run.ids, stop === 'eos');
  const [reward] = await target.score([response], run.signal);
  run.ledger.finalReward(response.tokens.length);
  const parts = await target.parts(response);
  return { reward: reward!, ...(parts && { parts }) };
}

function resultOf(
  run: Run,
  { stop, samples, bestOf }: Ending,
  reward: FinalReward,
): DecodingResult {
  const { kl, referenceLogProb } = bestOf ?? run.kl;
  return {
    text: run.stream.text,
    ids: run.ids,
    stop,
    ...reward,
    kl,
    referenceLogProb,
    ...(samples && { samples }),
    stats: run.ledger.stats(),
  };
}

function performanceNow(): number {
  return performance.now();
}

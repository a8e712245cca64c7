import { bestOfN, bestOfNDivergence, type BestOfN } from './best-of-n.ts';
import { choosePlain, chooseValued, type Choice } from './choice.ts';
import { planDecoding, type DecodingRequest } from './plan.ts';
import type { DecodingResult, SampledResponse, StopReason, TokenEvent } from './result.ts';
import { Run } from './run.ts';

type Written = AsyncGenerator<TokenEvent, StopReason, void>;

/**
 * Writes one response with the method that the request names: one event per committed token, the
 * result as the generator's return value. Cancelling gives a result with what was written; leaving
 * the loop early closes everything.
 * @throws TqError invalidInput or contextFull before anything is computed; badReward, naming the
 *   reward, when a score is unusable (events given before stay valid)
 */
export async function* generate(
  request: DecodingRequest,
): AsyncGenerator<TokenEvent, DecodingResult, void> {
  const plan = planDecoding(request);
  const run = new Run(plan, request.decode, request.now ?? performanceNow, request.signal);
  try {
    const drawn: SampledResponse[] = [];
    const ending = { stop: 'cancelled' as StopReason, reward: noReward };
    try {
      if (!run.signal?.aborted) {
        await run.session.open();
        const stop = yield* plan.method.selection === 'best-of-n'
          ? writeBestOfN(run, drawn)
          : writeTokens(run);
        ending.reward = await finalReward(run, stop);
        ending.stop = stop;
      }
    } catch (error) {
      if (!run.signal?.aborted) throw error;
    }
    return resultOf(run, ending, drawn);
  } finally {
    run.session.close();
  }
}

/** Runs a generator to its end: all events, and the result. */
export async function collect(
  generation: AsyncGenerator<TokenEvent, DecodingResult, void>,
): Promise<{ readonly events: readonly TokenEvent[]; readonly result: DecodingResult }> {
  const events: TokenEvent[] = [];
  for (;;) {
    const next = await generation.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

async function* writeTokens(run: Run): Written {
  const choose = run.plan.method.selection === 'plain' ? choosePlain : chooseValued;
  for (;;) {
    if (run.signal?.aborted) return 'cancelled';
    const choice = await choose(run);
    const { event, stop } = commitText(run, choice);
    yield { ...event, reward: await runningReward(run, stop) };
    if (stop !== undefined) return stop;
    await run.session.commit(choice.token);
  }
}

async function* writeBestOfN(run: Run, drawn: SampledResponse[]): Written {
  const { best, samples }: BestOfN = await bestOfN(run);
  drawn.push(...samples);
  for (const [index, token] of best.tokens.entries()) {
    if (run.signal?.aborted) return 'cancelled';
    const { event, stop } = commitText(run, {
      token,
      logProb: best.logProbs[index]!,
      value: null,
      decision: 'plain',
      candidates: [],
    });
    yield event;
    if (stop !== undefined) return stop;
  }
  return 'length';
}

/** Appends the chosen token to the text and tells whether the response ends with it. */
function commitText(
  run: Run,
  choice: Omit<Choice, 'logProb'> & { readonly logProb: number | null },
): { event: TokenEvent; stop: StopReason | undefined } {
  const { token, logProb, value, decision, candidates } = choice;
  const index = run.ids.push(token) - 1;
  const ended = run.plan.policy.endTokens.has(token);
  const full = run.ids.length === run.plan.options.maxTokens;
  const text = run.stream.push(run.ids, ended || full);
  run.ledger.token();
  return {
    event: {
      index,
      id: token,
      text,
      logprob: logProb,
      value,
      decision,
      candidates,
      reward: null,
      kl: run.kl.kl,
      wallMs: run.ledger.wallMs,
    },
    stop: run.stream.stopped ? 'stop' : ended ? 'eos' : full ? 'length' : undefined,
  };
}

/** What the text would be worth if it ended here, where a watcher wants to know. */
async function runningReward(run: Run, stop: StopReason | undefined): Promise<number | null> {
  const { rewardEvery } = run.plan.options;
  const { target } = run.session;
  if (rewardEvery === 0 || target === undefined || stop !== undefined) return null;
  if (run.ids.length % rewardEvery !== 0) return null;
  const response = run.text.response(run.ids, false);
  const [reward] = await run.ledger.aside(() => target.score([response], run.signal));
  return reward!;
}

interface FinalReward {
  readonly reward: number | null;
  readonly parts?: Readonly<Record<string, number>>;
}

const noReward: FinalReward = { reward: null };

async function finalReward(run: Run, stop: StopReason): Promise<FinalReward> {
  const { target } = run.session;
  if (target === undefined || stop === 'cancelled') return noReward;
  const response = run.text.response(run.ids, stop === 'eos');
  const [reward] = await target.score([response], run.signal);
  run.ledger.finalReward(response.tokens.length);
  const parts = await target.parts(response);
  return { reward: reward!, ...(parts && { parts }) };
}

function resultOf(
  run: Run,
  { stop, reward }: { stop: StopReason; reward: FinalReward },
  drawn: readonly SampledResponse[],
): DecodingResult {
  const { method, options } = run.plan;
  const bon = method.selection === 'best-of-n';
  const kl = bon ? bestOfNDivergence(options.rolloutsPerCandidate, options.temperature) : run.kl.kl;
  return {
    text: run.stream.text,
    ids: run.ids,
    stop,
    ...reward,
    kl,
    klExact: !bon && kl !== null && run.kl.exact,
    ...(bon && { samples: drawn }),
    stats: run.ledger.stats(),
  };
}

function performanceNow(): number {
  return performance.now();
}

import type { Written } from './methods/method.ts';
import type { Candidate } from './policy.ts';
import { scoreOf, type DrawnCandidate } from './ranking.ts';
import type { CandidateReport, RolloutReport, StopReason, TokenEvent } from './result.ts';
import type { Run } from './run.ts';
import { usesMeanWeight } from './shortcuts/bounds.ts';
import type { Choice, ScoredRollout } from './step.ts';

/** Writes a response token by token: commits each token that `choose` chooses. */
export async function* writeSteps(run: Run, choose: (run: Run) => Promise<Choice>): Written {
  for (;;) {
    if (run.signal?.aborted) return { stop: 'cancelled' };
    const choice = await choose(run);
    const { event, stop } = await record(run, choice);
    yield event;
    if (stop !== undefined) return { stop };
    await run.session.commit(choice.chosen.token);
  }
}

/**
 * Adds a chosen token to the response. The caches of policies and rewards follow later, because the
 * last step does not need them.
 * @returns its event, and why the response ends, if it ends here
 */
export async function record(
  run: Run,
  choice: Choice,
): Promise<{ event: TokenEvent; stop: StopReason | undefined }> {
  const { plan, ids, stream, ledger } = run;
  const { chosen, candidates, outcome } = choice;
  const valuation = outcome?.valuations.get(chosen.token);
  if (outcome) {
    run.lookAhead?.observe(outcome);
    ledger.decision(candidates, outcome, ids.length);
    run.valuer.committed(chosen.token, valuation, ids.length);
  }
  ledger.lead(choice);
  await run.kl.add(choice);
  const reports = candidates.map((candidate) => report(run, candidate, choice));
  const index = ids.push(chosen.token) - 1;
  const ended = plan.policy.endTokens.has(chosen.token);
  const full = ids.length === plan.options.maxTokens;
  const text = stream.push(ids, ended || full);
  ledger.token();
  const stop = stream.stopped ? 'stop' : ended ? 'eos' : full ? 'length' : undefined;
  const event: TokenEvent = {
    index,
    id: chosen.token,
    text,
    logprob: chosen.logProb,
    value: valuation?.value ?? null,
    decision: outcome?.decision ?? 'plain',
    candidates: reports,
    reward: null,
    kl: run.kl.kl,
    wallMs: ledger.wallMs,
  };
  return { event: { ...event, reward: await runningReward(run, stop) }, stop };
}

/** The reward if the text ended here; null unless `rewardEvery` requests it. */
async function runningReward(run: Run, stop: StopReason | undefined): Promise<number | null> {
  const { rewardEvery } = run.plan.options;
  const { target } = run.session;
  if (rewardEvery === 0 || target === undefined || stop !== undefined) return null;
  if (run.ids.length % rewardEvery !== 0) return null;
  const response = run.text.response(run.ids, false);
  const [reward] = await run.ledger.aside(() => target.score([response], run.signal));
  return reward!;
}

/** Reports one candidate of a step, before the chosen token is part of the text. */
function report(
  run: Run,
  candidate: Candidate | DrawnCandidate,
  { outcome }: Choice,
): CandidateReport {
  const { token, logProb } = candidate;
  const noise = 'noise' in candidate && run.plan.options.temperature > 0 ? candidate.noise : null;
  const shown = { id: token, text: run.text.added(run.ids, [token]), logprob: logProb, noise };
  const unknown = { ...shown, value: null, logMeanWeight: null, rollouts: [] };
  if (outcome === undefined) return { ...unknown, score: logProb, why: 'skipped' };
  const valuation = outcome.valuations.get(token);
  if (valuation === undefined) {
    const why = outcome.decision === 'skipped' ? 'skipped' : 'pruned';
    return { ...unknown, score: null, why };
  }
  return {
    ...shown,
    value: valuation.value,
    logMeanWeight: usesMeanWeight(run.plan) ? valuation.logMeanWeight : null,
    score: scoreOf(candidate, valuation, run.plan.options.alpha),
    rollouts: valuation.rollouts.map((rollout) => rolloutReport(run, rollout)),
    why: 'evaluated',
  };
}

function rolloutReport(
  run: Run,
  { tokens: [candidate, ...rest], ended, reward, baselineReward, weight }: ScoredRollout,
): RolloutReport {
  const rolledOut = run.plan.method.estimate?.rollsOut === true && candidate !== undefined;
  const text = rolledOut ? run.text.added([...run.ids, candidate], rest) : null;
  return { text, ended, reward, baselineReward, weight };
}

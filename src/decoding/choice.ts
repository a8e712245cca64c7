import { ErrorCode, TqError } from '../protocol/errors.ts';
import { exhaustiveStep } from './exhaustive.ts';
import { lazyStep } from './lazy.ts';
import type { Candidate, TokenId } from './policy.ts';
import { stream } from './random.ts';
import { drawNoise, scoreOf } from './ranking.ts';
import type { CandidateReport, TokenEvent } from './result.ts';
import type { Run } from './run.ts';
import type { StepOutcome, ValueCandidates } from './step.ts';

/** The token of one step and what its event tells about it. */
export type Choice = Candidate & Pick<TokenEvent, 'value' | 'decision' | 'candidates'>;

/** The next token of a plain policy: its argmax, or a sample of the whole distribution. */
export async function choosePlain(run: Run): Promise<Choice> {
  const { options } = run.plan;
  const candidates = await nextCandidates(run);
  const chosen =
    options.temperature === 0
      ? candidates[0]!
      : await run.session.sequence.sample(
          stream(options.seed, 'sample', run.ids.length),
          options.temperature,
        );
  await run.kl.addPlain(candidates);
  return {
    token: chosen.token,
    logProb: chosen.logProb,
    value: null,
    decision: 'plain',
    candidates: candidates.map(({ token, logProb }) => ({
      id: token,
      text: run.text.added(run.ids, [token]),
      logprob: logProb,
      value: null,
      score: logProb,
      rollout: null,
      why: 'skipped',
    })),
  };
}

/** The next token by log pi + value/alpha over the k candidates. */
export async function chooseValued(run: Run): Promise<Choice> {
  const { options } = run.plan;
  const candidates = drawNoise(
    await nextCandidates(run),
    options.temperature,
    options.seed,
    run.ids.length,
  );
  const value: ValueCandidates = async (some, leader) =>
    run.valuer.value(some, run.ids, () => run.lookAhead?.prefetch(leader, run.ids) ?? []);
  const outcome = options.shortcuts.bounds
    ? await lazyStep(
        candidates,
        { alpha: options.alpha, range: run.session.target?.range, batch: options.batch },
        value,
      )
    : await exhaustiveStep(candidates, options.alpha, value);
  const { chosen, decision, valuations } = outcome;
  run.lookAhead?.observe(outcome);
  run.ledger.decision(candidates, outcome, run.ids.length);
  await run.kl.addValued(candidates, outcome);
  const choice: Choice = {
    token: chosen.token,
    logProb: chosen.logProb,
    value: valuations.get(chosen.token)?.value ?? null,
    decision,
    candidates: candidates.map((candidate) => report(run, candidate, outcome)),
  };
  run.valuer.committed(chosen.token, valuations.get(chosen.token));
  return choice;
}

/** The k most likely tokens, those without probability left out. */
async function nextCandidates({ plan, session }: Run): Promise<Candidate[]> {
  const candidates = await session.sequence.next(plan.options.topK);
  const possible = candidates.filter(({ logProb }) => logProb > -Infinity);
  if (possible.length > 0) return possible;
  throw new TqError(
    ErrorCode.badModel,
    `The policy "${plan.policy.id}" gave no token a probability; its weights may be damaged.`,
  );
}

function report(run: Run, candidate: Candidate, outcome: StepOutcome): CandidateReport {
  const { token, logProb } = candidate;
  const valuation = outcome.valuations.get(token);
  const known = {
    id: token,
    text: run.text.added(run.ids, [token]),
    logprob: logProb,
  };
  if (valuation === undefined) {
    const why = outcome.decision === 'skipped' ? 'skipped' : 'pruned';
    return { ...known, value: null, score: null, rollout: null, why };
  }
  return {
    ...known,
    value: valuation.value,
    score: scoreOf(candidate, valuation.value, run.plan.options.alpha),
    rollout: rolloutText(run, valuation.rollouts[0]?.tokens ?? []),
    why: 'evaluated',
  };
}

function rolloutText(run: Run, [candidate, ...rest]: readonly TokenId[]): string | null {
  if (!run.plan.method.rollouts || candidate === undefined) return null;
  return run.text.added([...run.ids, candidate], rest);
}

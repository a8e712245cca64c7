import { ErrorCode, TqError } from '../protocol/errors.ts';
import { exhaustiveStep } from './exhaustive.ts';
import { lazyStep } from './shortcuts/lazy.ts';
import type { Candidate } from './policy.ts';
import { stream } from './random.ts';
import { drawNoise } from './ranking.ts';
import type { Run } from './run.ts';
import type { Choice, ValueCandidates } from './step.ts';

/** The next token of a plain policy: its argmax, or a sample of the whole distribution. */
export async function choosePlain(run: Run): Promise<Choice> {
  const { temperature, seed } = run.plan.options;
  const candidates = await nextCandidates(run);
  const chosen =
    temperature === 0
      ? candidates[0]!
      : await run.session.sequence.sample(stream(seed, 'sample', run.ids.length), temperature);
  return { chosen, candidates, outcome: undefined };
}

/** The next token by log pi_ref + value/alpha over the k candidates, (12). */
export async function chooseValued(run: Run): Promise<Choice> {
  const { options, bounds } = run.plan;
  const { alpha, batch, shortcuts, temperature, seed } = options;
  const candidates = drawNoise(await nextCandidates(run), temperature, seed, run.ids.length);
  const value: ValueCandidates = async (some, leader) =>
    run.valuer.value(some, run.ids, () => run.lookAhead?.prefetch(leader, run.ids) ?? []);
  const outcome = shortcuts.bounds
    ? await lazyStep(candidates, { alpha, bounds, batch }, value)
    : await exhaustiveStep(candidates, alpha, value);
  return { chosen: outcome.chosen, candidates, outcome };
}

/** The k most likely tokens, without those of probability 0. */
async function nextCandidates({ plan, session }: Run): Promise<Candidate[]> {
  const candidates = await session.sequence.next(plan.options.k);
  const possible = candidates.filter(({ logProb }) => logProb > -Infinity);
  if (possible.length > 0) return possible;
  throw new TqError(
    ErrorCode.badModel,
    `The policy "${plan.policy.id}" gave every token probability 0; its weights may be damaged.`,
  );
}

import type { z } from 'zod';
import type { requests } from '../../protocol/requests.ts';
import type { RewriteResult } from '../../protocol/rewriting.ts';
import { rewriteDocument } from '../../rewriting/rewrite-document.ts';
import type { UnitWriter } from '../../rewriting/unit-writer.ts';
import { loadRequest, rewardOptions, type Emit, type Engine } from './load-request.ts';
import { policyNames } from './policy-names.ts';
import { openRewriteRewards } from './rewrite-rewards.ts';
import { RewriteWriter } from './rewrite-writer.ts';
import { chooseRewritingPolicies, type RewritingPolicies } from './rewriting-policy.ts';

export type RewriteParams = Omit<z.output<(typeof requests.rewrite)['params']>, 'requestId'>;

/**
 * Weight of the divergence from the reference policy in a rewrite, unless the request sets one. At
 * the 1 of other requests, a policy this certain of its answer ignores the reward.
 */
const rewriteAlpha = 0.25;

/** Rewrites the prose of a document; when cancelled, the finished units count. */
export async function runRewrite(
  engine: Engine,
  params: RewriteParams,
  emit: Emit,
  signal: AbortSignal,
): Promise<RewriteResult> {
  const { document, preset, candidates, attempt, options } = params;
  const policies = await chooseRewritingPolicies(options, preset, engine.models);
  const { temperature = 0, seed = 0 } = options;
  return rewriteDocument(
    { document, preset, candidates, attempt, sampling: { temperature, seed } },
    {
      openWriter: () => openWriter(engine, params, policies, emit, signal),
      languages: await engine.models.languages(policyNames({ ...options, ...policies }).reference),
      now: () => performance.now(),
      ...{ emit, signal },
    },
  );
}

/** Loads the models and rewards once for all units. */
async function openWriter(
  engine: Engine,
  { preset, options: given, meaningWeight }: RewriteParams,
  { policy, baseline, note }: RewritingPolicies,
  emit: Emit,
  signal: AbortSignal,
): Promise<UnitWriter> {
  if (note !== undefined) emit({ type: 'note', text: note });
  const load = rewardOptions(given, emit, signal);
  const wanted = { reward: given.reward, meaningWeight };
  const rewards = await openRewriteRewards(engine.rewards, preset, wanted, load);
  const { alpha = rewriteAlpha } = given;
  const options = { ...given, alpha, policy, baseline, reward: rewards.total };
  const prompt = { text: preset.instruction, raw: false };
  const loaded = await loadRequest(engine, prompt, options, emit, signal);
  return new RewriteWriter(loaded, rewards, options, preset.instruction);
}

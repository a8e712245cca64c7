import assert from 'node:assert/strict';
import { Ledger } from '../../src/decoding/accounting/ledger.ts';
import type { DecodingPlan } from '../../src/decoding/plan.ts';
import type { RewardScorer } from '../../src/decoding/scorer.ts';
import type { DecodingSession } from '../../src/decoding/session.ts';
import type { StepOutcome } from '../../src/decoding/step.ts';

type Counted = Pick<RewardScorer, 'positions' | 'responsesScored' | 'textOnly'>;

const reference = { id: 'sft' };
const policy = { id: 'dpo', endTokens: new Set([0]) };

interface Change {
  readonly estimate?: { readonly rollsOut: boolean; readonly usesRewardBaseline: boolean } | null;
  readonly exhaustive?: boolean;
  readonly bounds?: boolean;
  readonly samePolicy?: boolean;
  readonly explicit?: boolean;
  readonly targetReadsText?: boolean;
  /** The reward has no range. */
  readonly unbounded?: boolean;
}

/** A prompt of 3 tokens, H 2, n 2 and T 6; two policies have computed 50 positions. */
function ledgerOf(change: Change = {}, now: () => number = () => 0): Ledger {
  const { estimate = { rollsOut: true, usesRewardBaseline: false } } = change;
  const scorer = (positions: number, responsesScored: number, textOnly: boolean): Counted => ({
    ...{ positions, responsesScored, textOnly },
  });
  const target = scorer(40, 4, change.targetReadsText ?? false);
  const plan = {
    prompt: { tokens: [7, 8, 9] },
    options: {
      ...{ rollout: 2, rollouts: 2, maxTokens: 6, exhaustive: change.exhaustive ?? false },
      shortcuts: { bounds: change.bounds ?? true },
    },
    policy,
    reference: change.samePolicy ? policy : reference,
    rewardBaseline: change.explicit ? {} : undefined,
    method: { estimate: estimate ?? undefined },
    bounds: change.unbounded ? undefined : {},
  };
  const session = {
    ...{ policyPositions: 50, takenOverPositions: 4, sequenceCount: 2, trunkPositions: undefined },
    requests: null,
    ...{ target, rewards: [target, scorer(30, 4, true), scorer(0, 4, false)] },
  };
  return new Ledger(plan as unknown as DecodingPlan, session as unknown as DecodingSession, now);
}

const candidate = (token: number) => ({ token, logProb: -1, noise: 0 });

/** Candidates 1, 2 and the end after one token; only 1 is valued, by rollouts 5 6 and 56. */
function decide(ledger: Ledger): void {
  const rollouts = [
    [1, 5, 6],
    [1, 56],
  ].map((tokens) => ({
    ...{ tokens, ended: false, logProbs: [], reward: 0.5 },
    ...{ baselineReward: null, weight: null },
  }));
  const outcome: StepOutcome = {
    chosen: candidate(1),
    decision: 'evaluated',
    valuations: new Map([[1, { value: 0.5, logMeanWeight: 0, rollouts }]]),
  };
  ledger.decision([1, 2, 0].map(candidate), outcome, 1);
  ledger.token();
}

/** The last token of six, without a value. */
function skip(ledger: Ledger): void {
  const outcome: StepOutcome = {
    chosen: candidate(3),
    decision: 'skipped',
    valuations: new Map(),
  };
  ledger.decision([candidate(3)], outcome, 5);
  ledger.token();
}

describe('the ledger of a response', () => {
  it('counts what was done and what Algorithm 1 would have done', () => {
    const ledger = ledgerOf();
    decide(ledger);
    skip(ledger);
    ledger.finalReward(6);
    const stats = ledger.stats();
    const { steps, skippedSteps, candidatesEvaluated, rolloutTokens } = stats;
    assert.deepEqual([steps, skippedSteps, candidatesEvaluated, rolloutTokens], [2, 1, 1, 3]);
    assert.deepEqual([stats.policyPositions, stats.takenOverPositions], [50, 4]);
    assert.deepEqual([stats.rewardPositions, stats.responsesScored], [70, 4]);
    assert.equal(stats.trunkPositions, null);
    assert.equal(stats.exhaustiveCandidates, 4);
    // Candidate 1: 2 + 1 tokens as computed; candidate 2: n H = 4 at most; the end: none.
    assert.equal(stats.exhaustiveRolloutTokens, 7);
    // Prompt and all tokens but the last, under two policies, and the rollouts.
    assert.equal(stats.exhaustivePositions, (3 + 1) * 2 + 7);
    // The model that reads tokens: prompt, text and rollouts of both decisions, whose common
    // beginnings it reads once, and the final text. The one that reads text: 30 positions for 4
    // responses, hence 52.5 for the 7 of Algorithm 1. The third has no model.
    const decisions = 3 + 1 + (4 + 5 + 1) + (3 + 5 + 1);
    assert.equal(stats.exhaustiveRewardPositions, decisions + (3 + 6) + 53);
  });

  it('counts the final text for a target that reads text, too', () => {
    const ledger = ledgerOf({ targetReadsText: true });
    decide(ledger);
    // 5 responses: 2 of candidate 1, at most 2 of candidate 2, 1 of the end.
    assert.equal(ledger.stats().exhaustiveRewardPositions, 50 + 38);
    ledger.finalReward(2);
    assert.equal(ledger.stats().exhaustiveRewardPositions, 60 + 38);
  });

  it('counts rollouts twice if pi_SFT reads them for the implicit baseline reward', () => {
    const indirect = { rollsOut: true, usesRewardBaseline: true };
    for (const [change, times] of [
      [{}, 2],
      [{ explicit: true }, 1],
      [{ samePolicy: true }, 1],
    ] as const) {
      const ledger = ledgerOf({ estimate: indirect, ...change });
      decide(ledger);
      assert.equal(ledger.stats().exhaustivePositions, 3 * 2 + 7 * times);
    }
  });

  it('counts no rollouts for a method without them', () => {
    const ledger = ledgerOf({ estimate: { rollsOut: false, usesRewardBaseline: false } });
    skip(ledger);
    const { exhaustiveRolloutTokens, exhaustivePositions, exhaustiveRewardPositions } =
      ledger.stats();
    assert.deepEqual([exhaustiveRolloutTokens, exhaustivePositions], [0, 6]);
    assert.equal(exhaustiveRewardPositions, 3 + 5 + 1 + 8);
  });

  it('takes what was done as Algorithm 1 in full, if it was', () => {
    for (const change of [{ exhaustive: true }, { estimate: null }]) {
      const ledger = ledgerOf(change);
      decide(ledger);
      const stats = ledger.stats();
      assert.equal(stats.exhaustiveCandidates, stats.candidatesEvaluated);
      assert.equal(stats.exhaustiveRolloutTokens, 3);
      assert.equal(stats.exhaustivePositions, 50);
      assert.equal(stats.exhaustiveRewardPositions, 70);
    }
  });

  it('counts the responses of best-of-N', () => {
    const ledger = ledgerOf({ estimate: null });
    ledger.responses([[1, 2], [3]].map((tokens) => ({ tokens, ended: false, logProbs: [] })));
    const { candidatesEvaluated, rolloutTokens } = ledger.stats();
    assert.deepEqual([candidatesEvaluated, rolloutTokens], [2, 3]);
  });

  it('says whether bounds were used', () => {
    const used = (change: Change) => ledgerOf(change).stats().boundsUsed;
    assert.equal(used({}), true);
    assert.equal(used({ bounds: false }), false);
    assert.equal(used({ unbounded: true }), false);
    assert.equal(used({ estimate: null }), false);
  });

  it('measures the time without what is done aside', async () => {
    let clock = 100;
    const ledger = ledgerOf({}, () => clock);
    assert.equal(ledger.stats().firstTokenMs, null);
    assert.equal(ledger.stats().tokensPerSecond, 0);
    clock += 10;
    ledger.token();
    const result = await ledger.aside(() => {
      clock += 1000;
      return Promise.resolve('done');
    });
    await assert.rejects(
      ledger.aside(() => {
        clock += 500;
        return Promise.reject(new Error('no'));
      }),
      /no/u,
    );
    clock += 30;
    ledger.token();
    assert.equal(result, 'done');
    const { firstTokenMs, wallMs, tokensPerSecond } = ledger.stats();
    assert.deepEqual([firstTokenMs, wallMs, tokensPerSecond], [10, 40, 50]);
    assert.equal(ledger.wallMs, 40);
  });
});

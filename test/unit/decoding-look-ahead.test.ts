import assert from 'node:assert/strict';
import type { DecodingPlan } from '../../src/decoding/plan.ts';
import type { Candidate, Rollout, RolloutStart } from '../../src/decoding/policy.ts';
import { drawNoise, type EstimateBounds } from '../../src/decoding/ranking.ts';
import { RolloutSamplers } from '../../src/decoding/rollout-samplers.ts';
import type { DecodingSession } from '../../src/decoding/session.ts';
import { bestBoundFirst } from '../../src/decoding/shortcuts/lazy.ts';
import { LookAhead } from '../../src/decoding/shortcuts/look-ahead.ts';
import type { StepOutcome, Valuation } from '../../src/decoding/step.ts';

const END = 0;

/** Known candidates by the path to them, as [token, log pi]. */
type Known = Readonly<Record<string, readonly (readonly [number, number])[]>>;

interface Setting {
  readonly known: Known;
  /** First tokens of rollouts that were computed before, by path. */
  readonly rolledOut?: readonly string[];
  readonly samplers?: RolloutSamplers;
  readonly maxTokens?: number;
  readonly temperature?: number;
}

const bounds: EstimateBounds = {
  low: { value: 0, logMeanWeight: 0 },
  high: { value: 1, logMeanWeight: 0 },
};

const samplersOf = (rollouts: number, rolloutLaw: 'common' | 'independent'): RolloutSamplers =>
  new RolloutSamplers({ rollouts, rolloutLaw, seed: 1 }, 0);

/** Values lie in [0, 1], alpha is 1 and H is 3. */
function lookAheadOf({ known, rolledOut = [], ...setting }: Setting): LookAhead {
  const { samplers = samplersOf(1, 'common'), maxTokens = 100, temperature = 0 } = setting;
  const plan = {
    bounds,
    options: { alpha: 1, k: 3, seed: 1, rollout: 3, maxTokens, temperature },
    policy: { endTokens: new Set([END]) },
  };
  const sequence = {
    peekNext: (path: readonly number[], k: number): Candidate[] | undefined =>
      known[path.join(' ')]?.slice(0, k).map(([token, logProb]) => ({ token, logProb })),
    peekRollout: ({ tokens, length }: RolloutStart): Rollout => {
      const known = rolledOut.includes(tokens.join(' '));
      const more = known ? length : Math.max(0, length - 1);
      return { tokens: [...tokens, ...Array<number>(more).fill(9)], ended: false, logProbs: [] };
    },
  };
  const session = { sequence };
  return new LookAhead(
    plan as unknown as DecodingPlan,
    session as unknown as DecodingSession,
    samplers,
  );
}

const leading = (token: number, value: number): Valuation => ({
  value,
  logMeanWeight: 0,
  rollouts: [
    {
      ...{ tokens: [token, 9], ended: false, logProbs: [] },
      ...{ reward: value, baselineReward: null, weight: null },
    },
  ],
});

/** Tokens and length of each rollout to compute. */
const shown = (starts: readonly RolloutStart[]): string[] =>
  starts.map(({ tokens, length }) => `${tokens.join(' ')} +${length}`);

/** Two close candidates, and one that cannot win if the first is worth a half. */
const close = [
  [1, -0.1],
  [2, -0.2],
  [3, -0.9],
] as const;
/** The first wins whatever the values are. */
const decided = [
  [4, 0],
  [5, -2],
] as const;

function outcomeOf(values: Readonly<Record<number, number>>, chosen: number): StepOutcome {
  const entries = Object.entries(values).map(
    ([token, value]) => [Number(token), { value, logMeanWeight: 0, rollouts: [] }] as const,
  );
  return {
    chosen: { token: chosen, logProb: -1, noise: 0 },
    decision: 'evaluated',
    // Integer keys would be sorted: the first of `values` is the favourite.
    valuations: new Map(entries),
  };
}

describe('looking ahead', () => {
  it('computes the favourite, the alternatives that survive it, and the next candidates', () => {
    const lookAhead = lookAheadOf({ known: { '': close } });
    const starts = lookAhead.prefetch(leading(1, 0.5), [7]);
    // With a half, the first has 0.4, and the bounds of the others are 0.8 and 0.1.
    assert.deepEqual(shown(starts), ['1 +3', '2 +3', '1 +1']);
  });

  it('takes all alternatives whose bound is above the value of the leader', () => {
    const lookAhead = lookAheadOf({ known: { '': close } });
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.1), [])), [
      ...['1 +3', '2 +3', '3 +3', '1 +1'],
    ]);
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.95), [])), ['1 +3', '1 +1']);
  });

  it('follows the leader, even if it is not the favourite', () => {
    const lookAhead = lookAheadOf({ known: { '': close } });
    assert.deepEqual(shown(lookAhead.prefetch(leading(2, 0.95), [])), ['1 +3', '2 +1']);
  });

  it('follows favourites after that, and needs nothing at a decided step', () => {
    const known = { '': close, '1': decided, '1 4': close };
    const lookAhead = lookAheadOf({ known });
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.95), [])), [
      ...['1 +3', '1 4 1 +3', '1 4 1 +1'],
    ]);
  });

  it('leaves out rollouts that are known', () => {
    const lookAhead = lookAheadOf({ known: { '': close }, rolledOut: ['1'] });
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.5), [])), ['2 +3', '1 +1']);
  });

  it('knows no alternatives before any value, and guesses by the last favourite then', () => {
    const lookAhead = lookAheadOf({ known: { '': close } });
    assert.deepEqual(shown(lookAhead.prefetch(undefined, [])), ['1 +3', '1 +1']);
    lookAhead.observe(outcomeOf({ 1: 0.5, 2: 0.1 }, 1));
    assert.deepEqual(shown(lookAhead.prefetch(undefined, [])), ['1 +3', '2 +3', '1 +1']);
    lookAhead.observe({ ...outcomeOf({}, 1), decision: 'skipped' });
    assert.deepEqual(shown(lookAhead.prefetch(undefined, [])), ['1 +3', '2 +3', '1 +1']);
  });

  it('ends where the text ends', () => {
    const ending = [
      [END, -0.1],
      [2, -0.2],
    ] as const;
    const lookAhead = lookAheadOf({ known: { '': close, '1': ending, '1 0': close } });
    // The end needs no rollout, and nothing follows it.
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.95), [])), ['1 +3']);
    const survivor = lookAhead.prefetch(leading(1, 0.5), []);
    assert.deepEqual(shown(survivor), ['1 +3', '2 +3', '1 2 +3']);
  });

  it('ends where a longer path ends', () => {
    const ending = [
      [END, -0.1],
      [2, -0.2],
    ] as const;
    const known = { '': close, '1': decided, '1 4': ending, '1 4 0': close };
    assert.deepEqual(shown(lookAheadOf({ known }).prefetch(leading(1, 0.95), [])), ['1 +3']);
  });

  it('draws the noise of the step that it looks at', () => {
    const even = [1, 2, 3, 4, 5].map((token) => [token, -1] as const);
    const candidates = even.slice(0, 3).map(([token, logProb]) => ({ token, logProb }));
    const first = (step: number) =>
      bestBoundFirst(drawNoise(candidates, 1, 1, step), bounds, 1)[0]!.candidate.token;
    const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((step) => first(step + 1) !== first(step - 1));
    assert.ok(steps.length > 0);
    for (const step of steps) {
      const lookAhead = lookAheadOf({ known: { '': even, '1': even }, temperature: 1 });
      const starts = lookAhead.prefetch(leading(1, 1), Array<number>(step).fill(7));
      const [next] = starts.filter(({ tokens }) => tokens.length === 2);
      assert.equal(next!.tokens[1], first(step + 1));
    }
  });

  it('ends where the response may have no more tokens', () => {
    const known = { '': close, '1': close, '1 1': close };
    const lookAhead = lookAheadOf({ known, maxTokens: 5 });
    // The last token has nothing to roll out.
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.95), [7, 7])), ['1 +2', '1 1 +1']);
    assert.deepEqual(lookAhead.prefetch(leading(1, 0.95), [7, 7, 7, 7, 7]), []);
  });

  it('ends where the policy has no candidates', () => {
    const lookAhead = lookAheadOf({ known: { '': close, '1': [] } });
    assert.deepEqual(shown(lookAhead.prefetch(leading(1, 0.95), [])), ['1 +3']);
  });

  it('ends once the text probably takes another way', () => {
    // Two alternatives a step: the text stays with probability 0.9 ** 2 at each.
    const path = (length: number) => Array<number>(length).fill(1).join(' ');
    const known = Object.fromEntries([0, 1, 2, 3, 4, 5].map((length) => [path(length), close]));
    const steps = (lookAhead: LookAhead) =>
      new Set(lookAhead.prefetch(leading(1, 0.1), []).map(({ tokens }) => tokens.length)).size;
    assert.equal(steps(lookAheadOf({ known })), 3);
    const confirmed = lookAheadOf({ known });
    for (let times = 0; times < 5; times += 1) confirmed.observe(outcomeOf({ 1: 0.1, 2: 0.2 }, 1));
    assert.equal(steps(confirmed), 3);
    const surprised = lookAheadOf({ known });
    // 2 of 11 alternatives won, then 3 of 12, 4 of 13, 5 of 14 and 6 of 15.
    for (let times = 0; times < 5; times += 1) surprised.observe(outcomeOf({ 1: 0.1, 2: 0.2 }, 2));
    assert.equal(steps(surprised), 2);
    // A half after four surprises: with two alternatives, the text stays with a quarter.
    const even = lookAheadOf({ known });
    for (let times = 0; times < 4; times += 1) even.observe(outcomeOf({ 1: 0.1 }, 2));
    assert.equal(steps(even), 2);
    even.observe(outcomeOf({ 1: 0.1 }, 2));
    assert.equal(steps(even), 1);
  });

  it('keeps to few rollouts, fewer for a sampled text', () => {
    const samplers = samplersOf(5, 'common');
    const known = { '': close, '1': close };
    const greedy = lookAheadOf({ known, samplers });
    const starts = greedy.prefetch(leading(1, 0.1), []);
    assert.equal(starts.length, 8);
    assert.deepEqual(
      starts.map(({ sampler }) => sampler),
      [...samplers.at(0, 1), ...samplers.at(0, 2).slice(0, 3)],
    );
    const sampled = lookAheadOf({ known, samplers, temperature: 1e-9 });
    assert.equal(sampled.prefetch(leading(1, 0.1), []).length, 4);
  });

  it('gives each rollout the sampler of its own step and candidate', () => {
    const samplers = samplersOf(2, 'independent');
    const lookAhead = lookAheadOf({ known: { '': close, '1': close }, samplers });
    // At step 4: the favourite and an alternative, then the favourite of step 5 and its rival.
    const starts = lookAhead.prefetch(leading(1, 0.5), [7, 7, 7, 7]);
    assert.deepEqual(shown(starts).slice(0, 6), [
      ...['1 +3', '1 +3', '2 +3', '2 +3', '1 1 +3', '1 1 +3'],
    ]);
    const own = [samplers.at(4, 1), samplers.at(4, 2), samplers.at(5, 1)].flat();
    assert.equal(new Set(own).size, 6);
    own.forEach((sampler, index) => {
      assert.equal(starts[index]!.sampler, sampler);
    });
  });
});

describe('whether decoding looks ahead', () => {
  const shortcuts = { lookAhead: true, carryOver: true, bounds: true };
  const applies = (change: Readonly<Record<string, unknown>>) =>
    LookAhead.applies({
      method: { estimate: { rollsOut: true } },
      options: { shortcuts },
      bounds,
      ...change,
    } as unknown as DecodingPlan);

  it('depends on rollouts, bounds of estimates, and shortcuts 3 to 5', () => {
    assert.equal(applies({}), true);
    for (const name of ['lookAhead', 'carryOver', 'bounds']) {
      assert.equal(applies({ options: { shortcuts: { ...shortcuts, [name]: false } } }), false);
    }
    assert.equal(applies({ bounds: undefined }), false);
    assert.equal(applies({ method: { estimate: { rollsOut: false } } }), false);
    assert.equal(applies({ method: { estimate: undefined } }), false);
  });
});

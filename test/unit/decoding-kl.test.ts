import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  divergenceBounds,
  divergenceOf,
  type Span,
} from '../../src/decoding/accounting/divergence.ts';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { logSumExp } from '../../src/decoding/softmax.ts';
import { RecordingPolicy } from './recording.ts';
import {
  letters,
  randomScores,
  randomTable,
  TabularPolicy,
  TabularReward,
  type Table,
} from './tabular.ts';

const vocabulary = 5;
const prompt = { text: '', tokens: [1, 2] };

const logits = (length: number) =>
  fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: length, maxLength: length });
const logProbs = (length: number) => logits(length).map((drawn) => normalised(drawn));

describe('KL of a plain step', () => {
  it('is that of the whole distributions, and 0 only for the reference', () => {
    fc.assert(
      fc.property(logProbs(4), logProbs(4), (policy, reference) => {
        const expected = policy.reduce(
          (sum, log, i) => sum + Math.exp(log) * (log - reference[i]!),
          0,
        );
        close(divergenceOf(policy, reference), expected);
        close(divergenceOf(reference, reference), 0);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('leaves out tokens that the policy never writes', () => {
    close(divergenceOf([0, -Infinity], [Math.log(0.25), -Infinity]), Math.log(4));
  });
});

describe('bounds of the KL of a step', () => {
  /** Scores of which some are known, and shares that place the others in their spans. */
  const steps = fc.integer({ min: 1, max: 14 }).chain((count) =>
    fc.record({
      lows: logits(count),
      widths: fc.array(fc.constantFrom(0, 0, 0.1, 1, 5, 40), {
        minLength: count,
        maxLength: count,
      }),
      places: fc.array(
        fc.array(fc.constantFrom(0, 1, 0.5, 0.9), { minLength: count, maxLength: count }),
        { minLength: 20, maxLength: 20 },
      ),
      logQ: logProbs(count + 1).map((drawn) => drawn.slice(1)),
    }),
  );

  it('hold for all scores within their spans, and are the KL where all are known', () => {
    fc.assert(
      fc.property(steps, ({ lows, widths, places, logQ }) => {
        const spans = lows.map((low, i) => ({ low, high: low + widths[i]! }));
        const { low, high } = divergenceBounds(spans, logQ);
        for (const shares of places) {
          const scores = spans.map((span, i) => span.low + shares[i]! * widths[i]!);
          const truth = divergenceOf(normalised(scores), logQ);
          assert.ok(truth >= low - 1e-9 && truth <= high + 1e-9, `${truth}: ${low} to ${high}`);
        }
        if (widths.every((width) => width === 0)) assert.equal(low, high);
      }),
      { numRuns: 1000, seed: 3 },
    );
  });

  it('are reached, so that no narrower ones would hold', () => {
    fc.assert(
      fc.property(
        logits(3),
        fc.double({ min: 0.01, max: 8, noNaN: true }),
        logProbs(4),
        (scores, width, all) => {
          const logQ = all.slice(1);
          const spans = scores.map((low, i) => ({ low, high: i === 0 ? low : low + width }));
          const { low, high } = divergenceBounds(spans, logQ);
          const found = grid(spans, 60).map((each) => divergenceOf(normalised(each), logQ));
          close(high, Math.max(...found));
          assert.ok(Math.min(...found) - low <= 0.02, `${low} ${Math.min(...found)}`);
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });

  it('are infinite for a candidate that the reference never writes', () => {
    const bounds = divergenceBounds([{ low: 0, high: 1 }], [-Infinity]);
    assert.deepEqual(bounds, { low: Infinity, high: Infinity });
  });

  it('are minus the log of the mass of the only candidate, whatever its value', () => {
    const { low, high } = divergenceBounds([{ low: -3, high: 9 }], [Math.log(0.8)]);
    assert.equal(low, high);
    close(low, -Math.log(0.8));
  });
});

describe('the KL of a result', () => {
  it('is exact for pi_BL, over tokens that are no candidates too', async () => {
    for (const temperature of [0, 1]) {
      const request = requestOf({ method: 'dpo', k: 2, temperature });
      const { result } = await collect(generate(request));
      const { reference, baseline } = request.policies as Record<string, TabularPolicy>;
      let expected = 0;
      for (const state of statesOf(result.ids)) {
        expected += divergenceOf(baseline!.table(state), reference!.table(state));
      }
      const { kind, low, high, of, path } = result.kl!;
      assert.deepEqual([kind, of], ['exact', 'policy']);
      assert.equal(path, temperature === 0 ? 'greedy' : 'sampled');
      close(low, expected);
      assert.equal(high, low);
      assert.ok(expected > 0.1);
    }
  });

  it('is an interval that has the KL of Algorithm 1, where a reward left values out', async () => {
    let intervals = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      for (const alpha of [0.1, 0.5, 2]) {
        const options = { method: 'tq', alpha, k: 4 } as const;
        const lazy = await collect(generate(requestOf(options, seed)));
        const full = await collect(generate(requestOf({ ...options, exhaustive: true }, seed)));
        const { kind, low, high, of, path } = full.result.kl!;
        assert.deepEqual([kind, of, path], ['exact', 'softmax-policy', 'greedy']);
        assert.equal(low, high);
        const bounds = lazy.result.kl!;
        assert.ok(bounds.low <= low + 1e-9 && low <= bounds.high! + 1e-9);
        if (bounds.kind === 'interval') {
          intervals += 1;
          assert.ok(bounds.low < bounds.high!);
        } else assert.deepEqual(bounds, full.result.kl);
        assert.ok(lazy.events.every(({ kl }) => kl!.low <= kl!.high!));
      }
    }
    assert.ok(intervals > 60, String(intervals));
  });

  it('is a lower bound if the reference policy lacks tokens of the policy', async () => {
    const reference = new RecordingPolicy('sft', vocabulary - 1, randomTable(vocabulary - 1, 11));
    for (const method of ['dpo', 'tq'] as const) {
      for (const favourite of [1, 4]) {
        const table = Array.from({ length: vocabulary }, (_, z) => (z === favourite ? 0.6 : 0.1));
        const baseline = new TabularPolicy('dpo', vocabulary, () => table.map(Math.log));
        const request = requestOf({ method, k: vocabulary, alpha: 10, exhaustive: true });
        const policies = { reference, baseline };
        const { result } = await collect(generate({ ...request, policies }));
        const { kind, low, high } = result.kl!;
        assert.deepEqual([kind, high], ['lower-bound', null]);
        assert.ok(low >= 0 && low < Infinity);
        assert.deepEqual([...new Set(result.ids)], [favourite]);
        // pi_SFT never writes a token that it does not have.
        assert.equal(result.referenceLogProb === -Infinity, favourite === 4);
        assert.ok(result.referenceLogProb! < 0);
      }
    }
    const asked = reference.questions('logProbs').flatMap(({ tokens }) => tokens);
    assert.deepEqual([...new Set(asked)].sort(), [0, 1, 2, 3]);
  });

  it('is a lower bound from the other steps if the reference never writes a token', async () => {
    const blind: Table = (state) => {
      const table = randomTable(vocabulary, 11)(state);
      if (state.length !== prompt.tokens.length + 1) return table;
      return normalised(table.map((log, z) => (z === 0 ? -Infinity : log)));
    };
    for (const method of ['dpo', 'tq'] as const) {
      const options = { method, k: vocabulary, exhaustive: true } as const;
      const request = requestOf(options);
      const reference = new TabularPolicy('sft', vocabulary, blind);
      const policies = { ...request.policies, reference };
      const { events, result } = await collect(generate({ ...request, policies }));
      assert.ok(events.length > 2);
      const whole = (await collect(generate(request))).events.map(({ kl }) => kl!.low);
      assert.deepEqual(
        events.map(({ kl }) => [kl!.kind, kl!.high]),
        whole.map((low, step) => (step === 0 ? ['exact', low] : ['lower-bound', null])),
      );
      assert.equal(result.kl!.kind, 'lower-bound');
      // The second step adds nothing, and the others what they add without it.
      close(events[0]!.kl!.low, whole[0]!);
      close(events[1]!.kl!.low, whole[0]!);
      close(result.kl!.low, whole.at(-1)! - whole[1]! + whole[0]!);
    }
  });

  it('costs a text of pi_SFT nothing', async () => {
    for (const method of ['sft', 'cd', 'args'] as const) {
      const policy = new RecordingPolicy('sft', vocabulary, randomTable(vocabulary, 11));
      const request = requestOf({ method, exhaustive: true });
      const { result } = await collect(generate({ ...request, policies: { reference: policy } }));
      assert.ok(result.ids.length > 1);
      assert.equal(result.kl!.kind, 'exact');
      assert.deepEqual(policy.questions('logProbs'), []);
    }
  });

  it('has log pi_SFT(y|x) beside it for every method', async () => {
    for (const method of ['sft', 'dpo', 'bon', 'args', 'cd', 'tq'] as const) {
      for (const temperature of [0, 1]) {
        const request = requestOf({ method, temperature, k: 2, rollouts: 2 });
        const { result } = await collect(generate(request));
        const { table } = request.policies.reference as TabularPolicy;
        const states = statesOf(result.ids);
        const expected = states.reduce((sum, state, i) => sum + table(state)[result.ids[i]!]!, 0);
        close(result.referenceLogProb!, expected);
      }
    }
  });

  it('is missing without a reference policy', async () => {
    const request = requestOf({ method: 'tq' });
    const policies = { baseline: request.policies.baseline };
    const { result } = await collect(generate({ ...request, policies }));
    assert.deepEqual([result.kl, result.referenceLogProb], [null, null]);
  });
});

function requestOf(options: DecodingOptionsInput, seed = 0): DecodingRequest {
  return {
    prompt,
    options: { k: 3, rollout: 3, maxTokens: 5, alpha: 0.2, seed, ...options },
    policies: {
      reference: new TabularPolicy('sft', vocabulary, randomTable(vocabulary, 11 + seed)),
      baseline: new TabularPolicy('dpo', vocabulary, randomTable(vocabulary, 12 + seed)),
    },
    rewards: {
      target: new TabularReward('joy', randomScores(vocabulary, 13 + seed, [0, 1]), [0, 1]),
    },
    decode: letters,
  };
}

/** The states in which the tokens were chosen. */
function statesOf(ids: readonly number[]): number[][] {
  return ids.map((_, step) => [...prompt.tokens, ...ids.slice(0, step)]);
}

/** Scores on a grid over the spans. */
function grid(spans: readonly Span[], steps: number): number[][] {
  return spans.reduce<number[][]>(
    (points, { low, high }) => {
      const places = low === high ? [0] : Array.from({ length: steps + 1 }, (_, i) => i / steps);
      return points.flatMap((point) =>
        places.map((place) => [...point, low + place * (high - low)]),
      );
    },
    [[]],
  );
}

function normalised(scores: readonly number[]): number[] {
  const normaliser = logSumExp(scores);
  return scores.map((score) => score - normaliser);
}

function close(actual: number, expected: number): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

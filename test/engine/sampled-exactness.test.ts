import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { collect, generate } from '../../src/decoding/generate.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { indirectReferences, rolloutLaws } from '../../src/protocol/options.ts';
import { randomScores, TabularReward } from '../unit/tabular.ts';
import { fixtures, openSession } from './compiled.ts';

const range = [0, 1] as const;
const vocabulary = 96;

const problems = fc.record({
  seed: fc.nat(1_000_000),
  method: fc.constantFrom('cd', 'dt', 'tq', 'tq-indirect', 'tq-indirect'),
  rollouts: fc.integer({ min: 2, max: 4 }),
  rollout: fc.integer({ min: 1, max: 5 }),
  k: fc.integer({ min: 2, max: 8 }),
  temperature: fc.constantFrom(0, 0, 1),
  alpha: fc.constantFrom(0.2, 0.5, 1),
  given: fc.boolean(),
  indirectReference: fc.constantFrom(...indirectReferences),
  rolloutLaw: fc.constantFrom(...rolloutLaws),
  shortcuts: fc.record({
    incrementalReward: fc.boolean(),
    bounds: fc.constantFrom(true, true, false),
    carryOver: fc.constantFrom(true, true, false),
    lookAhead: fc.constantFrom(true, true, false),
    dedupe: fc.boolean(),
  }),
});

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

describe('on a compiled model, decoding with sampled rollouts', () => {
  let reference: DecoderPolicy;
  let baseline: DecoderPolicy;

  before(async () => {
    const path = join(fixtures, 'llama-grouped');
    const adapter = join(fixtures, 'lora-policy');
    const ends = new Set([0, 1, 2]);
    const policy = async (id: string, options: { adapter?: string }) =>
      new DecoderPolicy(id, await openSession(path, { format: 'int8', ...options }), ends, 'tiny');
    reference = await policy('sft', {});
    baseline = await policy('dpo', { adapter });
  });

  after(async () => {
    await reference.dispose();
    await baseline.dispose();
  });

  async function write({ given, ...options }: Problem, exhaustive: boolean) {
    const reward = (id: string, seed: number) =>
      new TabularReward(id, randomScores(vocabulary, seed, range), range);
    return collect(
      generate({
        prompt: { text: '', tokens: [5, 9, 33, 70, 12] },
        options: { ...options, maxTokens: 10, exhaustive },
        policies: { reference, baseline },
        rewards: { target: reward('target', 1), ...(given && { baseline: reward('given', 2) }) },
        decode: (tokens) => tokens.join(' '),
      }),
    );
  }

  it('writes the tokens of Algorithm 1 in full, with any of the shortcuts', async () => {
    let saved = 0;
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const lazy = await write(problem, false);
        const full = await write(problem, true);
        assert.deepEqual(lazy.result.ids, full.result.ids);
        lazy.events.forEach(({ candidates }, step) => {
          candidates.forEach((candidate, index) => {
            if (candidate.why !== 'evaluated') return;
            assert.deepEqual(candidate, full.events[step]!.candidates[index]);
          });
        });
        saved += 1 - lazy.result.stats.policyPositions / full.result.stats.policyPositions;
      }),
      { numRuns: 60, seed: 5 },
    );
    assert.ok(saved > 15, `saved ${saved}`);
  });
});

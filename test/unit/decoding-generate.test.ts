import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import { methodIds, type MethodName } from '../../src/protocol/options.ts';
import { END, letters, type Table } from './tabular.ts';
import { World, world, type Setting } from './world.ts';

const settings: fc.Arbitrary<Setting> = fc.record({
  seed: fc.nat(1_000_000),
  vocabulary: fc.integer({ min: 3, max: 6 }),
  method: fc.constantFrom(...methodIds),
  temperature: fc.constantFrom(0, 0.5, 1),
});

describe('generation', () => {
  it('writes consistent lengths, ends, texts and counts with every method', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const here = new World(setting);
        const { events, result } = await collect(generate(here.request()));
        assert.deepEqual(
          events.map(({ id }) => id),
          result.ids,
        );
        assert.deepEqual(
          events.map(({ index }) => index),
          [...events.keys()],
        );
        assert.equal(events.map(({ text }) => text).join(''), result.text);
        assert.equal(result.text, letters(result.ids.filter((id) => id !== END)));
        assert.equal(result.stop, result.ids.at(-1) === END ? 'eos' : 'length');
        assert.ok(!result.ids.slice(0, -1).includes(END));
        assert.ok(result.ids.length <= 6);
        if (result.stop === 'length') assert.equal(result.ids.length, 6);
        assert.equal(result.reward, here.target.of(result.ids));
        if (setting.method === 'bon' && setting.temperature === 0.5) assert.equal(result.kl, null);
        else assert.ok(result.kl !== null && result.kl.low >= 0);
        assert.equal(result.stats.steps, events.length);
        assert.equal(
          result.stats.skippedSteps,
          events.filter(({ decision }) => decision === 'skipped').length,
        );
        assert.ok(here.closed());
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('writes the same text again with the same seed, and other texts with other seeds', async () => {
    for (const method of methodIds) {
      const texts = new Set<string>();
      for (let seed = 0; seed < 20; seed += 1) {
        const once = await collect(generate(world(method, 5, 1).request({ seed })));
        const again = await collect(generate(world(method, 5, 1).request({ seed })));
        assert.equal(once.result.text, again.result.text);
        texts.add(once.result.text);
      }
      assert.ok(texts.size > 1, method);
    }
  });

  it('tends to the baseline policy as alpha grows', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const tq = await collect(generate(world('tq', seed).request({ alpha: 1e9 })));
      const dpo = await collect(generate(world('dpo', seed).request()));
      assert.deepEqual(tq.result.ids, dpo.result.ids);
    }
  });

  it('tends to the candidate with the best rollouts as alpha falls', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { events } = await collect(
        generate(world('tq', seed).request({ alpha: 1e-6, exhaustive: true })),
      );
      for (const { candidates, value } of events) {
        assert.equal(value, Math.max(...candidates.map((candidate) => candidate.value!)));
      }
    }
  });

  it('takes candidates and rollouts from the policy of the method', async () => {
    const first = async (method: MethodName, change: Partial<DecodingOptionsInput> = {}) => {
      const here = world(method);
      const { events } = await collect(generate(here.request(change)));
      const { id, logprob } = events[0]!.candidates[0]!;
      return { here, id, logprob };
    };
    const top = (table: Table) => Math.max(...table([1, 2]));
    for (const method of ['sft', 'args', 'cd'] as const) {
      const { here, logprob } = await first(method);
      assert.equal(logprob, top(here.reference.table));
    }
    for (const method of ['dpo', 'dt', 'tq', 'tq-indirect'] as const) {
      const { here, logprob } = await first(method);
      assert.equal(logprob, top(here.baseline.table));
    }
    const { here, logprob } = await first('args', { argsPolicy: 'baseline' });
    assert.equal(logprob, top(here.baseline.table));
  });

  it('scores the text so far in ARGS, without rollouts', async () => {
    const here = world('args');
    const { events, result } = await collect(generate(here.request({ exhaustive: true })));
    assert.equal(result.stats.rolloutTokens, 0);
    events.forEach(({ candidates }, step) => {
      for (const { id, value, rollouts } of candidates) {
        assert.equal(value, here.target.of([...result.ids.slice(0, step), id]));
        assert.deepEqual(
          rollouts.map(({ text, reward }) => [text, reward]),
          [[null, value]],
        );
      }
    });
  });

  it('keeps the best of N samples and reports all of them', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const { result } = await collect(generate(world('bon', seed).request()));
      const rewards = result.samples!.map(({ reward }) => reward);
      assert.equal(rewards.length, 4);
      assert.equal(result.reward, Math.max(...rewards));
      assert.equal(result.text, result.samples![rewards.indexOf(result.reward!)]!.text);
      const high = Math.log(4) - 3 / 4;
      const bound = { kind: 'upper-bound', low: 0, high, of: 'best-of-n', path: 'sampled' };
      assert.deepEqual(result.kl, bound);
    }
  });

  it('samples pi_BL in best-of-N by the option argsPolicy, without a bound to pi_SFT', async () => {
    const { baseline, ...here } = world('bon', 5);
    const both = new World(here.setting).request({ argsPolicy: 'baseline' });
    const { result } = await collect(generate(both));
    const alone = await collect(generate({ ...both, policies: { baseline } }));
    const plain = await collect(generate(new World(here.setting).request()));

    assert.deepEqual(result.samples, alone.result.samples);
    assert.notDeepEqual(result.samples, plain.result.samples);
    assert.equal(result.kl, null);
  });

  it('chooses the first of equal samples in best-of-N', async () => {
    const here = new World(world('bon').setting, () => 0.5);
    const { result } = await collect(generate(here.request()));
    assert.equal(result.text, result.samples![0]!.text);
  });

  it('reports KL 0 for the reference, the exact KL if exhaustive, and null without a reference', async () => {
    const { kl } = (await collect(generate(world('sft').request()))).result;
    assert.deepEqual([kl!.kind, kl!.low, kl!.high], ['exact', 0, 0]);
    const { result } = await collect(generate(world('tq').request({ exhaustive: true })));
    assert.equal(result.kl!.kind, 'exact');
    const { baseline, target, ...here } = world('tq');
    const alone = await collect(
      generate({ ...world('tq', here.setting.seed).request(), policies: { baseline } }),
    );
    assert.equal(alone.result.kl, null);
    assert.equal(alone.result.reward, target.of(alone.result.ids));
  });

  it('measures times with the given clock', async () => {
    let time = 0;
    const now = () => (time += 100);
    const { result } = await collect(generate({ ...world('dpo').request(), now }));
    const { firstTokenMs, wallMs, tokensPerSecond, steps } = result.stats;
    const sinceStart = time - 100;
    assert.equal(firstTokenMs, 100);
    assert.equal(wallMs, sinceStart);
    assert.equal(tokensPerSecond, (1000 * steps) / sinceStart);
  });
});

describe('stop strings', () => {
  it('end the text before them with every method', async () => {
    let stopped = 0;
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const request = new World(setting).request({ stop: ['ba', 'c'] });
        const { events, result } = await collect(generate(request));
        assert.ok(!/ba|c/u.test(result.text));
        assert.equal(events.map(({ text }) => text).join(''), result.text);
        if (result.stop === 'stop') stopped += 1;
        else assert.equal(result.text, letters(result.ids.filter((id) => id !== END)));
      }),
      { numRuns: 500, seed: 2 },
    );
    assert.ok(stopped > 100);
  });
});

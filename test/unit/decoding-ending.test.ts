import assert from 'node:assert/strict';
import { collect, generate } from '../../src/decoding/generate.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { methodIds } from '../../src/protocol/options.ts';
import { TabularReward } from './tabular.ts';
import { World, world } from './world.ts';

describe('cancelling', () => {
  it('returns the text so far, a beginning of the whole text', async () => {
    for (const method of methodIds) {
      const whole = await collect(generate(world(method, 8, 1).request()));
      for (let after = 0; after < whole.events.length; after += 1) {
        const controller = new AbortController();
        const here = world(method, 8, 1);
        const generation = generate(here.request({}, controller.signal));
        let shown = '';
        for (let index = 0; index < after; index += 1) {
          const next = await generation.next();
          if (!next.done) shown += next.value.text;
        }
        controller.abort();
        const { events, result } = await collect(generation);
        assert.equal(events.length, 0);
        assert.equal(result.stop, 'cancelled');
        assert.equal(result.text, shown);
        assert.ok(whole.result.text.startsWith(shown));
        assert.deepEqual(result.ids, whole.result.ids.slice(0, after));
        assert.equal(result.reward, null);
        assert.ok(here.closed());
      }
    }
  });

  it('opens nothing if the signal is aborted before the start', async () => {
    const { events, result } = await collect(
      generate(world('tq').request({}, AbortSignal.abort())),
    );
    assert.deepEqual([events.length, result.stop, result.text], [0, 'cancelled', '']);
    assert.equal(result.stats.policyPositions, 0);
  });

  it('closes everything when the consumer leaves early', async () => {
    const here = world('tq', 8);
    for await (const event of generate(here.request())) {
      assert.equal(event.index, 0);
      break;
    }
    assert.ok(here.closed());
  });
});

describe('a bad reward', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['not a number', NaN],
    ['infinite', Infinity],
    ['outside its range', 1.5],
  ];
  for (const [what, score] of cases) {
    it(`ends the text with an error that names it if it is ${what}, and keeps earlier events valid`, async () => {
      const setting = { ...world('tq').setting, seed: 8 };
      const good = new World(setting);
      const whole = await collect(generate(good.request({ exhaustive: true })));
      assert.ok(whole.events.length > 1);
      const here = new World(setting, (response) =>
        response[0] === whole.result.ids[0] && response.length > 4
          ? score
          : good.target.of(response),
      );
      const generation = generate(here.request({ exhaustive: true, rollout: 3 }));
      const texts: string[] = [];
      await assert.rejects(
        async () => {
          for await (const { text } of generation) texts.push(text);
        },
        (error: unknown) => {
          assert.ok(error instanceof TqError);
          assert.equal(error.code, ErrorCode.badReward);
          assert.ok(error.message.includes('"joy"') && error.message.includes(String(score)));
          return true;
        },
      );
      assert.ok(texts.length > 0 && whole.result.text.startsWith(texts.join('')));
      assert.ok(here.closed());
    });
  }

  it('ends the text if it leaves its range in any way of decoding, once a score shows it', async () => {
    for (const method of methodIds) {
      for (const exhaustive of [false, true]) {
        const here = new World(world(method).setting, () => -0.2);
        await assert.rejects(
          collect(generate(here.request({ exhaustive }))),
          /The reward "joy" gave -0\.2, outside the range \[0, 1\] that it states\./u,
        );
        assert.ok(here.closed());
      }
    }
  });

  it('is refused if it overflows when it is divided by alpha', async () => {
    const here = world('tq');
    // Without a range, only a score shows it.
    const target = new TabularReward('joy', () => 1e300, undefined);
    await assert.rejects(
      collect(generate({ ...here.request({ alpha: 1e-50 }), rewards: { target } })),
      /^TqError: The option alpha 1e-50 is too small to divide scores of the reward "joy" by;/u,
    );
    assert.ok(here.closed());
  });

  it('is clamped to its range if rounding exceeds it by one ulp', async () => {
    const here = new World(world('tq').setting, () => 1 + Number.EPSILON);
    const { result } = await collect(generate(here.request()));
    assert.equal(result.reward, 1);
  });

  it('is reported with its name and reason if it throws', async () => {
    const here = new World(world('dpo').setting, () => {
      throw new Error('no disk');
    });
    await assert.rejects(collect(generate(here.request())), /The reward "joy" failed: no disk\./u);
    assert.ok(here.closed());
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Bootstrap, mean, quantile } from '../../src/evaluation/metrics/interval.ts';
import {
  publishedDiversity,
  publishedRepetition,
  repetition,
  repetitionOf,
} from '../../src/evaluation/metrics/repetition.ts';
import { measure } from '../../src/evaluation/metrics/measure.ts';
import { wordsOf } from '../../src/evaluation/metrics/words.ts';
import type { Variant } from '../../src/evaluation/run/plan.ts';
import type { Response } from '../../src/evaluation/run/response.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { cosine } from '../../src/engine/reward/model/sentence-embedder.ts';

interface Numbers {
  readonly rep: readonly number[];
  readonly diversity: number;
}

interface Reference {
  readonly texts: readonly {
    readonly text: string;
    readonly tokens: readonly string[];
    readonly published: Numbers;
    readonly plain: Numbers;
  }[];
  readonly coherence: {
    readonly vectors: readonly (readonly [number[], number[]])[];
    readonly cosines: readonly number[];
    readonly mean: number;
  };
}

/** Made by test/fixtures/evaluation_metrics.py. */
const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/evaluation/metrics.json'), 'utf8'),
) as Reference;

function close(value: number, expected: number, within = 1e-9): void {
  assert.ok(Math.abs(value - expected) <= within, `${value} is not ${expected}`);
}

describe('repetition and diversity', () => {
  it('match values computed by hand', () => {
    // a b | b a | a b: two of three pairs are new; a b a | b a b: both; one of four words.
    const tokens = ['a', 'b', 'a', 'b'];
    close(repetition(tokens, 2), 100 / 3);
    close(repetition(tokens, 3), 0);
    close(repetition(tokens, 4), 0);
    close(repetitionOf('a b a b').diversity, 2 / 3);
  });

  it('are 0 and 1 for a text too short to repeat itself', () => {
    assert.deepEqual(repetitionOf('Hello'), { rep: [0, 0, 0], diversity: 1 });
    assert.deepEqual(repetitionOf(''), { rep: [0, 0, 0], diversity: 1 });
  });

  it('match the Python definitions on the tokens of 50 texts', () => {
    assert.equal(reference.texts.length, 50);
    for (const { tokens, published, plain } of reference.texts) {
      for (const [index, n] of [2, 3, 4].entries()) {
        close(publishedRepetition(tokens, n), published.rep[index]!);
        close(repetition(tokens, n), plain.rep[index]!);
      }
      close(publishedDiversity(tokens), published.diversity);
    }
  });

  it('change by at most 0.06 on those texts with Unicode word boundaries', () => {
    for (const { text, plain } of reference.texts) {
      close(repetitionOf(text).diversity, plain.diversity, 0.06);
    }
  });

  it('use the words of a text in order, without space', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const joined = wordsOf(text).join('');
        assert.equal(joined.replaceAll(/\s/gu, ''), text.replaceAll(/\s/gu, ''));
      }),
    );
  });

  it('stay in their ranges for any tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), (tokens) => {
        for (const n of [2, 3, 4]) {
          const rep = repetition(tokens, n);
          assert.ok(rep >= 0 && rep < 100);
          assert.ok(rep <= publishedRepetition(tokens, n));
        }
      }),
    );
  });
});

describe('coherence', () => {
  it('is the mean cosine of pairs, as in the Python definition', () => {
    const unit = (vector: readonly number[]): Float32Array => {
      const length = Math.hypot(...vector);
      return Float32Array.from(vector, (value) => value / length);
    };
    const { vectors, cosines, mean: expected } = reference.coherence;
    const found = vectors.map(([a, b]) => cosine(unit(a), unit(b)));
    for (const [index, value] of found.entries()) close(value, cosines[index]!, 1e-6);
    close(mean(found), expected, 1e-6);
  });
});

describe('bootstrap intervals', () => {
  it('are the same for the same seed and contain the estimate', () => {
    const sample = Array.from({ length: 40 }, (_, index) => (index * 7) % 11);
    const interval = new Bootstrap(40, 3).mean(sample);

    assert.deepEqual(new Bootstrap(40, 3).mean(sample), interval);
    assert.notDeepEqual(new Bootstrap(40, 4).mean(sample), interval);
    close(interval.value, mean(sample));
    assert.ok(interval.low < interval.value && interval.value < interval.high);
  });

  it('extend about 1.96 standard errors to each side of a mean', () => {
    const sample = Array.from({ length: 400 }, (_, index) => index % 2);
    const { low, high } = new Bootstrap(400, 1).mean(sample);

    // Standard error of the mean of 400 fair coin flips: 0.5 / 20.
    close(low, 0.5 - 1.96 * 0.025, 0.006);
    close(high, 0.5 + 1.96 * 0.025, 0.006);
  });

  it('pair by prompt: a constant difference has an interval of width 0', () => {
    const base = Array.from({ length: 30 }, (_, index) => (index * 13) % 17);
    const { value, low, high } = new Bootstrap(30, 1).difference(
      base.map((each) => each + 2),
      base,
    );

    for (const each of [value, low, high]) close(each, 2);
  });

  it('estimate the ratio of means, not the mean of ratios', () => {
    close(new Bootstrap(2, 1).ratio([1, 3], [1, 1]).value, 2);
    close(new Bootstrap(2, 1).ratio([1, 4], [1, 9]).value, 0.5);
  });

  it('refuse a sample of another length', () => {
    assert.throws(
      () => new Bootstrap(3, 1).mean([1, 2]),
      new RangeError('A sample has 2 numbers, not 3.'),
    );
  });

  it('are those of earlier versions for the same seed', () => {
    const sample = [0, 1, 4, 9, 16, 25, 36.5, 49.25, 64.125];
    const { low, high } = new Bootstrap(9, 9).mean(sample);
    assert.deepEqual([low, high], [9.273611111111112, 37.392361111111086]);
  });

  it('leave out draws in which a statistic is not finite', () => {
    // Where all draws are the prompt with 0, the ratio is infinite.
    const { low, high } = new Bootstrap(2, 1).ratio([1, 1], [0, 1]);
    assert.deepEqual([low, high], [1, 2]);
  });

  it('interpolate quantiles between order statistics', () => {
    close(quantile([0, 10], 0.25), 2.5);
    close(quantile([1, 2, 3], 0.5), 2);
    close(quantile([0, 1, 5, 7], 0.5), 3);
    close(quantile([0, 1, 5, 7], 0.9), 6.4);
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });
});

describe('the measurements of a variant', () => {
  const setup = { id: 's', prompts: [{ text: 'p', raw: false }] };
  const variant = { setup, method: 'tq', keys: ['one'] } as unknown as Variant;
  const embedder = {
    embed: (text: string) =>
      Promise.resolve({ vector: Float32Array.of(text === 'p' ? 1 : 0.5), positions: 1 }),
  };
  const measured = (change: Readonly<Record<string, unknown>>) => {
    const response = { key: 'one', text: 'Hi, 2 - ok!', reward: 0.5, ...change };
    return measure(variant, new Map([['one', response as unknown as Response]]), embedder);
  };

  it('count words, not marks', async () => {
    const { words, rewards, coherences } = await measured({});
    assert.deepEqual([words, rewards, coherences], [[3], [0.5], [0.5]]);
  });

  it('need a reward of every response', async () => {
    await assert.rejects(measured({ reward: null }), (error: unknown) => {
      assert.ok(error instanceof TqError && error.code === ErrorCode.badReward);
      const what = 'The response one of tq in the setup s has no reward';
      const remedy = 'remove its line from responses.jsonl and run the command again.';
      assert.equal(error.message, `${what}; ${remedy}`);
      return true;
    });
  });
});

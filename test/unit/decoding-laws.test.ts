import assert from 'node:assert/strict';
import { algorithm1 } from '../../src/decoding/algorithm1.ts';
import { collect, generate } from '../../src/decoding/generate.ts';
import { stream } from '../../src/decoding/random.ts';
import { rolloutLaws, type RolloutLaw } from '../../src/protocol/options.ts';
import {
  commonLaw,
  independentLaw,
  promptToken,
  totalVariation,
  type Law,
  type SmallProblem,
} from './rollout-laws.ts';
import { letters, TabularPolicy, TabularReward } from './tabular.ts';

/** A random problem; the seeds below are those of 40 in which the two laws differ most. */
function problemOf(seed: number, change: Partial<SmallProblem>): SmallProblem {
  const drawn = (tokens: readonly number[], which: number): number =>
    stream(
      seed,
      'sample',
      tokens.reduce((code, token) => code * 4 + token + 1, 0),
      which,
    ).uniform();
  const tables = [
    [0.25, 0.5, 0.25],
    [0.25, 0.25, 0.5],
    [0.5, 0.25, 0.25],
  ];
  return {
    table: (state) => tables[Math.floor(3 * drawn(state, 0))]!.map(Math.log),
    reward: (response) => drawn(response, 1),
    baselineReward: (response) => drawn(response, 2),
    ...{ maxTokens: 3, rollout: 2, rollouts: 4, alpha: 0.05, beta: 0.2, temperature: 1 },
    indirect: false,
    ...change,
  };
}

const direct = problemOf(39, {});
const indirect = problemOf(19, { indirect: true });

describe('the law of whole texts', () => {
  const draws = 4000;

  for (const [name, problem] of Object.entries({ tq: direct, 'tq-indirect': indirect })) {
    const one = independentLaw({ ...problem, rollouts: 1 });
    const laws = { independent: independentLaw(problem), common: commonLaw(problem) };

    for (const rolloutLaw of rolloutLaws) {
      it(`of ${name} with one greedy rollout is the enumerated one, ${rolloutLaw}`, async () => {
        const counts = await counted(draws, write({ ...problem, rollouts: 1 }, rolloutLaw));
        assertFollows(counts, one);
      });

      it(`of ${name} with 4 rollouts is the enumerated one, ${rolloutLaw}`, async () => {
        const counts = await counted(draws, write(problem, rolloutLaw));
        assertFollows(counts, laws[rolloutLaw]);
        const other = laws[rolloutLaw === 'common' ? 'independent' : 'common'];
        assert.throws(() => {
          assertFollows(counts, other);
        }, 'the sample cannot tell the laws apart');
      });
    }

    it(`of ${name} in algorithm1.ts is the one with independent rollouts`, async () => {
      const counts = await counted(draws, oracle(problem));
      assertFollows(counts, laws.independent);
    });
  }

  it('is another one if candidates and steps share random numbers', () => {
    const [sampled, greedy] = [direct, { ...direct, temperature: 0, alpha: 0.1 }];
    assert.ok(totalVariation(commonLaw(sampled), independentLaw(sampled)) > 0.13);
    assert.ok(totalVariation(commonLaw(greedy), independentLaw(greedy)) > 0.2);
  });

  it('is the same one if there is nothing to roll out', () => {
    const last = { ...direct, maxTokens: 1 };
    assert.ok(totalVariation(commonLaw(last), independentLaw(last)) < 1e-12);
  });
});

type Write = (seed: number) => Promise<readonly number[]>;

function partsOf(problem: SmallProblem) {
  const policy = new TabularPolicy('dpo', 3, problem.table);
  return {
    prompt: { text: '', tokens: [promptToken] },
    policy,
    target: new TabularReward('target', problem.reward, [0, 1]),
    baseline: new TabularReward('baseline', problem.baselineReward, [0, 1]),
  };
}

/** Writes with the shortcuts. */
function write(problem: SmallProblem, rolloutLaw: RolloutLaw): Write {
  const { alpha, beta, maxTokens, rollout, rollouts, temperature } = problem;
  const { prompt, policy, target, baseline } = partsOf(problem);
  const options = { alpha, beta, maxTokens, rollout, rollouts, temperature, rolloutLaw, k: 3 };
  const method = problem.indirect ? 'tq-indirect' : 'tq';
  return async (seed) => {
    const { result } = await collect(
      generate({
        prompt,
        options: { ...options, method, seed },
        policies: { baseline: policy },
        rewards: { target, baseline },
        decode: letters,
      }),
    );
    return result.ids;
  };
}

/** Writes with Algorithm 1 as written. */
function oracle(problem: SmallProblem): Write {
  const { alpha, beta, maxTokens, rollout, rollouts, temperature } = problem;
  const { prompt, policy, target: reward, baseline: from } = partsOf(problem);
  const given = {
    prompt,
    policy,
    reward,
    decode: letters,
    k: 3,
    rolloutLaw: 'independent',
  } as const;
  const transfer = { beta, from, reference: 'derived' } as const;
  return async (seed) => {
    const written: number[] = [];
    const options = { alpha, maxTokens, rollout, rollouts, temperature, seed };
    for await (const z of algorithm1({
      ...given,
      ...options,
      ...(problem.indirect && { indirect: transfer }),
    })) {
      written.push(z);
    }
    return written;
  };
}

async function counted(draws: number, writeWith: Write): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < draws; seed += 1) {
    const text = (await writeWith(seed)).join(' ');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Chi-square test at 0.1%; texts that are rarely expected count as one. */
function assertFollows(counts: ReadonlyMap<string, number>, law: Law): void {
  const draws = [...counts.values()].reduce((a, b) => a + b, 0);
  for (const text of counts.keys()) assert.ok(law.has(text), `${text} is impossible`);
  let [rare, rareCount, chiSquare, cells] = [0, 0, 0, 0];
  for (const [text, mass] of law) {
    const [expected, count] = [draws * mass, counts.get(text) ?? 0];
    if (expected < 10) {
      rare += expected;
      rareCount += count;
    } else {
      chiSquare += (count - expected) ** 2 / expected;
      cells += 1;
    }
  }
  if (rare > 0) {
    chiSquare += (rareCount - rare) ** 2 / rare;
    cells += 1;
  }
  const critical = chiSquarePoint(cells - 1);
  assert.ok(chiSquare < critical, `chi-square ${chiSquare} of ${cells} cells, not ${critical}`);
}

/** The 99.9% point of the chi-square distribution (Wilson and Hilferty). */
function chiSquarePoint(freedom: number): number {
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 3.0902 * Math.sqrt(spread)) ** 3;
}

import assert from 'node:assert/strict';
import { stream } from '../../src/decoding/random.ts';
import { mean } from '../../src/evaluation/metrics/interval.ts';
import { exactMethods } from '../../src/evaluation/theory/exact-methods.ts';
import { randomMdp } from '../../src/evaluation/theory/random-mdp.ts';
import type { SmallMdp } from '../../src/evaluation/theory/small-mdp.ts';
import {
  crossings,
  measure,
  summarise,
  type SweepOptions,
} from '../../src/evaluation/theory/sweep.ts';
import { decodeTransfer, transferTree } from '../../src/evaluation/theory/transfer.ts';
import { allResponses } from './tabular.ts';

type Tokens = readonly number[];

/** Every text of an MDP that can be continued, the empty one first. */
function statesOf(mdp: SmallMdp, state: Tokens = []): Tokens[] {
  if (state.at(-1) === 0 || state.length === mdp.horizon) return [];
  const next = mdp.referenceLogProbs(state).keys();
  return [state, ...[...next].flatMap((token) => statesOf(mdp, [...state, token]))];
}

/** Whole responses that begin with a text, with their log-probabilities under pi_SFT. */
function responsesBelow(mdp: SmallMdp, text: Tokens): { state: Tokens; logProb: number }[] {
  const isWhole = (state: Tokens) => state.at(-1) === 0 || state.length === mdp.horizon;
  return [...allResponses((state) => mdp.referenceLogProbs(state), isWhole, text)];
}

describe('the exact methods on small MDPs', () => {
  const alpha = 0.3;
  const beta = 0.4;

  for (const family of ['features', 'independent'] as const) {
    it(`have the gaps and value errors of sums over all responses, ${family} rewards`, () => {
      for (let seed = 0; seed < 10; seed += 1) {
        const mdp = randomMdp(3, 3, seed, family);
        const exact = exactMethods(mdp, alpha, beta);
        const expected = (text: Tokens, tilt: (reward: number) => number): number => {
          const below = responsesBelow(mdp, text);
          const masses = below.map(
            ({ state, logProb }) => Math.exp(logProb) * tilt(mdp.reward(state)),
          );
          const rewards = below.map(({ state }, index) => masses[index]! * mdp.reward(state));
          return sum(rewards) / sum(masses);
        };
        const plain = () => 1;
        const tilted = (reward: number) => Math.exp(reward / beta);
        const mass = (text: Tokens, tilt: (reward: number) => number) =>
          sum(
            responsesBelow(mdp, text).map(
              ({ state, logProb }) => Math.exp(logProb) * tilt(mdp.reward(state)),
            ),
          );
        const best = (text: Tokens) =>
          Math.max(...responsesBelow(mdp, text).map(({ state }) => mdp.reward(state)));
        const values = {
          tq: (text: Tokens) => expected(text, tilted),
          cd: (text: Tokens) => expected(text, plain),
          'args-sft': (text: Tokens) => mdp.reward(text),
        };
        close(exact.sft.gap, best([]) - expected([], plain));
        close(exact.dpo.gap, best([]) - expected([], tilted));
        for (const method of ['tq', 'cd', 'args-sft'] as const) {
          const value = values[method];
          const written = (text: Tokens): number => {
            if (text.at(-1) === 0 || text.length === mdp.horizon) return mdp.reward(text);
            const masses = mdp.referenceLogProbs(text).map((logProb, z) => {
              const next = [...text, z];
              const policy = Math.exp(logProb) * (method === 'tq' ? mass(next, tilted) : 1);
              return policy * Math.exp(value(next) / alpha);
            });
            return sum(masses.map((each, z) => (each / sum(masses)) * written([...text, z])));
          };
          close(exact[method].gap, best([]) - written([]));
          const errors = statesOf(mdp).flatMap((state) =>
            [0, 1, 2].map((z) => Math.abs(value([...state, z]) - best([...state, z]))),
          );
          close(exact[method].valueError, mean(errors));
        }
      }
    });
  }
});

describe('rewards of features', () => {
  const logit = (reward: number) => Math.log(reward / (1 - reward));
  /** What the last token adds to the logit. */
  const added = (mdp: SmallMdp, text: Tokens) =>
    logit(mdp.reward(text)) - logit(mdp.reward(text.slice(0, -1)));

  it('add the same for a token at the same place after the same token', () => {
    const mdp = randomMdp(4, 4, 5, 'features');
    for (const [before, token] of [
      [1, 2],
      [3, 0],
      [2, 2],
    ] as const) {
      close(added(mdp, [1, before, token]), added(mdp, [3, before, token]));
    }
  });

  it('depend on the place of a token, and on the token before it', () => {
    const mdp = randomMdp(4, 4, 5, 'features');
    assert.ok(Math.abs(added(mdp, [1, 2, 3]) - added(mdp, [1, 1, 2, 3])) > 0.01);
    assert.ok(Math.abs(added(mdp, [1, 2, 3]) - added(mdp, [1, 1, 3])) > 0.01);
  });

  it('make a prefix say something about the response, unlike independent ones', () => {
    const correlation = (family: 'features' | 'independent'): number => {
      const pairs = Array.from({ length: 30 }, (_, seed) =>
        pairsOf(randomMdp(4, 4, seed, family)),
      ).flat();
      return correlationOf(pairs);
    };
    assert.ok(correlation('features') > 0.5);
    assert.ok(Math.abs(correlation('independent')) < 0.15);
  });

  it('differ between the rewards of one MDP, which share pi_SFT', () => {
    for (const family of ['features', 'independent'] as const) {
      const [first, second] = [0, 1].map((index) => randomMdp(4, 3, 7, family, index));
      assert.deepEqual(first!.referenceLogProbs([2, 1]), second!.referenceLogProbs([2, 1]));
      const states = statesOf(first!);
      const pairs = states.map((text) => [first!.reward(text), second!.reward(text)] as const);
      assert.ok(pairs.every(([a, b]) => a !== b || a === 0.5));
      assert.ok(pairs.flat().every((reward) => reward > 0 && reward < 1));
    }
  });

  /** Of each MDP: the reward of each prefix of two tokens, and the mean of its responses. */
  function pairsOf(mdp: SmallMdp): (readonly [number, number])[] {
    return statesOf(mdp)
      .filter(({ length }) => length === 2)
      .map((text) => {
        const below = responsesBelow(mdp, text);
        const reward = sum(
          below.map(({ state, logProb }) => Math.exp(logProb) * mdp.reward(state)),
        );
        return [mdp.reward(text), reward] as const;
      });
  }
});

describe('the sweep over MDPs', () => {
  const options: SweepOptions = {
    ...{ count: 4, vocabularySize: 3, horizon: 2, seed: 1, rollouts: 2 },
    alphas: [0.2, 1],
    betas: [0.1, 0.5, 2],
  };
  const mdpsOf = (index: number) =>
    [0, 1, 2].map((reward) => randomMdp(3, 2, 65_537 + index, 'features', reward));
  const points = [...summarise(options, [...measure(options, 'features')])];

  it('has a point for each alpha and beta with the means over the MDPs', () => {
    assert.deepEqual(
      points.map(({ alpha, beta }) => [beta, alpha]),
      options.betas.flatMap((beta) => options.alphas.map((alpha) => [beta, alpha])),
    );
    for (const { alpha, beta, gaps, better } of points) {
      const exact = [0, 1, 2, 3].map((index) => exactMethods(mdpsOf(index)[0]!, alpha, beta));
      for (const method of ['tq', 'cd', 'args-sft', 'dpo', 'sft'] as const) {
        close(gaps[method].value, mean(exact.map((each) => each[method].gap)));
      }
      for (const method of ['cd', 'args-sft'] as const) {
        assert.equal(better[method], exact.filter((e) => e.tq.gap < e[method].gap).length);
      }
    }
  });

  it('crosses every target reward with each other baseline reward', () => {
    assert.deepEqual(
      crossings.map(({ target, baseline }) => `${target}${baseline}`),
      ['01', '02', '10', '12', '20', '21'],
    );
    const unused = { count: 1, repeats: 1, random: stream(0, 'rollout', 0) };
    for (const { alpha, beta, transfer } of points) {
      for (const [index, { target, baseline }] of crossings.entries()) {
        const trees = [0, 1, 2, 3].map((mdp) => {
          const mdps = mdpsOf(mdp);
          return transferTree(mdps[target]!, mdps[baseline]!, beta, unused);
        });
        const point = transfer.byCrossing[index]!;
        const dt = { method: 'dt', rollouts: 'exact', choice: 'sampled' } as const;
        close(point.gap(dt).value, mean(trees.map((tree) => decodeTransfer(tree, alpha)[0]!)));
        const exact = [0, 1, 2, 3].map((mdp) => exactMethods(mdpsOf(mdp)[target]!, alpha, beta));
        for (const id of ['cd', 'args-sft', 'sft'] as const) {
          close(point.rival(id).value, mean(exact.map((each) => each[id].gap)));
        }
        const baselines = [0, 1, 2, 3].map((mdp) => {
          const [r, rBL] = [mdpsOf(mdp)[target]!, mdpsOf(mdp)[baseline]!];
          const all = responsesBelow(r, []).map(({ state, logProb }) => ({
            reward: r.reward(state),
            mass: Math.exp(logProb + rBL.reward(state) / beta),
          }));
          const expected = sum(all.map(({ reward, mass }) => reward * mass));
          const total = sum(all.map(({ mass }) => mass));
          return Math.max(...all.map(({ reward }) => reward)) - expected / total;
        });
        close(point.rival('dpo').value, mean(baselines));
      }
    }
  });

  it('counts in which share one variant has the smaller gap, equal gaps as half', () => {
    const derived = { method: 'derived', rollouts: 'exact', choice: 'sampled' } as const;
    const dt = { ...derived, method: 'dt' } as const;
    for (const { transfer } of points) {
      assert.equal(transfer.all.better(dt, dt), 0.5);
      close(transfer.all.better(derived, dt) + transfer.all.better(dt, derived), 1);
    }
    assert.ok(points[0]!.transfer.all.better(derived, dt) > 0.6);
  });
});

function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const [x, y] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))];
  const products = (of: (a: number, b: number) => number) =>
    sum(pairs.map(([a, b]) => of(a - x, b - y)));
  return (
    products((a, b) => a * b) / Math.sqrt(products((a) => a ** 2) * products((_, b) => b ** 2))
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

import assert from 'node:assert/strict';
import { collect, generate, prepare } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import type { Policy, PolicySequence } from '../../src/decoding/policy.ts';
import { Run } from '../../src/decoding/run.ts';
import { record } from '../../src/decoding/write-steps.ts';
import {
  END,
  letters,
  randomScores,
  randomTable,
  TabularPolicy,
  TabularReward,
} from './tabular.ts';

const vocabulary = 5;
const prompt = { text: '', tokens: [1, 2] };

function requestOf(
  options: DecodingOptionsInput,
  policies: Partial<DecodingRequest['policies']> = {},
): DecodingRequest {
  return {
    prompt,
    options: { k: 3, rollout: 3, maxTokens: 5, alpha: 0.2, ...options },
    policies: {
      reference: new TabularPolicy('sft', vocabulary, randomTable(vocabulary, 11)),
      baseline: new TabularPolicy('dpo', vocabulary, randomTable(vocabulary, 12)),
      ...policies,
    },
    rewards: { target: new TabularReward('joy', randomScores(vocabulary, 13, [0, 1]), [0, 1]) },
    decode: letters,
  };
}

describe('committing a token', () => {
  it('adds the KL of its step: the softmax of the scores against pi_SFT', async () => {
    const reference = new TabularPolicy('sft', vocabulary, randomTable(vocabulary, 11));
    const request = requestOf({ method: 'tq', exhaustive: true }, { reference });
    const { events, result } = await collect(generate(request));
    let expected = 0;
    for (const [step, { candidates, kl }] of events.entries()) {
      const masses = candidates.map(({ score }) => Math.exp(score!));
      const total = masses.reduce((a, b) => a + b);
      const state = [...prompt.tokens, ...result.ids.slice(0, step)];
      const logs = reference.table(state);
      candidates.forEach(({ id }, i) => {
        const share = masses[i]! / total;
        expected += share * (Math.log(share) - logs[id]!);
      });
      assert.ok(Math.abs(kl!.low - expected) < 1e-9, `step ${step}: ${kl!.low}, not ${expected}`);
    }
    assert.ok(expected > 0.1);
    assert.deepEqual(result.kl, events.at(-1)!.kl);
    assert.equal(result.kl!.kind, 'exact');
  });

  it('keeps the rollouts of its token that ended, so that they are not computed again', async () => {
    // Always a, b, and then the end.
    const table = (state: readonly number[]) =>
      Array.from({ length: 3 }, (_, token) =>
        Math.log(token === (state.length - 1) % 3 ? 0.8 : 0.1),
      );
    const asked = async (noRepetition: boolean): Promise<number> => {
      const policy = new CountingPolicy(new TabularPolicy('p', 3, table));
      const shortcuts = { bounds: false, lookAhead: false, dedupe: noRepetition };
      const options = { method: 'tq', rollout: 9, maxTokens: 10, alpha: 100, shortcuts } as const;
      const { result } = await collect(generate(requestOf(options, { baseline: policy })));
      assert.deepEqual(result.ids, [1, 2, END]);
      return policy.starts;
    };
    // Three steps of three candidates, one of which ends in each; one chosen rollout is kept.
    assert.equal(await asked(false), 6);
    assert.equal(await asked(true), 5);
  });

  it('updates the look-ahead estimate of how often an alternative wins', async () => {
    const { plan, decode } = prepare(requestOf({ method: 'tq', k: 5, maxTokens: 9, alpha: 0.05 }));
    const run = new Run(plan, { decode }, () => 0, undefined);
    await run.session.open();
    const [first, second] = await run.session.sequence.next(2);
    const valuation = { value: 0.5, logMeanWeight: 0, rollouts: [] };
    const valuations = new Map([first!, second!].map(({ token }) => [token, valuation]));
    const guess = run.lookAhead!.prefetch(undefined, []).length;
    const chosen = { ...second!, noise: 0 };
    const outcome = { chosen, decision: 'evaluated', valuations } as const;
    await record(run, { chosen, candidates: [first!, second!], outcome });
    const learnt = run.lookAhead!.prefetch(undefined, []).length;
    assert.notEqual(learnt, guess);
    run.session.close();
  });
});

/** A policy that counts the requested rollouts. */
class CountingPolicy implements Policy {
  starts = 0;
  readonly id: string;
  readonly vocabularySize: number;
  readonly vocabularyId: string;
  readonly endTokens: Policy['endTokens'];
  readonly contextLength: number;

  constructor(private readonly inner: TabularPolicy) {
    this.id = inner.id;
    this.vocabularySize = inner.vocabularySize;
    this.vocabularyId = inner.vocabularyId;
    this.endTokens = inner.endTokens;
    this.contextLength = inner.contextLength;
  }

  async open(tokens: readonly number[]): Promise<PolicySequence> {
    const sequence = await this.inner.open(tokens);
    const rollOut = sequence.rollOut.bind(sequence);
    sequence.rollOut = (starts, options) => {
      this.starts += starts.length;
      return rollOut(starts, options);
    };
    return sequence;
  }
}

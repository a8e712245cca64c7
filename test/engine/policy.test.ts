import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Candidate } from '../../src/decoding/policy.ts';
import { samplersOf, stream } from '../../src/decoding/random.ts';
import { branchLimit } from '../../src/engine/policy/branch-limit.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import type { DecoderSequence } from '../../src/engine/policy/decoder-sequence.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { familyModels, fixtures, openSession, openShipped } from './compiled.ts';

/** Counts the runs of the graph from now on. */
function countRuns(session: GraphSession): () => number {
  const run = session.run.bind(session);
  let count = 0;
  session.run = (given) => {
    count++;
    return run(given);
  };
  return () => count;
}

function rejectsWith(code: number, pattern: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError);
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    return true;
  };
}

describe('a compiled policy', () => {
  const prompt = [5, 9, 33, 70, 12];
  let session: GraphSession;
  let policy: DecoderPolicy;

  beforeEach(async () => {
    session = await openSession(join(fixtures, 'llama-grouped'), { format: 'int8' });
    policy = new DecoderPolicy('tiny', session, new Set(), 'tiny');
  });

  afterEach(() => policy.dispose());

  /** The text's continuation by its most likely tokens, computed from scratch. */
  async function greedy(text: readonly number[], length: number): Promise<Candidate[]> {
    const fresh = new DecoderPolicy('fresh', session, new Set(), 'tiny');
    const sequence = await fresh.open(text);
    const found: Candidate[] = [];
    for (let i = 0; i < length; i++) {
      const [best] = await sequence.next(1);
      found.push(best!);
      await sequence.commit(best!.token);
    }
    return found;
  }

  async function rollOut(sequence: DecoderSequence, tokens: readonly number[], length: number) {
    const [rollout] = await sequence.rollOut([{ tokens, length }], { reuse: true });
    return rollout!.tokens;
  }

  it('computes the prompt once and then one position for each committed token', async () => {
    const sequence = await policy.open(prompt);
    assert.equal(sequence.count.positions, prompt.length);
    for (const token of [3, 4, 5]) {
      await sequence.commit(token);
      await sequence.next(4);
    }
    assert.equal(sequence.count.positions, prompt.length + 3);
    assert.equal(sequence.length, prompt.length + 3);
  });

  it('draws the same rollouts when they are too many to hold together', async () => {
    /** A policy whose positions are large, so that few fit. */
    class LargePolicy extends DecoderPolicy {
      override get bytesPerPosition(): number {
        return 2 ** 30;
      }
    }
    const starts = samplersOf(7, 'sample', 120, 1, prompt.length).map((sampler, index) => ({
      tokens: [index % 3],
      length: 40,
      sampler: { ...sampler, shared: false },
    }));
    const together = await (await policy.open(prompt)).rollOut(starts, { reuse: true });
    const large = await new LargePolicy('large', session, new Set(), 'tiny').open(prompt);
    let most = 0;
    const run = session.run.bind(session);
    session.run = (given) => {
      most = Math.max(most, given.branch.capacity);
      return run(given);
    };
    assert.deepEqual(await large.rollOut(starts, { reuse: true }), together);
    assert.ok(most > 1000 && most <= branchLimit(2 ** 30), String(most));
    assert.ok(branchLimit(2 ** 30) < 120 * 41);
  });

  it('computes nothing again when the text follows a branch', async () => {
    const sequence = await policy.open(prompt);
    await sequence.next(3);
    const rollout = await rollOut(sequence, [7], 10);
    const before = sequence.count.positions;
    for (const token of rollout.slice(0, -1)) {
      await sequence.commit(token);
      await sequence.next(3);
    }
    assert.equal(sequence.count.positions, before);
  });

  it('extends the rollout of the chosen candidate by one position in each step', async () => {
    const sequence = await policy.open(prompt);
    let rollout = await rollOut(sequence, [7], 10);
    for (let step = 0; step < 5; step++) {
      await sequence.commit(rollout[0]!);
      const before = sequence.count.positions;
      rollout = await rollOut(sequence, [rollout[1]!], 10);
      assert.equal(sequence.count.positions, before + 1);
    }
  });

  it('gives a branch the same tokens alone, with others, reused, and after others were freed', async () => {
    const sequence = await policy.open(prompt);
    const starts = [7, 8, 9, 10].map((token, i) => ({ tokens: [token], length: 3 + 4 * i }));
    const together = await sequence.rollOut(starts, { reuse: true });
    const apart = await sequence.rollOut(starts, { reuse: false });
    assert.deepEqual(apart, together);
    for (const [i, { tokens, length }] of starts.entries()) {
      const alone = await greedy([...prompt, ...tokens], length);
      assert.deepEqual(together[i]!.tokens, [...tokens, ...alone.map((c) => c.token)]);
    }
    await sequence.commit(8);
    await sequence.rollOut([{ tokens: [1], length: 6 }], { reuse: true });
    const carried = await rollOut(sequence, [together[1]!.tokens[1]!], 8);
    const fresh = await greedy([...prompt, 8, together[1]!.tokens[1]!], 8);
    assert.deepEqual(
      carried.slice(1),
      fresh.map((c) => c.token),
    );
  });

  it('forks a text without computing it again, and continues both independently', async () => {
    const first = await policy.open(prompt);
    await first.next(1);
    const second = await policy.fork(first);
    assert.equal(second.count.positions, 1);
    await first.commit(11);
    await second.commit(12);
    assert.deepEqual(await second.next(3), await (await policy.open([...prompt, 12])).next(3));
    assert.deepEqual(await first.next(3), await (await policy.open([...prompt, 11])).next(3));
  });

  it('reuses the prefix for the next request that starts with the same tokens', async () => {
    const first = await policy.open([...prompt, 20, 21, 22]);
    first.close();
    const second = await policy.open([...prompt, 30]);
    assert.equal(second.count.positions, 1);
    const fresh = new DecoderPolicy('fresh', session, new Set(), 'tiny');
    assert.deepEqual(await second.next(5), await (await fresh.open([...prompt, 30])).next(5));
  });

  it('keeps a bounded number of closed texts', async () => {
    const sizes: number[] = [];
    for (let i = 0; i < 6; i++) {
      const sequence = await policy.open([i + 1, ...prompt]);
      await sequence.rollOut([{ tokens: [1], length: 20 }], { reuse: true });
      sequence.close();
      sizes.push(policy.cacheBytes);
    }
    assert.equal(sizes[5], sizes[2]);
  });

  it('refuses a text that exceeds the context', async () => {
    const { contextLength } = policy;
    const long = new Array<number>(contextLength + 1).fill(3);
    await assert.rejects(policy.open(long), rejectsWith(ErrorCode.contextFull, /context holds/));
    const full = await policy.open(long.slice(1));
    await assert.rejects(full.commit(3), rejectsWith(ErrorCode.contextFull, /context holds/));
  });

  it('refuses an empty prompt and token ids outside the vocabulary', async () => {
    await assert.rejects(policy.open([]), rejectsWith(ErrorCode.invalidInput, /empty/));
    await assert.rejects(policy.open([96]), rejectsWith(ErrorCode.invalidInput, /96.*0 to 95/));
  });

  it('stops between runs when cancelled', async () => {
    const sequence = await policy.open(prompt);
    const controller = new AbortController();
    controller.abort();
    const starts = [{ tokens: [1], length: 5 }];
    await assert.rejects(
      sequence.rollOut(starts, { reuse: true, signal: controller.signal }),
      rejectsWith(ErrorCode.cancelled, /cancelled/),
    );
    assert.equal((await sequence.rollOut(starts, { reuse: true })).length, 1);
  });

  it('ends a rollout at an end token', async () => {
    const [first] = await greedy([...prompt, 7], 1);
    const ending = new DecoderPolicy('ending', session, new Set([first!.token]), 'tiny');
    const sequence = await ending.open(prompt);
    const [rollout] = await sequence.rollOut([{ tokens: [7], length: 9 }], { reuse: true });
    assert.deepEqual(rollout!.tokens, [7, first!.token]);
    assert.equal(rollout!.ended, true);
  });

  it('scores a continuation by the sum of its log-probabilities', async () => {
    const sequence = await policy.open(prompt);
    const continuation = [4, 50, 6];
    let expected = 0;
    for (let i = 0; i < continuation.length; i++) {
      const step = await policy.open([...prompt, ...continuation.slice(0, i)]);
      expected += (await step.logProbs([continuation[i]!]))[0]!;
    }
    const [score] = await sequence.score([continuation], { reuse: true });
    assert.ok(Math.abs(score! - expected) < 1e-5);
  });

  it('scores many continuations in one run, and again without a run', async () => {
    const sequence = await policy.open(prompt);
    const continuations = [[4, 50, 6], [4, 50, 7, 8], [4, 9], [5, 6, 7], [6]];
    const runs = countRuns(session);
    const kept = await sequence.score(continuations, { reuse: true });
    assert.ok(runs() <= 2, 'first tokens may need the logits of the text');
    const { positions } = sequence.count;
    assert.deepEqual(await sequence.score(continuations, { reuse: true }), kept);
    assert.equal(sequence.count.positions, positions);
    assert.deepEqual(await sequence.score(continuations, { reuse: false }), kept);
    for (const [index, continuation] of continuations.entries()) {
      const alone = await (await policy.open(prompt)).score([continuation], { reuse: true });
      assert.equal(alone[0], kept[index]);
    }
  });

  it('samples the same rollouts alone, with others, reused, and computed again', async () => {
    const samplers = samplersOf(3, 'rollout', 3, 1, prompt.length);
    const startsOf = (tokens: readonly number[], length: number) =>
      samplers.map((sampler) => ({ tokens, length, sampler }));
    const sequence = await policy.open(prompt);
    const starts = [...startsOf([7], 8), ...startsOf([8], 8)];
    const together = await sequence.rollOut(starts, { reuse: true });
    assert.deepEqual(await sequence.rollOut(starts, { reuse: false }), together);
    await sequence.commit(7);
    for (const [index, { tokens, logProbs }] of together.slice(0, 3).entries()) {
      const start = startsOf([tokens[1]!], 7)[index]!;
      const { positions } = sequence.count;
      const [carried] = await sequence.rollOut([start], { reuse: true });
      assert.equal(sequence.count.positions, positions);
      assert.deepEqual(carried!.tokens, tokens.slice(1));
      assert.deepEqual(carried!.logProbs, logProbs.slice(1));
      assert.deepEqual(sequence.peekRollout(start), carried);
    }
  });

  it('prefetches branches in the runs of rollouts', async () => {
    const runs = countRuns(session);
    const sequence = await policy.open(prompt);
    await sequence.rollOut([{ tokens: [7], length: 4 }], { reuse: true });
    const alone = runs();
    const other = await new DecoderPolicy('other', session, new Set(), 'tiny').open(prompt);
    const beside = { tokens: [8], length: 9 };
    await other.rollOut([{ tokens: [7], length: 4 }], { reuse: true, prefetch: () => [beside] });
    assert.equal(runs(), 2 * alone);
    assert.deepEqual(
      other.peekRollout(beside).tokens,
      (await sequence.rollOut([{ tokens: [8], length: 4 }], { reuse: true }))[0]!.tokens,
    );
  });

  it('draws rollouts from the softmax at their temperature', async () => {
    const temperature = 0.5;
    const sequence = await policy.open(prompt);
    const draws = 5000;
    const samplers = samplersOf(1, 'sample', draws, temperature, prompt.length);
    const rollouts = await sequence.rollOut(
      samplers.map((sampler) => ({ tokens: [], length: 1, sampler })),
      { reuse: true },
    );
    const counts = new Map<number, number>();
    for (const { tokens } of rollouts) {
      counts.set(tokens[0]!, (counts.get(tokens[0]!) ?? 0) + 1);
    }
    const masses = (await sequence.next(96)).map(({ token, logProb }) => ({
      token,
      mass: Math.exp(logProb / temperature),
    }));
    const total = masses.reduce((sum, { mass }) => sum + mass, 0);
    const chiSquare = masses.reduce((sum, { token, mass }) => {
      const expected = (draws * mass) / total;
      return sum + ((counts.get(token) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // The 99.9% point of the chi-square distribution with 95 degrees of freedom.
    assert.ok(chiSquare < 142.1, `chi-square ${chiSquare}`);
  });

  it('samples from its distribution', async () => {
    const sequence = await policy.open(prompt);
    const all = await sequence.next(96);
    const counts = new Map<number, number>();
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const { token } = await sequence.sample(stream(1, 'sample', i), 1);
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    for (const { token, logProb } of all.slice(0, 10)) {
      const p = Math.exp(logProb);
      const deviation = Math.abs((counts.get(token) ?? 0) - draws * p);
      assert.ok(deviation < 5 * Math.sqrt(draws * p * (1 - p)), `token ${token}`);
    }
  });
});

describe('int8 logits have the same bits after any history of branches', () => {
  const prompt = [5, 9, 33, 70, 12];

  for (const model of ['llama-grouped', 'llama-sharded-bf16', ...familyModels]) {
    it(model, async () => {
      const session = await openSession(join(fixtures, model), { format: 'int8' });
      const sequence = await new DecoderPolicy('tiny', session, new Set(), 'tiny').open(prompt);
      for (let step = 0; step < 40; step++) {
        const candidates = await sequence.next(5);
        const starts = candidates
          .slice(0, 1 + (step % 4))
          .map(({ token }) => ({ tokens: [token], length: 6 }));
        if (step % 3 > 0) await sequence.rollOut(starts, { reuse: step % 2 === 0 });
        await sequence.commit(candidates[step % 5]!.token);
        const fresh = await new DecoderPolicy('fresh', session, new Set(), 'tiny').open(
          sequence.tree.tokens,
        );
        assert.deepEqual(await sequence.next(10), await fresh.next(10), `step ${step}`);
      }
      await session.dispose();
    });
  }
});

describe('the shipped model as int8', () => {
  it('has the same bits however a branch is computed, also beyond 512 positions', async () => {
    const { policy, prompt, session } = await openShipped();
    const text = prompt('Write a short note to a colleague about a missed deadline. '.repeat(40));
    const other = new DecoderPolicy('other', session, policy.endTokens, 'shipped');
    const [a, b] = [await policy.open(text), await other.open(text)];
    for (let step = 0; step < 6; step++) {
      const candidates = await a.next(10);
      assert.deepEqual(await b.next(10), candidates);
      const starts = candidates.map(({ token }) => ({ tokens: [token], length: 8 }));
      const all = await a.rollOut(starts, { reuse: false });
      const favourite = await b.rollOut(starts.slice(0, 1), { reuse: true });
      const others = await b.rollOut(starts.slice(1, 4), { reuse: true });
      assert.deepEqual([...favourite, ...others], all.slice(0, 4));
      const chosen = candidates[step % 3 === 2 ? 1 : 0]!.token;
      await a.commit(chosen);
      await b.commit(chosen);
    }
    await policy.dispose();
  });
});

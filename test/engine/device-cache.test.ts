import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { Candidate } from '../../src/engine/decoding/policy.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { GraphSession, type RuntimeSession } from '../../src/engine/policy/graph-session.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { familyModels, fixtures, openSession } from './compiled.ts';

const prompt = [5, 9, 33, 70, 12, 8, 41];
const tolerance = 1e-3;

function policyOf(session: GraphSession): DecoderPolicy {
  return new DecoderPolicy('tiny', session, new Set(), 'tiny');
}

/** What a text of some tokens, with rollouts on the way, is and is likely to go on with. */
async function write(policy: DecoderPolicy, steps = 6) {
  const sequence = await policy.open(prompt);
  const likely: (readonly Candidate[])[] = [];
  const rollouts: (readonly number[])[] = [];
  for (let step = 0; step < steps; step++) {
    const candidates = await sequence.next(4);
    likely.push(candidates);
    const starts = candidates.map(({ token }) => ({ tokens: [token], length: 3 }));
    const rolled = await sequence.rollOut(starts, { reuse: step % 2 === 0 });
    rollouts.push(...rolled.map(({ tokens }) => tokens));
    // Now the favourite, whose branch stays, now another, which leaves most of the tree behind.
    await sequence.commit(candidates[step % 3]!.token);
  }
  const scores = await sequence.score([
    [1, 2, 3],
    [4, 5],
  ]);
  sequence.close();
  return { likely: likely.flat(), rollouts, scores };
}

/** The same tokens in the same order; bits are not promised, sums being float32 here. */
function assertLikely(found: readonly Candidate[], expected: readonly Candidate[]): void {
  const tokens = (candidates: readonly Candidate[]): number[] => candidates.map((c) => c.token);
  assert.deepEqual(tokens(found), tokens(expected));
  found.forEach(({ logProb }, i) => {
    assert.ok(Math.abs(logProb - expected[i]!.logProb) < tolerance);
  });
}

function assertAlike(
  found: Awaited<ReturnType<typeof write>>,
  expected: Awaited<ReturnType<typeof write>>,
): void {
  assert.deepEqual(found.rollouts, expected.rollouts);
  assertLikely(found.likely, expected.likely);
  found.scores.forEach((score, i) => {
    assert.ok(Math.abs(score - expected.scores[i]!) < tolerance);
  });
}

describe('the graph that keeps keys and values on a device, run on the CPU', () => {
  for (const name of ['llama-grouped', ...familyModels]) {
    it(`writes what the CPU's graph writes: ${name}`, async () => {
      const path = join(fixtures, name);
      const own = policyOf(await openSession(path));
      const device = policyOf(await openSession(path, { target: 'gpu' }));
      assertAlike(await write(device), await write(own));
      await own.dispose();
      await device.dispose();
    });
  }

  it('goes on from the prefix of an earlier text', async () => {
    const policy = policyOf(await openSession(join(fixtures, 'llama-grouped'), { target: 'gpu' }));
    const first = await write(policy);
    const again = await policy.open(prompt);
    assert.equal(again.count.positions, 1);
    const forked = await policy.fork(again);
    assertLikely(await again.next(4), first.likely.slice(0, 4));
    assertLikely(await forked.next(4), first.likely.slice(0, 4));
    again.close();
    forked.close();
    await policy.dispose();
  });

  for (const format of ['q4', 'fp16'] as const) {
    it(`runs ${format} weights in both graphs alike`, async () => {
      const path = join(fixtures, 'llama-grouped');
      const own = policyOf(await openSession(path, { format }));
      const device = policyOf(await openSession(path, { format, target: 'gpu' }));
      assertAlike(await write(device), await write(own));
      await own.dispose();
      await device.dispose();
    });
  }
});

/** A session that fails in its nth run, as a driver does that loses its device. */
function failing(session: RuntimeSession, nth: number, message: string): RuntimeSession {
  let runs = 0;
  return {
    release: () => session.release(),
    run: (...args: Parameters<ort.InferenceSession['run']>) => {
      if (++runs === nth) throw new Error(message);
      return session.run(...args);
    },
  } as RuntimeSession;
}

describe('a device that fails in the middle of a text', () => {
  async function broken(message: string): Promise<GraphSession> {
    const whole = await openSession(join(fixtures, 'llama-grouped'), { target: 'gpu' });
    const runtime = whole.runtime;
    return new GraphSession(failing(runtime, 3, message), whole.shape, {
      device: 'webgpu',
      target: 'gpu',
    });
  }

  for (const [message, code, sentence] of [
    [
      'Device lost: the driver was reset.',
      ErrorCode.device,
      /Device lost: the driver was reset\./u,
    ],
    [
      'Failed to allocate memory for buffer',
      ErrorCode.outOfMemory,
      /fewer branches \(k, rollout\)/u,
    ],
  ] as const) {
    it(`is told with a way out, and the model is kept: ${message}`, async () => {
      const policy = policyOf(await broken(message));
      await assert.rejects(write(policy), (error: unknown) => {
        assert.ok(error instanceof TqError);
        assert.equal(error.code, code);
        assert.match(error.message, /^The model run failed on the device webgpu: /u);
        assert.match(error.message, sentence);
        assert.match(error.message, /The model is kept; try again,.* choose the device cpu\.$/u);
        return true;
      });
      const whole = policyOf(await openSession(join(fixtures, 'llama-grouped')));
      assertAlike(await write(policy), await write(whole));
    });
  }
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { GraphSession, type RuntimeSession } from '../../src/engine/runtime/graph-session.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { assertAlike, assertLikely, policyOf, prompt, write } from './branching-text.ts';
import { familyModels, fixtures, openSession } from './compiled.ts';

for (const target of ['webgpu', 'gpu'] as const) {
  describe(`the graph for ${target}, run on the CPU`, () => {
    for (const name of ['llama-grouped', ...familyModels]) {
      it(`writes the same tokens as the CPU's graph: ${name}`, async () => {
        const path = join(fixtures, name);
        const own = policyOf(await openSession(path));
        const device = policyOf(await openSession(path, { target }));
        assertAlike(await write(device), await write(own));
        await own.dispose();
        await device.dispose();
      });
    }

    it('reuses the prefix of an earlier text', async () => {
      const policy = policyOf(await openSession(join(fixtures, 'llama-grouped'), { target }));
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

    for (const format of ['q8', 'q4', 'fp16'] as const) {
      it(`writes the same tokens as the CPU's graph with ${format} weights`, async () => {
        const path = join(fixtures, 'llama-grouped');
        const own = policyOf(await openSession(path, { format }));
        const device = policyOf(await openSession(path, { format, target }));
        assertAlike(await write(device), await write(own));
        await own.dispose();
        await device.dispose();
      });
    }
  });
}

/** A session that fails in its nth run, as when a driver loses its device. */
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

describe('a device failure in the middle of a text', () => {
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
    it(`keeps the model, with a message that says what to do: ${message}`, async () => {
      const policy = policyOf(await broken(message));
      await assert.rejects(write(policy), (error: unknown) => {
        assert.ok(error instanceof TqError);
        assert.equal(error.code, code);
        assert.match(error.message, /^The model run failed on the device webgpu: /u);
        assert.match(error.message, sentence);
        assert.match(error.message, /The model stays loaded; try again,.* use the device cpu\.$/u);
        return true;
      });
      const whole = policyOf(await openSession(join(fixtures, 'llama-grouped')));
      assertAlike(await write(policy), await write(whole));
    });
  }
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { processProbe } from '../../src/engine/device/device-probe.ts';
import {
  compareDecoders,
  type ComparedSession,
} from '../../src/engine/device/probe/compare-decoders.ts';
import { openSmallDecoder } from '../../src/engine/device/probe/small-decoder.ts';
import type { GraphResult } from '../../src/engine/runtime/graph-run.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { buildEngine, engineProgram } from './engine-program.ts';

describe('probing a device in a child process', () => {
  let folder: string;

  before(() => {
    buildEngine();
    folder = mkdtempSync(join(tmpdir(), 'tqstar-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function program(text: string): string {
    const path = join(folder, 'probe.mjs');
    writeFileSync(path, text);
    return path;
  }

  it('measures the time of the device', async () => {
    const result = await processProbe(join(dirname(engineProgram), 'device-probe.js'))('cpu');
    assert.ok('milliseconds' in result, JSON.stringify(result));
    assert.ok(result.milliseconds > 0 && result.cpuMilliseconds > 0);
  });

  it('survives a driver that crashes and reports it', async () => {
    const crash = program("process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);");
    assert.deepEqual(await processProbe(crash)('webgpu'), {
      problem: 'its driver crashed (SIGSEGV)',
    });
  });

  it("reports the runtime's message", async () => {
    const failure = program(
      "throw new Error('context.cc:136 status was false. Failed to get an adapter: none there.');",
    );
    assert.deepEqual(await processProbe(failure)('webgpu'), {
      problem: 'Failed to get an adapter: none there',
    });
  });
});

describe('comparing a device with the CPU', () => {
  let sessions: { onDevice: GraphSession; onCpu: GraphSession };

  before(async () => {
    sessions = await openSmallDecoder('cpu');
  });

  after(async () => {
    await sessions.onDevice.dispose();
    await sessions.onCpu.dispose();
  });

  /** A device session with the result of its nth run (from 1) changed by `fault`. */
  function faulty(nth: number, fault: (result: GraphResult) => GraphResult): ComparedSession {
    const { onDevice } = sessions;
    let runs = 0;
    return {
      shape: onDevice.shape,
      pool: (capacity) => onDevice.pool(capacity),
      run: async (run) => {
        const result = await onDevice.run(run);
        return ++runs === nth ? fault(result) : result;
      },
    };
  }

  it("accepts a device with the CPU's results", async () => {
    assert.equal(await compareDecoders(sessions.onDevice, sessions.onCpu), undefined);
  });

  for (const [nth, run] of [
    [1, 'prefill'],
    [2, 'branches'],
  ] as const) {
    it(`refuses a device for one wrong logit in the run "${run}"`, async () => {
      const device = faulty(nth, (result) => {
        const logits = result.logits!.slice();
        logits[700] = logits[700]! + 0.1;
        return { ...result, logits };
      });
      const problem = await compareDecoders(device, sessions.onCpu);
      assert.match(problem!, /^it computes wrong results: a logit of a small decoder is /u);
      assert.ok(problem!.endsWith(`(${run})`), problem);
    });
  }

  it('refuses a device for logits that are NaN', async () => {
    const device = faulty(2, (result) => ({ ...result, logits: result.logits!.map(() => NaN) }));
    const problem = await compareDecoders(device, sessions.onCpu);
    assert.match(problem!, /a logit of a small decoder is NaN/u);
  });

  it('refuses a device for the wrong order of the most likely tokens', async () => {
    const device = faulty(2, (result) => ({
      ...result,
      topIds: result.topIds.map((id, i) => (i === 7 ? (id + 1) % 500 : id)),
    }));
    const problem = await compareDecoders(device, sessions.onCpu);
    assert.match(
      problem!,
      /^it computes wrong results: token \d+ does not have rank 3 among the device's logits/u,
    );
  });

  it('rethrows the error of a run that loses the device', async () => {
    const device = faulty(2, () => {
      throw new Error('Device lost');
    });
    await assert.rejects(compareDecoders(device, sessions.onCpu), /Device lost/u);
  });
});

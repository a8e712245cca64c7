import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { processProbe } from '../../src/engine/device/device-probe.ts';
import { buildEngine, engineProgram } from './engine-program.ts';

describe('trying a device out in a process of its own', () => {
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

  it('tells how long it took', async () => {
    const result = await processProbe(join(dirname(engineProgram), 'device-probe.js'))('cpu');
    assert.ok('milliseconds' in result, JSON.stringify(result));
    assert.ok(result.milliseconds > 0 && result.cpuMilliseconds > 0);
  });

  it('outlives a driver that crashes, and says so', async () => {
    const crash = program("process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);");
    assert.deepEqual(await processProbe(crash)('webgpu'), {
      problem: 'its driver crashes (SIGSEGV)',
    });
  });

  it('gives the runtime’s own words', async () => {
    const failure = program(
      "throw new Error('context.cc:136 status was false. Failed to get an adapter: none there.');",
    );
    assert.deepEqual(await processProbe(failure)('webgpu'), {
      problem: 'Failed to get an adapter: none there',
    });
  });
});

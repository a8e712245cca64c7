import { join } from 'node:path';
import assert from 'node:assert/strict';
import { EngineProcess } from '../../src/client/engine-process.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { requests } from '../../src/protocol/requests.ts';
import { buildEngine } from './engine-program.ts';

describe('a task without end', () => {
  before(() => {
    buildEngine();
  });

  it('ends the engine, and the request reports why in one sentence', async () => {
    const engine = EngineProcess.start({
      program: join(import.meta.dirname, 'slow-task-child.ts'),
      env: { ...process.env, NODE_OPTIONS: '--import tsx' },
    });
    await assert.rejects(engine.request(requests.listMethods, {}), {
      code: ErrorCode.badModel,
      message: 'The slow task took more than 300 ms.',
    });
    assert.equal(await engine.ended, 'killed by SIGKILL');
    await assert.rejects(engine.request(requests.listMethods, {}), { code: ErrorCode.engineGone });
  });
});

import assert from 'node:assert/strict';
import { activated } from './extension-api.ts';

describe('Activation', function () {
  it('activates in under 100 ms of its own work and starts no engine', async function () {
    const { activationMs, ctx } = await activated();
    assert.ok(activationMs < 100, `${activationMs} ms`);
    assert.equal(ctx.engine.state.phase, 'stopped');
    assert.equal(ctx.engine.state.processId, undefined);
  });
});

import assert from 'node:assert/strict';
import { activated } from './extension-api.ts';

describe('Activation', function () {
  // The test prints the duration but asserts no limit, because a busy machine would exceed it. Lint
  // forbids synchronous file and process calls in the extension.
  it('starts no engine', async function () {
    const { activationMs, ctx } = await activated();
    console.log(`      activate() took ${activationMs.toFixed(1)} ms`);
    assert.equal(ctx.engine.state.phase, 'stopped');
    assert.equal(ctx.engine.state.processId, undefined);
  });
});

import assert from 'node:assert/strict';
import { activated } from './extension-api.ts';

describe('Activation', function () {
  // Its length is told and not judged: a busy machine would fail a limit. That it waits for no disk
  // and no program is held by lint, which keeps their synchronous calls out of the extension.
  it('starts no engine', async function () {
    const { activationMs, ctx } = await activated();
    console.log(`      activate() took ${activationMs.toFixed(1)} ms`);
    assert.equal(ctx.engine.state.phase, 'stopped');
    assert.equal(ctx.engine.state.processId, undefined);
  });
});

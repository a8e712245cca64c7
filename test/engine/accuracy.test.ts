import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenId } from '../../src/decoding/policy.ts';
import { accuracyLimits, measureAccuracy, windowLength } from '../../src/bench/accuracy.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { openSession, shippedModel } from './compiled.ts';

const proseFile = join(import.meta.dirname, '../../src/bench/prose.md');

/** Fewer windows than `npm run bench -- accuracy`, which reads all of the prose. */
const windows = 2;

describe('the shipped model in int8 compared with fp32', () => {
  let fp32: GraphSession;
  let int8: GraphSession;
  let prose: TokenId[];

  before(async () => {
    fp32 = await openSession(shippedModel, { format: 'fp32' });
    int8 = await openSession(shippedModel, { format: 'int8' });
    const model = await openModel(shippedModel);
    const tokenizer = await model.tokenizer();
    await model.close();
    prose = tokenizer.encode(await readFile(proseFile, 'utf8'));
  });

  after(async () => {
    await fp32.dispose();
    await int8.dispose();
  });

  it('keeps the next-token distributions close and most likely tokens equal', async () => {
    const tokens = prose.slice(0, windows * windowLength);
    const { tokens: compared, meanKl, topAgreement } = await measureAccuracy(fp32, int8, tokens);
    assert.equal(compared, windows * windowLength);
    assert.ok(meanKl > 0 && meanKl <= accuracyLimits.meanKl, `mean KL ${meanKl}`);
    assert.ok(topAgreement >= accuracyLimits.topAgreement, `top-1 agreement ${topAgreement}`);
  });

  it('is as close in q8, the default format of GPUs', async () => {
    const q8 = await openSession(shippedModel, { format: 'q8' });
    const { meanKl, topAgreement } = await measureAccuracy(
      fp32,
      q8,
      prose.slice(0, windows * windowLength),
    );
    await q8.dispose();
    assert.ok(meanKl > 0 && meanKl <= accuracyLimits.meanKl, `mean KL ${meanKl}`);
    assert.ok(topAgreement >= accuracyLimits.topAgreement, `top-1 agreement ${topAgreement}`);
  });

  it('measures no difference between a format and itself', async () => {
    const same = await measureAccuracy(int8, int8, prose.slice(0, windowLength));
    assert.equal(same.meanKl, 0);
    assert.equal(same.topAgreement, 1);
  });

  it('uses more than 2,000 tokens of prose in whole windows', () => {
    assert.ok(Math.floor(prose.length / windowLength) * windowLength >= 2000);
  });

  it('refuses a text shorter than a window', async () => {
    await assert.rejects(measureAccuracy(fp32, int8, prose.slice(0, 10)), /10 tokens/u);
  });
});

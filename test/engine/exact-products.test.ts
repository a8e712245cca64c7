import assert from 'node:assert/strict';
import { addsExactly, exactProducts } from '../../src/engine/runtime/exact-products.ts';
import { processorName } from '../../src/engine/device/processor.ts';

describe('products of u8 and s8', () => {
  it('are summed exactly with the entries for this processor', async () => {
    assert.equal(await addsExactly(await exactProducts()), true);
  });

  it('use the slower entry only if sums saturate without it', async () => {
    const needed = 'x64quantprecision' in (await exactProducts());
    assert.equal(needed, !(await addsExactly({})));
  });

  it('saturate only on x86 processors without VNNI', async function () {
    // Only Linux lists the instruction sets.
    if (process.platform !== 'linux') this.skip();
    const bestIsAvx2 = (await processorName()).endsWith('with AVX2');
    assert.equal(await addsExactly({}), !bestIsAvx2);
  });

  it('are summed exactly with the entry', async () => {
    assert.equal(await addsExactly({ x64quantprecision: '1' }), true);
  });
});
